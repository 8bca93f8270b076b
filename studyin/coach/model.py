"""The coach that a model server words: what a turn does is decided by code, as for the notes coach."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

from studyin.coach import prompts
from studyin.coach.base import Ask, Outcome, Reply
from studyin.coach.brief import Brief, brief
from studyin.coach.decision import decide
from studyin.coach.dialogue import Dialogue
from studyin.coach.ending import close
from studyin.coach.lesson import Lesson, Told
from studyin.coach.moves import Move
from studyin.coach.problems import RULE
from studyin.coach.support import check
from studyin.coach.wants import own_subject
from studyin.coach.wording import Wording
from studyin.config import Settings
from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.library import Library
from studyin.library.search import Found
from studyin.library.selection import Selection
from studyin.llm.base import ChatRequest, ContextTooLongError, Delta, Provider

PASSAGES = 4
# Materials that have no more passages are given whole; a longer list of sources beside a reply helps nobody.
WHOLE_PASSAGES = 8
# For these a model may use all that it is given, and not only what the notes coach would quote.
_FROM_THE_NOTES = (Move.EXPLAIN, Move.NEAREST, Move.OVERVIEW, Move.MORE)
# of the tokens a model takes in all, what a prompt may have: the reply needs room as well
_PROMPT_SHARE = 0.7
# of a prompt that was too long for who knows what limit, what the next one may have
_NEXT_SHARE = 0.5


class ModelCoach:
    """One model server as a coach. Errors are the provider's: StudyinErrors with a provider_… code."""

    name = "openai"

    def __init__(self, provider: Provider, library: Library, settings: Settings) -> None:
        self.provider = provider
        self._library = library
        self._room = settings.context_tokens
        self._most: int | None = None  # tokens of a prompt, once the model has said what it takes

    @property
    def model(self) -> str | None:
        return self.provider.known_model

    async def reply(self, ask: Ask, reply: Reply) -> Outcome:
        lesson = Lesson(Selection(self._library, ask.material_ids), ask, Dialogue.of(ask.dialogue))
        before = lesson.dialogue.pending
        told = await decide(lesson)
        task = brief(lesson, told, before)
        passages = await self._passages(lesson, told, task)
        found = await self._library.joined(lesson.account_id, passages)
        reply.context(found)
        await _tell_where_the_notes_are_silent(lesson, found, reply)
        # Without any notes nobody teaches from them: the model's words pass as they come, and nothing is added.
        has_notes = await lesson.library.count(lesson.account_id) > 0
        wording = Wording(reply, len(found), ask.controls.verbosity.words if has_notes else None)
        last = await self._worded(ask, task, found, reply, wording)
        dialogue = told.dialogue
        if last.finish == "content_filter":
            reply.notice("content_filter", say("The model server's content filter ended this reply early."))
        elif has_notes:
            # By the passages as they are stored: a question is made from one of them, and recalled by it.
            closing, dialogue = await close(lesson, told, task, wording.text, passages)
            wording.add(closing)
        if wording.was_cut:
            reply.notice(
                "ended_long",
                say(
                    "The reply went on far beyond {number} words, so it was ended here. Ask to go on, or choose longer "
                    "replies.",
                    number=ask.controls.verbosity.words,
                ),
            )
        elif last.finish == "length":
            reply.notice(
                "cut_short", say("The reply reached the longest length that was allowed; ask to go on from there.")
            )
        citations = check(wording.text, found)
        if any(citation.supported is False for citation in citations):
            reply.notice(
                "not_in_passage", say("Where a source has a question mark, its passage does not say that: look it up.")
            )
        return Outcome(self.model, last.usage, dialogue.shape(), citations)

    async def _passages(self, lesson: Lesson, told: Told, task: Brief) -> Sequence[Found]:
        """What the model may see and cite: first what was decided to be quoted, then what else was found."""
        if task.withheld or lesson.move in (Move.TALK, Move.ABOUT, Move.NOTHING, Move.UNCHECKED):
            return ()
        best = {each.passage.id: each for each in (*told.found, *lesson.sources.expected)}
        if lesson.move in _FROM_THE_NOTES:
            room = prompts.material_characters(min(self._room, self._most or self._room))
            whole = await self._library.whole(
                lesson.account_id,
                material_ids={each.passage.material_id for each in told.found},
                room=room,
                question=told.dialogue.topic,
            )
            if whole and len(whole) <= WHOLE_PASSAGES:
                return tuple((best | {each.passage.id: each for each in whole}).values())
        return tuple(best.values())[:PASSAGES]

    async def _worded(self, ask: Ask, task: Brief, found: Sequence[Found], reply: Reply, wording: Wording) -> Delta:
        """The model's answer, with less said to it where it can't take all. Returns what came last."""
        prompt = prompts.build(ask, task, found, self._room, self._most)
        if prompt.cut:
            _tell_of_trimming(reply)
        try:
            return await self._answer(ask, prompt, reply, wording)
        except ContextTooLongError as error:
            if error.limit:
                self._most = int(error.limit * _PROMPT_SHARE)
            most = int(prompt.tokens * _NEXT_SHARE)
            if self._most and self._most < prompt.tokens:
                most = self._most
            shorter = prompts.build(ask, task, found, self._room, most)
            if shorter.tokens >= prompt.tokens:
                raise
            if not prompt.cut:
                _tell_of_trimming(reply)
            return await self._answer(ask, shorter, reply, wording)

    async def _answer(self, ask: Ask, prompt: prompts.Prompt, reply: Reply, wording: Wording) -> Delta:
        """Pass the answer on while it comes. Returns what came last: why it ended, and the figures."""
        effort = ask.controls.effort
        request = ChatRequest(prompt.messages, prompts.reply_tokens(ask.controls), effort and effort.value)
        last = Delta()
        begun = answered = False
        try:
            async with aclosing(self.provider.stream(request)) as deltas:
                async for last in deltas:
                    if last.thinking:
                        begun = True
                        reply.think(last.thinking)
                    if last.text:
                        begun = True
                        answered = answered or not last.text.isspace()
                        if not wording.say(last.text):
                            break  # closes the request: nobody pays for words that nobody reads
                else:
                    wording.end()
        except ContextTooLongError as error:
            if not begun:
                raise
            raise StudyinError(
                error.code,
                say(
                    "{who} had no room left in the middle of its reply; start a new session, or give the model a "
                    "larger context.",
                    who=self._who,
                ),
                status=error.status,
            ) from None
        if not answered:
            raise self._silence(last.finish)
        return last

    def _silence(self, finish: str | None) -> StudyinError:
        """For a reply without an answer in it."""
        if finish == "length":
            message = say(
                "{who} used up its whole reply for thinking; choose a lower effort, then try again.", who=self._who
            )
        elif finish == "content_filter":
            message = say("{who} withheld its answer because of its content filter; ask in other words.", who=self._who)
        else:
            message = say(
                "{who} ended without an answer; try again, and give the model a larger context where it stays so.",
                who=self._who,
            )
        return StudyinError(
            Code.PROVIDER_FAILED,
            message,
            status=502,
            retryable=finish != "content_filter",
        )

    @property
    def _who(self) -> str:
        where = self.provider.where
        return (
            say("{model} at {where}", model=self.model, where=where)
            if self.model
            else say("The model at {where}", where=where)
        )


async def _tell_where_the_notes_are_silent(lesson: Lesson, found: Sequence[Found], reply: Reply) -> None:
    """Said by us: a model may forget to."""
    helpless = lesson.move is Move.PROBLEM and lesson.rung >= RULE and not found
    asked = lesson.move is Move.NOTHING and own_subject(lesson.ask.question)
    if (helpless or asked) and await lesson.library.count(lesson.account_id):
        reply.notice(
            "not_in_notes",
            say("Nothing in {notes} answers this; what follows is the model's own.", notes=lesson.notes),
        )


def _tell_of_trimming(reply: Reply) -> None:
    reply.notice(
        "context_trimmed",
        say(
            "This is more than the model can take at once, so older messages, some passages or part of the question "
            "were left out. A new session gives it room again."
        ),
    )
