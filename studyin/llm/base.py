"""What a model server is to the coach: a stream of text, reasoning and, at the end, figures."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from studyin.errors import Code, StudyinError


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """role: "system", "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One completion. max_tokens: a cap on the reply, None for the server's own. effort: "minimal" to "high"."""

    messages: Sequence[ChatMessage]
    max_tokens: int | None = None
    effort: str | None = None


class Delta(msgspec.Struct, frozen=True, gc=False):  # one a token: a tenth of a frozen dataclass's cost
    """The next piece: text is the answer, thinking the reasoning. Neither ever holds half a character.

    The last one has the rest: usage, {"prompt_tokens", "completion_tokens"} where the server counts; finish, why it
    ended: "stop", "length" (a cap was reached), "content_filter" or another word of the server's.
    """

    text: str = ""
    thinking: str = ""
    usage: Mapping[str, int] | None = None
    finish: str | None = None


class ContextTooLongError(StudyinError):
    """The request is longer than the model takes. limit: tokens the model takes, where the server told."""

    def __init__(self, message: str, limit: int | None = None) -> None:
        super().__init__(Code.CONTEXT_TOO_LONG, message, status=502)
        self.limit = limit


class Provider(Protocol):
    """A model server. Errors are StudyinErrors with a provider_… code, or ContextTooLongError."""

    @property
    def where(self) -> str:
        """The server as people know it: "localhost:11434"."""

    @property
    def known_model(self) -> str | None:
        """What model() would say, where that needs no asking."""

    async def model(self) -> str:
        """The model that answers: the configured one, or the first the server lists that can chat."""

    async def models(self) -> Sequence[str]:
        """The models that can chat, asked of the server anew. Raises StudyinError where it does not answer."""

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        """The reply, piece by piece; closing the generator, or cancelling its task, closes the request."""

    async def close(self) -> None: ...
