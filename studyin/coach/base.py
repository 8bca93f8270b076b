"""What a coach is: it gets a question with its history, and writes a reply.

A coach knows neither sockets nor turns. It writes on a `Reply`, and returns an `Outcome`; errors it can't cure are
StudyinErrors, raised after whatever was said before (that text is kept).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from studyin.library.search import Found
from studyin.store.messages import Citation
from studyin.store.proposals import Proposal


class Profile(StrEnum):
    """The three modes of COACH.md, under the names that clients send."""

    FAST = "studyin_fast"
    STUDY = "studyin_study"
    DEEP = "studyin_deep"


class Effort(StrEnum):
    """How hard a model should think; sent on as `reasoning_effort` where the server takes one."""

    MINIMAL = "minimal"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Verbosity(StrEnum):
    """A hard cap on a reply's words: 120, 200 or 350."""

    CONCISE = "concise"
    BALANCED = "balanced"
    DETAILED = "detailed"

    @property
    def words(self) -> int:
        return {"concise": 120, "balanced": 200, "detailed": 350}[self.value]


@dataclass(frozen=True, slots=True)
class Controls:
    """How a student wants to be taught. level: 1 (beginner) to 5 (expert)."""

    level: int = 3
    profile: Profile = Profile.FAST
    effort: Effort | None = None
    verbosity: Verbosity = Verbosity.BALANCED

    def plain(self) -> dict[str, Any]:
        """As it is stored with a message."""
        return {"level": self.level, "profile": self.profile, "effort": self.effort, "verbosity": self.verbosity}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Controls:
        """From what `plain` gave, read back from the store; the defaults where that is nothing."""
        if not plain:
            return cls()
        effort = plain["effort"]
        return cls(
            plain["level"],
            Profile(plain["profile"]),
            Effort(effort) if effort is not None else None,
            Verbosity(plain["verbosity"]),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """One earlier message of the branch. role: "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a coach. history: the branch before it, oldest first; dialogue: what the coach left last time;
    material_ids: the materials that the session is limited to, None for all."""

    account_id: str
    session_id: str
    question: str
    controls: Controls = Controls()
    history: Sequence[Said] = ()
    dialogue: Mapping[str, Any] = field(default_factory=dict)
    material_ids: Collection[str] | None = None


class Reply(Protocol):
    """Where a coach writes. None of these wait: the reply grows, its readers follow at their own pace."""

    def context(self, found: Sequence[Found]) -> None:
        """The passages the reply may cite as [[1]], [[2]], …; once, before the first word. May be empty."""

    def think(self, text: str) -> None:
        """A piece of a model's reasoning; shown as thinking, never part of the answer."""

    def say(self, text: str) -> None:
        """The next piece of the answer, Markdown; cites a passage as [[n]]."""

    def notice(self, code: str, message: str) -> None:
        """Something the student should know about this reply, e.g. that older messages were left out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a reply ended. usage: {"prompt_tokens", "completion_tokens"} where the server tells; dialogue: kept with the
    session and given back with the next Ask (JSON types only); citations: what became of checking them, by number and
    then in reading order; empty where they were not checked; proposals: cards that the student may keep."""

    model: str | None = None
    usage: Mapping[str, int] | None = None
    dialogue: Mapping[str, Any] = field(default_factory=dict)
    citations: Sequence[Citation] = ()
    proposals: Sequence[Proposal] = ()


class Coach(Protocol):
    """name: "notes" or "openai"; model: what answers, None for the notes coach."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str | None: ...

    async def reply(self, ask: Ask, reply: Reply) -> Outcome:
        """Answer. Cancelling it closes the upstream request. Raises StudyinError."""
