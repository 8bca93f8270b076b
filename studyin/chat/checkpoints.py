"""What turns say, on disk: while they run at regular moments, and when they end as soon as the disk takes it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from studyin.chat.ending import told, unexpected
from studyin.chat.turn import Turn
from studyin.errors import StudyinError
from studyin.store.messages import Message, Quotation, Status
from studyin.store.turns import TurnStore

log = logging.getLogger(__name__)

# A checkpoint takes a moment itself: begun at this part of the interval, it is done within it.
MARGIN = 0.8


class Checkpoints:
    """seconds: how much of a running reply a crash may take. running: the turns of now."""

    def __init__(self, turns: TurnStore, seconds: float, running: Callable[[], Iterable[Turn]]) -> None:
        self._turns = turns
        self._seconds = seconds
        self._running = running
        # Of running turns: lengths of text and thinking on disk, and whether the quotations are.
        self._saved: dict[str, tuple[int, int, bool]] = {}
        self._unsaved: list[Message] = []  # ended, but the disk would not take them
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._save_regularly(), name="checkpoints")

    async def close(self) -> None:
        """Try once more to store what the disk would not take."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            await self._save_unsaved()
        except StudyinError as error:  # the rest of the program still has to end
            log.error("%d replies could not be saved whole: %s", len(self._unsaved), error.message)

    async def end(self, turn: Turn, final: Message) -> Message:
        """Store a reply as it ended. Returns what its readers are told: that it failed, where it can't be stored now.

        When this returns the session is free for its next question: no await may come before the turn is let go of.
        """
        try:
            session = await self._turns.finish(final)
            if session is not None:
                turn.session = session
        except StudyinError as error:
            # The readers are told now; the reply is stored as soon as the disk takes it.
            self._unsaved.append(final)
            final = replace(final, status=Status.FAILED, error=told(error))
        except Exception:
            # Whatever it is, the readers wait for an end, and the session for its next question.
            log.exception("turn %s can't be stored", turn.id)
            final = replace(final, status=Status.FAILED, error=told(unexpected()), usage=None, dialogue={})
            self._unsaved.append(final)
        self._saved.pop(turn.id, None)
        return final

    async def _save_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._seconds * MARGIN)
            try:
                await self._save_unsaved()
                await self._save_running()
            except StudyinError:
                pass  # the store has said why, and it is tried again
            except Exception:
                log.exception("the checkpoint failed")

    async def _save_running(self) -> None:
        grown: dict[str, tuple[int, int, bool]] = {}
        replies: list[tuple[str, str, str]] = []
        quotations: dict[str, Sequence[Quotation]] = {}
        for turn in self._running():
            text, thinking = turn.text, turn.thinking
            now = (len(text), len(thinking), bool(turn.quotations))
            before = self._saved.setdefault(turn.id, (0, 0, False))
            if now != before:
                grown[turn.id] = now
                replies.append((turn.id, text, thinking))
                if turn.quotations and not before[2]:
                    quotations[turn.id] = turn.quotations
        if replies:
            await self._turns.checkpoint(replies, quotations)
            # Those that ended meanwhile are not among them any more.
            self._saved |= {turn_id: now for turn_id, now in grown.items() if turn_id in self._saved}

    async def _save_unsaved(self) -> None:
        while self._unsaved:
            try:
                await self._turns.finish(self._unsaved[0])
            except StudyinError:
                raise
            except Exception:
                log.exception("turn %s is given up", self._unsaved[0].id)
            self._unsaved.pop(0)
