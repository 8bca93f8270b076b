"""The second half of the protocol: opening, resuming, sending once, two tabs, stop, regenerate, render."""

import asyncio
import re
from collections.abc import Callable
from itertools import chain

import html5lib
import pytest

from studyin.coach.base import Controls
from studyin.errors import StudyinError
from studyin.web.keys import ENGINE, MESSAGES
from studyin.web.shapes import message_shape
from tests.scripted_provider import Pause, ScriptedProvider, Stream, Think
from tests.web.studyin_server import Chat, StudyinServer, kinds, only, said

Connect = Callable[[], Chat]

EMOJI = "a😀é漢 "


async def _exchange(one: Chat, question: str = "Why?", **fields: object) -> dict[str, object]:
    await one.ask(question, **fields)
    return (await one.until("complete"))[-1]


async def test_open_without_a_session_answers_with_nothing(chat: Connect) -> None:
    async with chat() as one:
        await one.send("open", session_id=None, html=True)
        nothing = {"session_id": None, "title": None, "leaf_id": None, "messages": [], "turn": None}
        assert await one.frame() == {"type": "opened", **nothing}


async def test_accepted_names_the_question_before_anything_of_the_answer(chat: Connect, server: StudyinServer) -> None:
    async with chat() as one:
        await one.send("open", session_id=None, html=True)
        await one.until("opened")
        await one.ask("Why?", client_id="c-1")
        frames = await one.until("complete")
        frames += await one.until("session")
    accepted = only(frames, "accepted")
    assert next(frame["type"] for frame in frames if frame["type"] != "session") == "accepted"
    assert accepted["client_id"] == "c-1"
    question = await server.app[MESSAGES].get("local", accepted["message_id"])
    assert (question.content, question.client_id) == ("Why?", "c-1")
    complete = only(frames, "complete")
    assert complete["turn_id"] == complete["message_id"] == accepted["turn_id"]
    assert (complete["status"], complete["model"]) == ("complete", "scripted-1")
    assert complete["usage"] == {"prompt_tokens": 7, "completion_tokens": 3}
    assert complete["html"] == "<p>Hello world?</p>"


async def test_a_question_is_on_disk_when_it_is_accepted(
    chat: Connect, server: StudyinServer, provider: ScriptedProvider
) -> None:
    provider.script(Stream(Pause(), "never"))
    async with chat() as one:
        await one.ask("Keep me", client_id="c-1")
        accepted = (await one.until("accepted"))[-1]
        stored = await server.app[MESSAGES].get("local", accepted["message_id"])
        assert stored.content == "Keep me"


async def test_the_same_client_id_is_answered_once_on_one_socket_and_on_the_next(
    chat: Connect, server: StudyinServer, provider: ScriptedProvider
) -> None:
    async with chat() as one:
        await one.ask("Once", client_id="c-1")
        await one.ask("Once", client_id="c-1")
        frames = await one.until("complete")
        await one.send("ping")
        frames += await one.until("pong")
    assert kinds(frames).count("complete") == 1
    assert {frame["message_id"] for frame in frames if frame["type"] == "accepted"} == {frames[0]["message_id"]}
    async with chat() as two:
        await two.ask("Once", client_id="c-1")
        again = await two.until("complete")
    assert kinds(again) == ["accepted", "context", "complete"]
    assert again[0]["message_id"] == frames[0]["message_id"]
    assert again[-1]["message"] == "Hello world?"
    page, _ = await server.app[MESSAGES].page("local", frames[0]["session_id"])
    assert len(page) == 2
    assert len(provider.requests) == 1


async def test_a_repeated_question_whose_answer_is_running_is_followed_from_its_beginning(
    chat: Connect, provider: ScriptedProvider
) -> None:
    pause = Pause()
    provider.script(Stream("One, ", pause, "two?"))
    async with chat() as one, chat() as two:
        await one.ask("Once", client_id="c-1")
        await one.until("token")
        await two.ask("Once", client_id="c-1")
        await two.until("token")
        pause.go.set()
        assert (await two.until("complete"))[-1]["message"] == "One, two?"
    assert len(provider.requests) == 1


async def test_a_repeated_question_gets_its_own_answer_while_another_one_is_given(
    chat: Connect, provider: ScriptedProvider
) -> None:
    pause = Pause()
    provider.script(Stream("One?"), Stream("Two, ", pause, "whole?"))
    async with chat() as one, chat() as two:
        first = await _exchange(one, "One?", client_id="c-1")
        await one.ask("Two?")
        await one.until("token")
        await two.send("open", session_id=None)
        await two.ask("One?", client_id="c-1")
        again = await two.until("complete")
        pause.go.set()
        then = await two.until("complete")
    assert (again[-1]["turn_id"], again[-1]["message"]) == (first["turn_id"], "One?")
    assert only(again, "accepted")["turn_id"] == first["turn_id"]
    assert only(then, "opened")["turn"]["turn_id"] == then[-1]["turn_id"]
    assert said(then) == then[-1]["message"] == "Two, whole?"


@pytest.mark.parametrize("at", range(len(EMOJI) * 2 + 1))
async def test_a_reply_cut_at_any_character_is_whole_after_opening_again(
    chat: Connect, provider: ScriptedProvider, at: int
) -> None:
    pause = Pause()
    provider.script(Stream(EMOJI * 2, pause, EMOJI + "?"))
    async with chat() as one:
        await one.ask("Go on")
        first = await one.until("token")
        held = said(first)[:at]
    turn_id, session_id = first[-1]["turn_id"], first[-1]["session_id"]
    async with chat() as two:
        await two.send("open", session_id=session_id, turn_id=turn_id, upto=at)
        opened = (await two.until("opened"))[-1]
        assert opened["turn"]["upto"] == at
        pause.go.set()
        rest = await two.until("complete")
    assert held + said(rest) == EMOJI * 3 + "?" == rest[-1]["message"]


@pytest.mark.parametrize(("turn_id", "upto"), [("another", 3), (None, 0), ("same", 9999), ("same", True)])
async def test_a_page_that_held_another_text_gets_it_from_the_beginning(
    chat: Connect, provider: ScriptedProvider, turn_id: str | None, upto: int
) -> None:
    pause = Pause()
    provider.script(Stream("Beginning ", pause, "end?"))
    async with chat() as one:
        await one.ask("Go on")
        token = (await one.until("token"))[-1]
    async with chat() as two:
        held = token["turn_id"] if turn_id == "same" else turn_id
        await two.send("open", session_id=token["session_id"], turn_id=held, upto=upto)
        opened = (await two.until("opened"))[-1]
        assert opened["turn"]["upto"] == 0
        pause.go.set()
        rest = await two.until("complete")
    assert kinds(rest)[0] == "context"
    assert said(rest) == "Beginning end?"


async def test_opening_gives_what_was_missed_and_no_more(chat: Connect) -> None:
    async with chat() as one:
        first = await _exchange(one, "One?")
        await _exchange(one, "Two?", client_id="c-2")
    async with chat() as two:
        await two.send("open", session_id=first["session_id"], after=first["message_id"], html=True)
        opened = (await two.until("opened"))[-1]
        assert opened["title"] == "One?"
        assert opened["turn"] is None
        assert [message["content"] for message in opened["messages"]] == ["Two?", "Hello world?"]
        assert opened["messages"][0]["client_id"] == "c-2"
        assert opened["messages"][1]["html"] == "<p>Hello world?</p>"
        await two.send("open", session_id=first["session_id"], after=opened["messages"][-1]["id"])
        assert (await two.until("opened"))[-1]["messages"] == []


async def test_a_page_that_asks_in_the_same_breath_is_answered_in_order(chat: Connect) -> None:
    async with chat() as one:
        first = await _exchange(one, "One?")
    for number in range(10):
        async with chat() as two:
            await two.send("open", session_id=first["session_id"])
            await two.send("open", session_id=first["session_id"], after=first["message_id"])
            await two.ask(f"{number}?", client_id=f"c-{number}")
            frames = [frame for frame in await two.until("complete") if frame["type"] not in ("session", "sessions")]
        assert [frame["type"] for frame in frames[:4]] == ["opened", "opened", "accepted", "context"]
        assert len(frames[0]["messages"]) == 2 + 2 * number
        assert len(frames[1]["messages"]) == 2 * number
        assert frames[0]["turn"] is frames[1]["turn"] is None


async def test_opening_what_is_not_there_is_refused_and_the_socket_stays_where_it_was(chat: Connect) -> None:
    async with chat() as one:
        first = await _exchange(one)
        await one.send("open", session_id="0" * 32)
        error = (await one.until("error"))[-1]
        assert (error["code"], error["retryable"]) == ("not_found", False)
        assert (await _exchange(one))["session_id"] == first["session_id"]


async def test_a_socket_can_switch_sessions_and_hears_no_more_of_the_old_one(
    chat: Connect, provider: ScriptedProvider
) -> None:
    async with chat() as one:
        first = await _exchange(one, "One?")
        pause = Pause()
        provider.script(Stream("Slow ", pause, "answer"), Stream("Quick?"))
        await one.ask("Two?")
        await one.until("token")
        await one.send("open", session_id=None)
        await one.until("opened")
        second = await one.ask("Elsewhere?")
        frames = await one.until("complete")
        assert frames[-1]["message"] == "Quick?"
        assert frames[-1]["session_id"] != first["session_id"]
        pause.go.set()
        await one.send("ping")
        assert second is None
        assert "token" not in kinds(await one.until("pong"))


async def test_two_tabs_on_one_session_show_the_same(chat: Connect, provider: ScriptedProvider) -> None:
    async with chat() as one, chat() as two:
        await one.send("open", session_id=None, html=True)
        first = await _exchange(one, "One?")
        await two.send("open", session_id=first["session_id"], html=True)
        await two.until("opened")
        provider.script(Stream(*(f"word{n} " for n in range(30)), pace=300))
        await one.ask("Two?", client_id="c-2")
        mine = await one.until("complete")
        theirs = await two.until("complete")
    opened = only(theirs, "opened")
    assert [message["content"] for message in opened["messages"]] == ["Two?"]
    assert opened["turn"]["turn_id"] == mine[-1]["turn_id"]
    assert opened["turn"]["parent_id"] == opened["messages"][0]["id"] == only(mine, "accepted")["message_id"]
    assert said(theirs) == said(mine) == mine[-1]["message"]
    assert theirs[-1]["html"] == mine[-1]["html"]
    assert "accepted" not in kinds(theirs)


async def test_both_tabs_may_ask_one_after_the_other(chat: Connect) -> None:
    async with chat() as one, chat() as two:
        await one.send("open", session_id=None)
        first = await _exchange(one, "One?")
        await two.send("open", session_id=first["session_id"], after=first["message_id"])
        await two.until("opened")
        for asking, listening, question in [(two, one, "Two?"), (one, two, "Three?"), (two, one, "Four?")]:
            await asking.ask(question)
            mine = await asking.until("complete")
            theirs = await listening.until("complete")
            assert kinds([frame for frame in mine if frame["type"] != "session"])[0] == "accepted"
            opened = only(theirs, "opened")
            assert [message["content"] for message in opened["messages"]] == [question]
            assert said(theirs) == said(mine) == "Hello world?"


async def test_a_second_question_meanwhile_is_busy_and_names_what_was_refused(
    chat: Connect, provider: ScriptedProvider
) -> None:
    pause = Pause()
    provider.script(Stream("One ", pause, "two?"))
    async with chat() as one:
        await one.ask("One?", client_id="c-1")
        await one.until("token")
        await one.ask("Two?", client_id="c-2")
        error = (await one.until("error"))[-1]
        assert (error["code"], error["retryable"], error["client_id"]) == ("busy", True, "c-2")
        assert "try again" in error["message"]
        pause.go.set()
        assert (await one.until("complete"))[-1]["message"] == "One two?"
        assert (await _exchange(one, "Two?", client_id="c-2"))["status"] == "complete"


async def test_stop_keeps_what_was_said_and_closes_the_upstream_request(
    chat: Connect, provider: ScriptedProvider
) -> None:
    provider.script(Stream("So far", Pause(), "never"))
    async with chat() as one:
        await one.ask("Go on")
        token = (await one.until("token"))[-1]
        await one.send("stop", turn_id=token["turn_id"])
        complete = (await one.until("complete"))[-1]
        assert (complete["status"], complete["message"]) == ("stopped", "So far")
        async with asyncio.timeout(1):
            await (await provider.received()).closed.wait()
        await one.send("stop", turn_id=token["turn_id"])
        assert (await one.until("error"))[-1]["code"] == "not_running"


async def test_another_tab_can_stop_too(chat: Connect, provider: ScriptedProvider) -> None:
    provider.script(Stream("So far", Pause(), "never"))
    async with chat() as one, chat() as two:
        await one.ask("Go on")
        token = (await one.until("token"))[-1]
        await two.send("open", session_id=token["session_id"])
        await two.until("token")
        await two.send("stop", turn_id=token["turn_id"])
        for tab in (one, two):
            assert (await tab.until("complete"))[-1]["status"] == "stopped"


async def test_regenerate_answers_the_same_question_again_as_a_sibling(
    chat: Connect, server: StudyinServer, provider: ScriptedProvider
) -> None:
    provider.script(Stream("First try?"), Stream("Second try?"))
    async with chat() as one:
        await one.send("open", session_id=None)
        await one.ask("Why?", client_id="c-1")
        first = await one.until("complete")
        await one.send("regenerate", message_id=first[-1]["message_id"])
        second = await one.until("complete")
    accepted = only(second, "accepted")
    assert accepted["message_id"] == only(first, "accepted")["message_id"]
    assert accepted["turn_id"] == second[-1]["turn_id"] != first[-1]["turn_id"]
    assert second[-1]["message"] == "Second try?"
    page, _ = await server.app[MESSAGES].page("local", first[-1]["session_id"])
    assert [message.content for message in page] == ["Why?", "First try?", "Second try?"]
    assert page[1].parent_id == page[2].parent_id == page[0].id
    roles = [message["role"] for message in (await provider.received(2)).body["messages"]]
    assert "assistant" not in roles


async def test_an_edited_question_branches(chat: Connect, server: StudyinServer) -> None:
    async with chat() as one:
        await one.send("open", session_id=None)
        await one.ask("One?")
        question = only(await one.until("complete"), "accepted")
        await _exchange(one, "Better one?", parent_id=question["message_id"])
        page, _ = await server.app[MESSAGES].page("local", question["session_id"])
        assert [message.parent_id for message in page if message.role == "user"] == [None, None]
        await one.ask("Nowhere", parent_id="0" * 32, client_id="c-9")
        error = (await one.until("error"))[-1]
        assert (error["code"], error["client_id"]) == ("not_found", "c-9")


async def test_rendered_html_covers_the_reply_block_by_block(chat: Connect, provider: ScriptedProvider) -> None:
    parts = ["# Title\n\n", "First *para", "graph*.\n\n- one\n", "- two\n\n", "Last line?"]
    pauses = [Pause() for _ in parts]
    provider.script(Stream(*chain.from_iterable(zip(parts, pauses, strict=True))))
    text, covered, shown = "", 0, []
    async with chat() as one:
        await one.send("open", session_id=None, html=True)
        await one.until("opened")
        await one.ask("Write")
        for part, pause in zip(parts, pauses, strict=True):
            frames = await one.until("render" if "\n" in part else "token")
            text += said(frames)
            for frame in frames:
                if frame["type"] == "render":
                    assert covered < frame["upto"] <= len(text)
                    covered = frame["upto"]
                    shown[frame["block"] :] = list(html5lib.parseFragment(frame["html"], namespaceHTMLElements=False))
            pause.go.set()
        complete = (await one.until("complete"))[-1]
    assert covered == text.rindex("\n") + 1
    assert [(element.tag, "|".join(element.itertext())) for element in shown] == [
        ("h3", "Title"),
        ("p", "First |paragraph|."),
        ("ul", "one|two"),
    ]
    assert complete["html"].endswith("<p>Last line?</p>")


async def test_thinking_is_shown_apart_and_never_as_the_answer(chat: Connect, provider: ScriptedProvider) -> None:
    provider.script(Stream(Think("Let me "), Think("see."), "Forty-two?"))
    async with chat() as one, chat() as base:
        await one.send("open", session_id=None)
        await one.until("opened")
        await one.ask("What is it?")
        frames = await one.until("complete")
        await base.ask("What is it?")
        plain = await base.until("complete")
    assert "".join(frame["value"] for frame in frames if frame["type"] == "thinking") == "Let me see."
    assert said(frames) == frames[-1]["message"] == "Forty-two?"
    assert "thinking" not in kinds(plain)


async def test_a_reply_that_can_not_be_shown_ends_in_an_error_and_the_next_one_is_relayed(
    chat: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("on purpose")

    async with chat() as one:
        await one.send("open", session_id=None, html=True)
        with monkeypatch.context() as broken:
            broken.setattr("studyin.web.relay.draw", fail)
            await one.ask("One?")
            error = (await one.until("error"))[-1]
        assert (error["code"], error["message"]) == ("server_error", "Unexpected server error.")
        assert "on purpose" in caplog.text
        complete = await _exchange(one, "Two?")
        assert complete["html"] == "<p>Hello world?</p>"
        assert error["turn_id"] != complete["turn_id"]
        assert error["session_id"] == complete["session_id"]


async def test_a_turn_that_ended_before_another_tab_heard_of_it_is_told_there_once(
    chat: Connect, server: StudyinServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with chat() as one, chat() as two:
        first = await _exchange(one, "One?")
        await two.send("open", session_id=first["session_id"])
        await two.until("opened")
        looked, ended = server.app[MESSAGES].finished_after, asyncio.Event()

        async def look_late(*which: str) -> object:
            await ended.wait()
            return await looked(*which)

        monkeypatch.setattr(server.app[MESSAGES], "finished_after", look_late)
        await _exchange(one, "Two?")
        ended.set()
        frames = await two.until("complete")
    opened = only(frames, "opened")
    assert [message["content"] for message in opened["messages"]] == ["Two?"]
    assert opened["turn"]["turn_id"] == frames[-1]["turn_id"]
    assert said(frames) == frames[-1]["message"] == "Hello world?"


async def test_the_sidebar_of_every_tab_follows(
    chat: Connect, server: StudyinServer, provider: ScriptedProvider
) -> None:
    async with chat() as one, chat() as two:
        await two.send("open", session_id=None)
        await two.until("opened")
        await _exchange(one, "A new session")
        made = (await two.until("session"))[-1]
        assert (made["title"], made["pinned"]) == ("A new session", False)
        url = f"{server.url}/api/sessions/{made['session_id']}"
        headers = {"Origin": server.url}
        async with one._http.patch(url, json={"title": "Renamed", "pinned": True}, headers=headers) as response:
            assert response.status == 200
        assert (await two.until("session", title="Renamed"))[-1]["pinned"] is True
        async with one._http.delete(url, headers=headers) as response:
            assert response.status == 204
        assert (await two.until("session", deleted=True))[-1]["session_id"] == made["session_id"]


async def test_deleting_a_session_ends_its_running_reply(
    chat: Connect, server: StudyinServer, provider: ScriptedProvider
) -> None:
    provider.script(Stream("So far", Pause(), "never"))
    async with chat() as one:
        await one.ask("Go on")
        token = (await one.until("token"))[-1]
        url = f"{server.url}/api/sessions/{token['session_id']}"
        async with one._http.delete(url, headers={"Origin": server.url}) as response:
            assert response.status == 204
        assert (await one.until("complete"))[-1]["status"] == "stopped"
        assert server.app[ENGINE].count == 0
        await one.send("open", session_id=None)
        await one.until("opened")


async def test_no_turn_begins_in_a_session_while_it_is_deleted(
    chat: Connect, server: StudyinServer, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = server.app[ENGINE]
    stop_session = engine.stop_session

    async def stop_and_let_another_tab_ask(account_id: str, session_id: str) -> None:
        await stop_session(account_id, session_id)
        with pytest.raises(StudyinError) as refused:
            await engine.ask(account_id, session_id, "Late?", Controls())
        assert refused.value.code == "not_found"

    monkeypatch.setattr(engine, "stop_session", stop_and_let_another_tab_ask)
    async with chat() as one:
        session_id = (await _exchange(one))["session_id"]
        url = f"{server.url}/api/sessions/{session_id}"
        async with one._http.delete(url, headers={"Origin": server.url}) as response:
            assert response.status == 204
    assert engine.count == 0
    assert len(provider.requests) == 1


async def test_a_client_whose_session_was_deleted_gets_a_new_one_where_it_knows_of_no_sessions(
    chat: Connect, server: StudyinServer
) -> None:
    async with chat() as base, chat() as own:
        session_id = (await _exchange(base, "One?"))["session_id"]
        await own.send("open", session_id=session_id)
        await own.until("opened")
        url = f"{server.url}/api/sessions/{session_id}"
        async with base._http.delete(url, headers={"Origin": server.url}) as response:
            assert response.status == 204
        assert (await _exchange(base, "Two?"))["session_id"] != session_id
        await own.ask("Two?")
        assert (await own.until("error"))[-1]["code"] == "not_found"


async def test_ping_is_answered_at_once(chat: Connect) -> None:
    async with chat() as one:
        await one.send("ping")
        assert await one.frame() == {"type": "pong"}


async def test_two_replies_that_say_the_same_have_footnotes_of_their_own(
    chat: Connect, server: StudyinServer, provider: ScriptedProvider
) -> None:
    text = "It folds.[^why]\n\n[^why]: For room.\n\nWhy else?\n"
    provider.script(Stream(text), Stream(text))
    async with chat() as one:
        await one.send("open", session_id=None, html=True)
        await one.until("opened")
        replies = [await _exchange(one), await _exchange(one)]
    ids = [set(re.findall(r'id="(note-[^"]+)"', str(reply["html"]))) for reply in replies]
    assert [len(each) for each in ids] == [2, 2]
    assert not ids[0] & ids[1]
    for reply in replies:  # and the page that is opened later has the same
        stored = await message_shape(await server.app[MESSAGES].get("local", str(reply["message_id"])))
        assert stored["html"] == reply["html"]
