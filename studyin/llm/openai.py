"""Any OpenAI-compatible model server as a Provider: finds out what the server takes, tries again where that helps.

https://platform.openai.com/docs/api-reference/chat is what servers are compatible with, each in its own way.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

from yarl import URL

from studyin.errors import Code, StudyinError
from studyin.llm import models
from studyin.llm.base import ChatRequest, ContextTooLongError, Delta
from studyin.llm.complaint import Complaint
from studyin.llm.connection import Connection
from studyin.llm.dialect import Dialect
from studyin.llm.failures import Failures, ProviderError
from studyin.llm.server import Server

# tries of one request, before its first word; seconds before the second, doubled for each further one
TRIES = 3
FIRST_WAIT = 0.5
# a student waits this long for a busy server; where it asks for more, they are told instead
LONGEST_WAIT = 20.0


@dataclass(slots=True)
class _Asking:
    """One request on its way to a first word. root, sent: what the last try used. odd: an answer at a root that was no
    completion, but was there."""

    request: ChatRequest
    root: URL
    sent: Mapping[str, Any] = field(default_factory=dict)
    capped: bool = True
    tries: int = 1
    roots_tried: int = 1
    listed_again: bool = False
    odd: ProviderError | None = None


class OpenAIProvider:
    """One server. It remembers what the server takes, so keep it for as long as the server is used.

    sleep: waits between tries; a test passes its own.
    """

    def __init__(self, server: Server, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._server = server
        self._sleep = sleep
        self._failures = Failures(server)
        self._connection = Connection(server, self._failures)
        self._dialect = Dialect()
        self._roots = server.roots
        self._model = server.model

    @property
    def where(self) -> str:
        return self._server.where

    @property
    def known_model(self) -> str | None:
        return self._model

    async def model(self) -> str:
        if self._model is None and not await self.models():
            raise self._failures.no_models()
        assert self._model is not None
        return self._model

    async def models(self) -> Sequence[str]:
        listed = models.that_chat(await self._connection.list_models(self._roots[0]))
        if self._server.model is None and self._model not in listed:
            self._model = listed[0] if listed else None
        return listed

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        asking = _Asking(request, self._roots[0])
        spoke = False
        while True:
            try:
                asking.root = self._roots[0]
                asking.sent = self._dialect.body(await self.model(), request, capped=asking.capped)
                async with aclosing(self._connection.complete(asking.root, asking.sent)) as deltas:
                    async for delta in deltas:
                        spoke = spoke or bool(delta.text or delta.thinking)
                        yield delta
                return
            except StudyinError as error:
                if spoke or not await self._cured(error, asking):
                    raise await self._in_full(error, asking) from None

    async def close(self) -> None:
        await self._connection.close()

    async def _cured(self, error: StudyinError, asking: _Asking) -> bool:
        """Do what may make another try succeed, and say whether there is such a thing."""
        match error:
            case ContextTooLongError() if asking.capped:
                # prompt and cap together may be what is too long; without a cap the server takes what room there is
                asking.capped = False
                return asking.request.max_tokens is not None
            case ProviderError(refused=Complaint() as complaint):
                return self._dialect.learn(asking.sent, complaint)
            case ProviderError(wrong_path=True):
                if not error.nothing_there:
                    asking.odd = error
                return self._elsewhere(asking)
            case ProviderError(code=Code.PROVIDER_MODEL) if asking.sent and not self._server.model:
                # the model that was the first of the list may have been removed since
                self._model = None
                again, asking.listed_again = not asking.listed_again, True
                return again
            case ProviderError(again=True):
                return await self._waited(error.after or 0.0, asking)
        return False

    def _elsewhere(self, asking: _Asking) -> bool:
        """Turn to the next root, unless another request has done so since this one began."""
        if asking.root == self._roots[0]:
            self._roots = self._roots[1:] + self._roots[:1]
        asking.roots_tried += 1
        return asking.roots_tried <= len(self._roots)

    async def _waited(self, asked: float, asking: _Asking) -> bool:
        if asking.tries >= TRIES or asked > LONGEST_WAIT:
            return False
        wait = max(asked, FIRST_WAIT * 2 ** (asking.tries - 1))
        asking.tries += 1
        await self._sleep(wait * random.uniform(1.0, 1.25))  # noqa: S311 - spreads load, guards nothing
        return True

    async def _in_full(self, error: StudyinError, asking: _Asking) -> StudyinError:
        """An unknown model is told with the known ones, and of two roots the one where there is something."""
        if asking.odd is not None and isinstance(error, ProviderError) and error.nothing_there:
            return asking.odd
        if error.code is Code.PROVIDER_MODEL and (model := asking.sent.get("model")):
            with suppress(StudyinError):
                known = await self.models()
                return self._failures.unknown_model(model, [name for name in known if name != model])
        return error
