"""Whose login has ended goes: every open socket's right to be open is looked up again, several times a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import WSCloseCode, web

from studyin.web.accounts import SIGN_IN_REASON
from studyin.web.keys import ACCOUNTS, AUDIENCE, SETTINGS

log = logging.getLogger(__name__)

# An ended login's sockets close within a second, whoever ended it: a page, the command line, or its time.
LOOK_SECONDS = 0.4


async def watch(app: web.Application) -> AsyncIterator[None]:
    """For cleanup_ctx; without accounts there is nothing to watch."""
    if app[SETTINGS].auth == "none":
        yield
        return
    watching = asyncio.create_task(_look_regularly(app), name="attendance")
    yield
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def _look_regularly(app: web.Application) -> None:
    goodbyes: set[asyncio.Task[None]] = set()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            goodbyes |= await _dismiss(app)
        except Exception:
            # The data file may be away for a moment; who is in stays until it can be asked.
            log.exception("open sockets could not be checked")
        goodbyes = {goodbye for goodbye in goodbyes if not goodbye.done()}


async def _dismiss(app: web.Application) -> set[asyncio.Task[None]]:
    """Close what may no longer be open; returns the closings, which wait for the browsers' answers."""
    sockets = app[AUDIENCE].sockets()
    if not sockets:
        return set()
    logins = await app[ACCOUNTS].open_logins(list({socket.login_id for socket in sockets if socket.login_id}))
    accounts = await app[ACCOUNTS].active(list({socket.account_id for socket in sockets if not socket.login_id}))
    ended = [
        socket
        for socket in sockets
        if (socket.login_id not in logins if socket.login_id else socket.account_id not in accounts)
    ]
    return {asyncio.create_task(socket.close(WSCloseCode.POLICY_VIOLATION, SIGN_IN_REASON)) for socket in ended}
