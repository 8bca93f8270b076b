"""Rests between pieces of a stream, so that what comes meanwhile is read and sent as one.

Many streams rest at once. Those whose rest ends within the same hundredth of a second are woken together: one timer and
one turn of the event loop for all of them, where asyncio.sleep has one for each.
"""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

# Seconds. Nobody reads faster than in pieces this long, and the page draws no more often.
PIECE_SECONDS = 0.05

# Seconds that a rest may be off.
STEP = 0.01

_Waking = dict[int, list[asyncio.Future[None]]]
_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, _Waking] = WeakKeyDictionary()


async def rest(seconds: float) -> None:
    """Wait this long, a STEP more or less."""
    loop = asyncio.get_running_loop()
    waking = _loops.get(loop)
    if waking is None:
        waking = _loops[loop] = {}
    step = int((loop.time() + seconds) / STEP)
    resting = waking.get(step)
    if resting is None:
        resting = waking[step] = []
        loop.call_at(step * STEP, _wake, waking, step)
    future = loop.create_future()
    resting.append(future)
    await future


def _wake(waking: _Waking, step: int) -> None:
    for future in waking.pop(step):
        if not future.done():
            future.set_result(None)
