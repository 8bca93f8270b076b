"""Insights in the data file: saved once, listed with their session, gone with it, and nobody else's."""

from __future__ import annotations

import pytest

from studyin.errors import Code, StudyinError
from studyin.store.database import Database
from studyin.store.insights import InsightStore
from studyin.store.sessions import SessionStore
from studyin.store.turns import Begun, TurnStore


@pytest.fixture
def insights(database: Database) -> InsightStore:
    return InsightStore(database)


@pytest.fixture
async def begun(turns: TurnStore) -> Begun:
    return await turns.begin("local", None, "A question", {})


async def test_an_excerpt_is_saved_once_and_listed_with_its_session(insights: InsightStore, begun: Begun) -> None:
    session, reply = begun.session.id, begun.reply.id
    second, _ = await insights.add("local", session, reply, "second", now=2)
    first, is_new = await insights.add("local", session, reply, "first", now=1)
    again, is_new_again = await insights.add("local", session, reply, "first", now=3)
    assert (is_new, is_new_again, again) == (True, False, first)
    assert await insights.of_session("local", session) == [first, second]
    await insights.delete("local", session, first.id)
    assert await insights.of_session("local", session) == [second]


async def test_insights_go_with_their_session(insights: InsightStore, sessions: SessionStore, begun: Begun) -> None:
    session = begun.session.id
    await insights.add("local", session, begun.reply.id, "an excerpt")
    await sessions.delete("local", session)
    assert await insights.of_session("local", session) == []


async def test_nobody_saves_sees_or_deletes_insights_of_another(
    insights: InsightStore, turns: TurnStore, begun: Begun, stranger: str
) -> None:
    session, reply = begun.session.id, begun.reply.id
    kept, _ = await insights.add("local", session, reply, "an excerpt")
    other = await turns.begin("local", None, "Another session", {})
    for attempt in (
        insights.add(stranger, session, reply, "mine"),
        insights.add(stranger, session, reply, "an excerpt"),
        insights.add("local", other.session.id, reply, "from elsewhere"),
        insights.delete(stranger, session, kept.id),
        insights.delete("local", other.session.id, kept.id),
    ):
        with pytest.raises(StudyinError) as refused:
            await attempt
        assert refused.value.code == Code.NOT_FOUND
    assert await insights.of_session(stranger, session) == []
    assert await insights.of_session("local", session) == [kept]
