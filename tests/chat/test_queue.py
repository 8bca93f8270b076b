"""The line of turns: bounded, fair, and nobody is lost in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from studyin.chat.allowance import Allowance
from studyin.chat.queue import Queue
from studyin.errors import Code, StudyinError


class Line:
    """Turns that run until they are told to end; `order` is how they came in, `places` what each was told last."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.order: list[str] = []
        self.places: dict[str, list[int]] = {}
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def join(self, *names: str) -> None:
        """The account of a turn is the letter its name begins with."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self.places[name] = []
            self.tasks[name] = asyncio.create_task(self._run(name))

    async def _run(self, name: str) -> None:
        async with self.queue.place(name[0], self.places[name].append):
            self.order.append(name)
            await self._ends[name].wait()

    async def end(self, *names: str) -> None:
        for name in names:
            self._ends[name].set()
            await self.tasks[name]
            await self.settle()

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)


async def test_accounts_take_turns_however_much_one_of_them_asks() -> None:
    line = Line(Queue(1, 1))
    line.join("a1", "a2", "a3", "a4", "b1", "c1", "c2")
    await line.settle()
    assert line.order == ["a1"]
    assert [line.places[name][-1] for name in ("a2", "b1", "c1", "a3", "c2", "a4")] == [1, 2, 3, 4, 5, 6]
    for name in ("a1", "a2", "b1", "c1", "a3", "c2", "a4"):
        await line.end(name)
    assert line.order == ["a1", "a2", "b1", "c1", "a3", "c2", "a4"]
    assert line.queue.waiting == 0


async def test_an_account_with_all_its_places_keeps_nobody_else_waiting() -> None:
    line = Line(Queue(3, 2))
    line.join("a1", "a2", "a3", "a4", "b1")
    await line.settle()
    assert line.order == ["a1", "a2", "b1"]
    assert (line.places["b1"], line.places["a3"][-1]) == ([], 1)
    await line.end("b1")
    assert line.order == ["a1", "a2", "b1"]
    await line.end("a1")
    assert line.order[-1] == "a3"
    assert line.places["a3"][-1] == 0
    assert line.places["a4"][-1] == 1
    await line.end("a2", "a3", "a4")


async def test_who_gives_up_leaves_no_gap_and_takes_no_place_along() -> None:
    line = Line(Queue(1, 1))
    line.join("a1", "b1", "c1")
    await line.settle()
    line.tasks["b1"].cancel()
    await line.settle()
    assert line.places["c1"][-1] == 1
    await line.end("a1")
    assert line.order == ["a1", "c1"]
    await line.end("c1")
    line.join("d1")
    await line.settle()
    assert line.order[-1] == "d1"
    await line.end("d1")


@pytest.mark.parametrize("first", ["gives up", "is let in"])
async def test_who_gives_up_at_the_moment_it_is_let_in_lets_the_next_one_in(first: str) -> None:
    line = Line(Queue(1, 1))
    line.join("a1", "b1", "c1")
    await line.settle()
    steps: list[Callable[[], object]] = [line.tasks["b1"].cancel, line._ends["a1"].set]
    for step in steps if first == "gives up" else reversed(steps):
        step()
        if first == "is let in" and step == line._ends["a1"].set:
            await asyncio.sleep(0)  # a1 has left and b1's wait is over, but b1 has not run yet
    await line.settle()
    assert line.order == ["a1", "c1"]
    await line.end("c1")
    assert line.queue.waiting == 0


def test_questions_are_allowed_at_once_and_then_at_a_steady_pace_for_each_account_alone() -> None:
    now = 100.0
    allowance = Allowance(3, lambda: now)
    for _ in range(3):
        allowance.take("a")
    with pytest.raises(StudyinError, match=r"at most 3 questions a minute.*Wait 20 seconds.*try again") as refused:
        allowance.take("a")
    assert (refused.value.code, refused.value.status, refused.value.retryable) == (Code.TOO_MANY_QUESTIONS, 429, True)
    allowance.take("b")
    now += 20.0
    allowance.take("a")
    with pytest.raises(StudyinError):
        allowance.take("a")


def test_accounts_whose_minute_is_over_are_forgotten() -> None:
    now = 0.0
    allowance = Allowance(60, lambda: now)
    for number in range(1500):
        allowance.take(str(number))
        now += 1.0
    assert len(allowance._left) < 1100
