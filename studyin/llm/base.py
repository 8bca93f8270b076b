"""What a model server is to the coach: a stream of text, reasoning and, at the end, figures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


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


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece: text is the answer, thinking the reasoning, usage the token counts (last)."""

    text: str = ""
    thinking: str = ""
    usage: Mapping[str, int] | None = None


class Provider(Protocol):
    """A model server. Errors are StudyinErrors with a provider_… code."""

    async def model(self) -> str:
        """The model that answers: the configured one, or the first the server lists."""

    def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        """The reply, piece by piece; closing the iterator closes the request."""

    async def close(self) -> None: ...
