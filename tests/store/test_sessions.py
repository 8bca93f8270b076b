"""Sessions as rows: pages, search, rename, pin, delete."""

import pytest

from studyin.errors import Code, StudyinError
from studyin.store.database import Database
from studyin.store.sessions import SessionStore, title_of
from studyin.store.turns import TurnStore


async def _sessions(database: Database, count: int) -> None:
    sql = "INSERT INTO sessions (id, account_id, title, created_at, updated_at) VALUES (?, 'local', ?, ?, ?)"
    rows = [(f"{n:032x}", f"Session {n}", n, n // 2) for n in range(count)]
    await database.transact(lambda tx: tx.executemany(sql, rows))


async def test_pages_hold_every_session_once_the_last_changed_first(database: Database, sessions: SessionStore) -> None:
    await _sessions(database, 23)
    await sessions.change("local", f"{4:032x}", pinned=True)
    found, before = [], None
    while True:
        listed = await sessions.list("local", before=before, limit=5)
        found += [session.title for session, _ in listed.sessions]
        before = listed.next
        if before is None:
            break
    assert found[0] == "Session 4"
    assert found[1:] == [f"Session {n}" for n in range(22, -1, -1) if n != 4]


async def test_a_cursor_that_is_none_is_refused_in_words(sessions: SessionStore) -> None:
    with pytest.raises(StudyinError, match="Expected `before`") as refused:
        await sessions.list("local", before="1; DROP TABLE sessions")
    assert refused.value.code == Code.BAD_REQUEST


async def _asked(turns: TurnStore, account_id: str, question: str) -> str:
    begun = await turns.begin(account_id, None, question, {})
    await turns.interrupt_running()
    return begun.session.id


async def test_search_finds_words_in_messages_and_titles_and_shows_the_place(
    turns: TurnStore, sessions: SessionStore
) -> None:
    osmosis = await _asked(turns, "local", "Please explain how osmosis moves water through membranes")
    await _asked(turns, "local", "What is a prime number?")
    for query in ("osmosis", "membrane water", "OSMO", "explaining membranes"):
        listed = await sessions.search("local", query)
        assert [session.id for session, _ in listed.sessions] == [osmosis], query
    hit = (await sessions.search("local", "membranes")).sessions[0][1]
    assert hit is not None
    assert ("membranes", True) in list(hit.parts)

    async def found_by_title(query: str) -> list[str]:
        listed = await sessions.search("local", query)
        return [session.id for session, hit in listed.sessions if hit and hit.message_id is None]

    await sessions.change("local", osmosis, title="Biology 101")
    assert await found_by_title("biology 101") == [osmosis]

    await sessions.change("local", osmosis, title="Übungen zur Ökologie")
    for query in ("ökologie", "Okologie übung", "ÜBUNGEN"):
        assert await found_by_title(query) == [osmosis], query
    assert await found_by_title("ökologie und übungen") == []


@pytest.mark.parametrize("query", ['"', "AND OR NOT", "NEAR(", "a* b^", "col:on", "%", "'", "()", "-x", "…"])
async def test_no_query_is_syntax(turns: TurnStore, sessions: SessionStore, query: str) -> None:
    await _asked(turns, "local", "Nothing of the sort")
    assert list((await sessions.search("local", query)).sessions) == []


async def test_search_keeps_accounts_apart(turns: TurnStore, sessions: SessionStore, stranger: str) -> None:
    await _asked(turns, stranger, "My secret osmosis")
    mine = await _asked(turns, "local", "My own osmosis")
    assert [session.id for session, _ in (await sessions.search("local", "osmosis")).sessions] == [mine]


async def test_a_deleted_session_is_not_found_any_more(turns: TurnStore, sessions: SessionStore) -> None:
    session_id = await _asked(turns, "local", "Forget photosynthesis")
    await sessions.delete("local", session_id)
    assert list((await sessions.search("local", "photosynthesis")).sessions) == []
    with pytest.raises(StudyinError) as refused:
        await sessions.delete("local", session_id)
    assert refused.value.code == Code.NOT_FOUND


@pytest.mark.parametrize(("title", "code"), [("  \n ", Code.EMPTY), ("x" * 201, Code.TOO_LONG)])
async def test_a_title_that_no_list_could_show_is_refused(
    turns: TurnStore, sessions: SessionStore, title: str, code: Code
) -> None:
    session_id = await _asked(turns, "local", "Keep my name")
    with pytest.raises(StudyinError) as refused:
        await sessions.change("local", session_id, title=title)
    assert refused.value.code == code
    assert (await sessions.get("local", session_id)).title == "Keep my name"


def test_a_long_question_becomes_a_title_cut_at_a_word() -> None:
    title = title_of("Explain " + "very " * 30 + "slowly")
    assert len(title) <= 61
    assert title.endswith("very…")
    assert title_of("x" * 100) == "x" * 60 + "…"
