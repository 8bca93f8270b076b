"""The engine: it owns the running turns, from the stored question to the stored reply, whoever is watching."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from studyin import logs
from studyin.chat.checkpoints import Checkpoints
from studyin.chat.ending import final_of, log_end, unexpected
from studyin.chat.queue import Queue
from studyin.chat.turn import Turn
from studyin.coach.base import Ask, Coach, Controls, Outcome, Said
from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.messages import Message, MessageStore, Status
from studyin.store.turns import Begun, TurnStore

log = logging.getLogger(__name__)

# More than a model's context takes; the coach keeps what fits its budget.
HISTORY_MESSAGES = 100

# How long the end of the server waits for a coach that does not let go, or for a disk that does not take the rest.
CLOSE_SECONDS = 3.0

Listener = Callable[[Turn], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A stored question. turn: the running one, None where this question was answered before (a repeated send)."""

    begun: Begun
    turn: Turn | None


@dataclass(slots=True)
class _Run:
    """A running turn with its two tasks: `work`, the coach's, may be cancelled; `task` stores the reply and may not.

    ending: why work was cancelled.
    """

    turn: Turn
    work: asyncio.Task[Outcome]
    task: asyncio.Task[None]
    ending: Status | None = None

    def cancel(self, ending: Status) -> None:
        if self.ending is None:
            self.ending = ending
            self.work.cancel()


class TurnEngine:
    """Starts, checkpoints and ends turns. Knows no socket and no HTML.

    coach: asked at each turn for the coach that answers now. checkpoint_seconds: how much of a running reply a crash
    may take. queue: bounds the turns at once, where anything does. admit: refuses an account's new question by raising.
    """

    def __init__(
        self,
        turns: TurnStore,
        messages: MessageStore,
        coach: Callable[[], Coach],
        *,
        checkpoint_seconds: float = 1.0,
        queue: Queue | None = None,
        admit: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._turns = turns
        self._messages = messages
        self._coach = coach
        self._queue = queue
        self._admit = admit
        self._runs: dict[str, _Run] = {}  # by session
        self._starting: set[asyncio.Task[Asked]] = set()
        self._listeners: list[Listener] = []
        self._checkpoints = Checkpoints(turns, checkpoint_seconds, lambda: [run.turn for run in self._runs.values()])
        self._closed = False

    async def open(self) -> None:
        """Mark what a crash left running as interrupted, and begin to checkpoint."""
        cut = await self._turns.interrupt_running()
        if cut:
            log.warning("replies that the end of the last server cut off, kept as they were: %d", cut)
        self._checkpoints.start()

    async def close(self) -> None:
        """End all turns as interrupted, each stored with what it said."""
        self._closed = True
        await asyncio.gather(*self._starting, return_exceptions=True)
        runs = list(self._runs.values())
        for run in runs:
            run.cancel(Status.INTERRUPTED)
        if runs:
            _, late = await asyncio.wait([run.task for run in runs], timeout=CLOSE_SECONDS)
            if late:
                log.error(
                    "replies that could not be stored in time, kept as their last checkpoint has them: %d", len(late)
                )
        await self._checkpoints.close()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call the listener when a turn starts and when it has ended. Returns the undo."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def running(self, account_id: str, session_id: str) -> Turn | None:
        run = self._runs.get(session_id)
        return run.turn if run is not None and run.turn.account_id == account_id else None

    @property
    def count(self) -> int:
        """How many turns there are, running or waiting."""
        return len(self._runs)

    @property
    def waiting(self) -> int:
        """How many of them wait for others to end."""
        return self._queue.waiting if self._queue else 0

    async def ask(
        self,
        account_id: str,
        session_id: str | None,
        content: str,
        controls: Controls,
        *,
        client_id: str | None = None,
        parent_id: str | None = None,
        material_ids: Sequence[str] | None = None,
    ) -> Asked:
        """Store a question and start its turn. When this returns, the question is on disk.

        Errors: TurnStore.begin, and what admit raises.
        """
        return await self._start(
            account_id,
            self._turns.begin(
                account_id,
                session_id,
                content,
                controls.plain(),
                client_id=client_id,
                parent_id=parent_id,
                admit=self._admit,
                material_ids=material_ids,
            ),
        )

    async def ask_again(
        self,
        account_id: str,
        message_id: str,
        controls: Controls | None = None,
        material_ids: Sequence[str] | None = None,
    ) -> Asked:
        """Start another turn for a question that was asked before. Errors: TurnStore.begin_again."""
        return await self._start(
            account_id,
            self._turns.begin_again(
                account_id,
                message_id,
                controls.plain() if controls else None,
                material_ids,
                admit=self._admit,
            ),
        )

    def stop(self, account_id: str, turn_id: str) -> None:
        """End a running turn as stopped; the upstream request is closed. Raises StudyinError NOT_RUNNING."""
        for run in self._runs.values():
            if run.turn.id == turn_id and run.turn.account_id == account_id:
                run.cancel(Status.STOPPED)
                return
        raise StudyinError(
            Code.NOT_RUNNING, say("This answer has already ended; there is nothing to stop."), status=409
        )

    async def stop_session(self, account_id: str, session_id: str) -> None:
        """End the session's running turn, if there is one, and wait until it is stored."""
        run = self._runs.get(session_id)
        if run is not None and run.turn.account_id == account_id:
            run.cancel(Status.STOPPED)
            await asyncio.wait([run.task])

    async def _start(self, account_id: str, begin: Coroutine[Any, Any, Begun]) -> Asked:
        # A task of the engine's own: were the socket that asks cut off between commit and start, the stored reply would
        # count as running for ever.
        starting = asyncio.create_task(self._begin(account_id, begin))
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        return await asyncio.shield(starting)

    async def _begin(self, account_id: str, begin: Coroutine[Any, Any, Begun]) -> Asked:
        begun = await begin
        if begun.repeated:
            running = self.running(account_id, begun.session.id)
            return Asked(begun, running if running is not None and running.id == begun.reply.id else None)
        turn = Turn(account_id, begun)
        logs.TURN_ID.set(turn.id)  # for this task and those it starts: the whole turn, and nothing else
        coach = self._coach()
        work = asyncio.create_task(self._teach(turn, coach), name=f"coach {turn.id}")
        task = asyncio.create_task(self._run(turn, coach, work), name=f"turn {turn.id}")
        self._runs[turn.session_id] = _Run(turn, work, task)
        if self._closed:
            self._runs[turn.session_id].cancel(Status.INTERRUPTED)
        self._tell(turn)
        return Asked(begun, turn)

    async def _teach(self, turn: Turn, coach: Coach) -> Outcome:
        async with self._queue.place(turn.account_id, turn.wait) if self._queue else nullcontext():
            return await coach.reply(await self._question(turn), turn)

    async def _run(self, turn: Turn, coach: Coach, work: asyncio.Task[Outcome]) -> None:
        # Waited for, not awaited: this task outlives the coach's, however that ends.
        await asyncio.wait([work])
        status, outcome, error = Status.COMPLETE, Outcome(model=coach.model), None
        try:
            outcome = work.result()
        except asyncio.CancelledError:
            status = self._runs[turn.session_id].ending or Status.INTERRUPTED
        except StudyinError as known:
            status, error = Status.FAILED, known
        except Exception:
            log.exception("turn %s failed", turn.id)
            status = Status.FAILED
            error = unexpected()
        await self._finish(turn, final_of(turn, status, coach, outcome, error))

    async def _question(self, turn: Turn) -> Ask:
        branch = await self._messages.branch(turn.account_id, turn.question.parent_id, limit=HISTORY_MESSAGES)
        replies = [message for message in branch if message.role == "assistant"]
        return Ask(
            account_id=turn.account_id,
            session_id=turn.session_id,
            question=turn.question.content,
            controls=Controls.of(turn.reply.controls),
            history=tuple(Said(message.role, message.content) for message in branch),
            # A reply that was stopped or failed left none: the conversation is where it was before.
            dialogue=next((message.dialogue for message in reversed(replies) if message.dialogue), {}),
            material_ids=turn.session.material_ids or None,
        )

    async def _finish(self, turn: Turn, final: Message) -> None:
        final = await self._checkpoints.end(turn, final)
        del self._runs[turn.session_id]
        turn.end(final)
        log_end(turn, final)
        self._tell(turn)

    def _tell(self, turn: Turn) -> None:
        for listener in list(self._listeners):
            listener(turn)
