"""The coach that a model server words: finds passages, says how to teach with them, and passes the answer on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import aclosing
from typing import Protocol

from studyin.coach import prompts
from studyin.coach.base import Ask, Outcome, Reply
from studyin.config import Settings
from studyin.errors import Code, StudyinError
from studyin.library.english import FRAME_WORDS
from studyin.library.search import Found
from studyin.library.terms import subject
from studyin.llm.base import ChatRequest, ContextTooLongError, Delta, Provider

PASSAGES = 4
# of the tokens a model takes in all, what a prompt may have: the reply needs room as well
_PROMPT_SHARE = 0.7
# of a prompt that was too long for who knows what limit, what the next one may have
_NEXT_SHARE = 0.5


class Finder(Protocol):
    """What the coach asks of the library."""

    async def find(
        self, account_id: str, question: str, limit: int = 4, *, material_ids: Collection[str] | None = None
    ) -> Sequence[Found]: ...

    async def count(self, account_id: str, *, material_ids: Collection[str] | None = None) -> int: ...


class ModelCoach:
    """One model server as a coach. Errors are the provider's: StudyinErrors with a provider_… code."""

    name = "openai"

    def __init__(self, provider: Provider, library: Finder, settings: Settings) -> None:
        self.provider = provider
        self._library = library
        self._room = settings.context_tokens
        self._most: int | None = None  # tokens of a prompt, once the model has said what it takes

    @property
    def model(self) -> str | None:
        return self.provider.known_model

    async def reply(self, ask: Ask, reply: Reply) -> Outcome:
        about = _about(ask)
        chosen = ask.material_ids
        found = await self._library.find(ask.account_id, about, PASSAGES, material_ids=chosen)
        reply.context(found)
        if not found and _subject(about) and await self._library.count(ask.account_id, material_ids=chosen):
            # Said by us: a model may forget to.
            notes = "your notes" if chosen is None else "the notes chosen for this session"
            reply.notice("not_in_notes", f"Nothing in {notes} answers this; what follows is the model's own.")
        prompt = prompts.build(ask, found, self._room, self._most)
        try:
            if prompt.cut:
                _tell_of_trimming(reply)
            last = await self._answer(ask, prompt, reply)
        except ContextTooLongError as error:
            shorter = self._shorter(ask, found, prompt, error.limit)
            if shorter.tokens >= prompt.tokens:
                raise
            if not prompt.cut:
                _tell_of_trimming(reply)
            last = await self._answer(ask, shorter, reply)
        if last.finish == "length":
            reply.notice("cut_short", "The reply reached the longest length that was allowed; ask to go on from there.")
        elif last.finish == "content_filter":
            reply.notice("content_filter", "The model server's content filter ended this reply early.")
        return Outcome(self.model, last.usage, ask.dialogue)

    async def _answer(self, ask: Ask, prompt: prompts.Prompt, reply: Reply) -> Delta:
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
                        reply.say(last.text)
        except ContextTooLongError as error:
            if not begun:
                raise
            raise StudyinError(
                error.code,
                f"{self._who} had no room left in the middle of its reply; start a new session, or give the model a "
                "larger context.",
                status=error.status,
            ) from None
        if not answered:
            raise self._silence(last.finish)
        return last

    def _shorter(self, ask: Ask, found: Sequence[Found], prompt: prompts.Prompt, limit: int | None) -> prompts.Prompt:
        if limit:
            self._most = int(limit * _PROMPT_SHARE)
        most = int(prompt.tokens * _NEXT_SHARE)
        if self._most and self._most < prompt.tokens:
            most = self._most
        return prompts.build(ask, found, self._room, most)

    def _silence(self, finish: str | None) -> StudyinError:
        """For a reply without an answer in it."""
        if finish == "length":
            said = "used up its whole reply for thinking; choose a lower effort, then try again."
        elif finish == "content_filter":
            said = "withheld its answer because of its content filter; ask in other words."
        else:
            said = "ended without an answer; try again, and give the model a larger context where it stays so."
        return StudyinError(
            Code.PROVIDER_FAILED, f"{self._who} {said}", status=502, retryable=finish != "content_filter"
        )

    @property
    def _who(self) -> str:
        return f"{self.model or 'The model'} at {self.provider.where}"


def _about(ask: Ask) -> str:
    """The question; for one without a subject ("why?", "an example, please"), the last one that had one."""
    asked = [ask.question, *(said.content for said in reversed(ask.history) if said.role == "user")]
    return next((question for question in asked if _subject(question)), ask.question)


def _subject(question: str) -> set[str]:
    """What the question is about; empty for thanks, a nod, or "why?"."""
    return set(subject(question)) - FRAME_WORDS


def _tell_of_trimming(reply: Reply) -> None:
    reply.notice(
        "context_trimmed",
        "This is more than the model can take at once, so older messages, some passages or part of the question were "
        "left out. A new session gives it room again.",
    )
