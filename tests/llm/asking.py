"""What tests of a provider say and see: a request, and an answer with how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from studyin.errors import StudyinError
from studyin.llm.base import ChatMessage, ChatRequest, Delta, Provider

HELLO = ChatRequest([ChatMessage("user", "What does a cell do?")], max_tokens=500)


class Waits:
    """A sleep that takes no time, and remembers how long it was meant to be."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class Answer:
    deltas: list[Delta] = field(default_factory=list)
    error: StudyinError | None = None

    @property
    def text(self) -> str:
        return "".join(delta.text for delta in self.deltas)

    @property
    def thinking(self) -> str:
        return "".join(delta.thinking for delta in self.deltas)

    @property
    def last(self) -> Delta:
        return self.deltas[-1]

    @property
    def refusal(self) -> StudyinError:
        assert self.error is not None, f"it answered: {self.text!r}"
        return self.error


async def ask(provider: Provider, request: ChatRequest = HELLO) -> Answer:
    """Read an answer to its end, or to its error."""
    answer = Answer()
    try:
        async for delta in provider.stream(request):
            answer.deltas.append(delta)
    except StudyinError as error:
        answer.error = error
    return answer
