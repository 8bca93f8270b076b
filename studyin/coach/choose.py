"""Which coach answers: the notes coach, a configured model server, or one that is found on this machine."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from studyin.coach.base import Coach
from studyin.coach.model import ModelCoach
from studyin.config import Settings
from studyin.errors import StudyinError
from studyin.library import Library
from studyin.llm.openai import OpenAIProvider
from studyin.llm.server import Server

log = logging.getLogger(__name__)

# where Ollama and LM Studio listen, in the order they are preferred
LOCAL_PORTS = (11434, 1234)
# seconds a server has to name its models; one on this machine needs a tenth of it
PATIENCE = 0.3
# seconds for which a look around is good
FRESH = 60.0


class Coaches:
    """Knows the coach for the next turn at any moment; looks around for a better one in the background.

    A configured model server stays chosen while it is down: its error at the turn says what to do. local_ports: where
    `auto` looks for a server when none is configured; clock: seconds, for the age of the last look.
    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        notes: Coach,
        *,
        local_ports: Sequence[int] = LOCAL_PORTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._notes = notes
        self._clock = clock
        self._looked: float | None = None
        self._looking: asyncio.Task[None] | None = None
        self._configured: ModelCoach | None = None
        self._local: list[ModelCoach] = []
        if settings.coach == "openai" or (
            settings.coach == "auto" and (settings.openai_base_url or settings.openai_api_key)
        ):
            self._configured = ModelCoach(OpenAIProvider(Server.configured(settings)), library, settings)
        elif settings.coach == "auto":
            for port in local_ports:
                server = Server.local(port, settings)
                self._local.append(ModelCoach(OpenAIProvider(server), library, settings))
        self._chosen: Coach = self._configured or notes

    @property
    def current(self) -> Coach:
        """The coach for a turn that begins now. An old choice is looked at again, for the turns after this one."""
        if self._looked is not None and self._clock() - self._looked > FRESH:
            self._look()
        return self._chosen

    def describe(self) -> str:
        """For people: "notes", or "openai · llama3.2 at localhost:11434"."""
        chosen = self._chosen
        if not isinstance(chosen, ModelCoach):
            return chosen.name
        model = f"{chosen.model} at " if chosen.model else ""
        return f"{chosen.name} · {model}{chosen.provider.where}"

    async def start(self) -> None:
        """Look around for the first time; returns at once."""
        self._look()

    async def settled(self) -> None:
        """Wait until the present look around is over: at most 0.3 seconds."""
        if self._looking is not None:
            await asyncio.wait([self._looking])

    async def check(self) -> None:
        """Ask the model server for its models, where one is chosen. Raises StudyinError where it does not answer."""
        if isinstance(self._chosen, ModelCoach):
            await self._chosen.provider.models()

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        for coach in (self._configured, *self._local):
            if coach is not None:
                await coach.provider.close()

    def _look(self) -> None:
        if self._looking is None or self._looking.done():
            self._looked = self._clock()
            self._looking = asyncio.create_task(self._look_around(), name="choice of coach")

    async def _look_around(self) -> None:
        if self._configured is not None:  # the choice stands; but its model may be worth knowing
            if self._configured.model is None:
                await _has_model(self._configured)
            return
        answers = await asyncio.gather(*(_has_model(coach) for coach in self._local))
        chosen = next((coach for coach, answered in zip(self._local, answers, strict=True) if answered), self._notes)
        if chosen is not self._chosen:
            self._chosen = chosen
            log.info("the coach is now %s", self.describe())


async def _has_model(coach: ModelCoach) -> bool:
    """Whether its server answers soon, and has something to answer with."""
    try:
        async with asyncio.timeout(PATIENCE):
            return bool(await coach.provider.models())
    except (StudyinError, TimeoutError):
        return False
