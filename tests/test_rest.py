"""Those who rest for the same time wake together, whoever else has given up."""

from __future__ import annotations

import asyncio

import pytest

from studyin.rest import STEP, rest


async def test_a_hundred_rests_cost_a_timer_or_two(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    timers: list[float] = []
    real = loop.call_at

    def call_at(when: float, *args: object, **named: object) -> asyncio.TimerHandle:
        timers.append(when)
        return real(when, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "call_at", call_at)
    began = loop.time()
    await asyncio.gather(*(rest(3 * STEP) for _ in range(100)))
    assert loop.time() - began >= 2 * STEP
    assert len(timers) <= 100 / 10, "fewer than one for each ten, on however slow a machine"


async def test_who_gives_up_wakes_nobody_and_is_not_missed() -> None:
    gone, stays = asyncio.create_task(rest(3 * STEP)), asyncio.create_task(rest(3 * STEP))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    assert gone.cancelled()


async def test_no_rest_at_all_is_over_at_once() -> None:
    await asyncio.wait_for(rest(0), timeout=5)
