"""The program put together: create_app lists its parts, serve runs it until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from ipaddress import ip_address

from aiohttp import web

from studyin.accounts import Accounts
from studyin.assets import static_dir, templates_dir
from studyin.chat.allowance import Allowance
from studyin.chat.queue import Queue
from studyin.chat.turns import TurnEngine
from studyin.coach.cards import Deck
from studyin.coach.choose import Coaches
from studyin.coach.notes import NotesCoach
from studyin.coach.remembering import RememberingCoach
from studyin.config import Settings
from studyin.errors import StartupError
from studyin.language import word_files
from studyin.library import Library, Limits
from studyin.store.backup import DailyBackups
from studyin.store.database import Database
from studyin.store.imports import ImportStore
from studyin.store.insights import InsightStore
from studyin.store.messages import MessageStore
from studyin.store.sessions import SessionStore
from studyin.store.turns import TurnStore
from studyin.web import (
    access,
    account,
    accounts,
    archive,
    attendance,
    cards,
    check,
    compression,
    errors,
    handshake,
    health,
    insights,
    language,
    materials,
    metrics,
    offline,
    openapi,
    pages,
    practice,
    security,
    sessions,
    sign_in,
    static,
    templates,
)
from studyin.web.audience import Audience
from studyin.web.door import Door, passed_sockets, runner_of
from studyin.web.keys import (
    ACCOUNTS,
    AUDIENCE,
    BACKUPS,
    COACHES,
    DATABASE,
    DECK,
    ENGINE,
    GATE,
    IMPORTS,
    INSIGHTS,
    INSTALLATION,
    LIBRARY,
    MESSAGES,
    SESSIONS,
    SETTINGS,
)

log = logging.getLogger(__name__)

# How long handlers may go on after the sockets were told to close; the whole end has to fit in five seconds.
SHUTDOWN_SECONDS = 1.0
# When the process ends at the latest, counted from its signal.
END_SECONDS = 4.5
# What a body may have beyond the largest upload: the form around it, or the escapes of pasted text.
BODY_MARGIN_BYTES = 1024 * 1024


def create_app(settings: Settings) -> web.Application:
    """The whole program as an aiohttp application; it opens its data file when it starts up."""
    app = web.Application(
        middlewares=[
            access.note,
            compression.compress,
            language.listen,
            errors.explain,
            security.guard,
            accounts.identify,
        ],
        client_max_size=settings.max_upload_bytes + BODY_MARGIN_BYTES,
    )
    app[SETTINGS] = settings
    app[GATE] = security.Gate(settings)
    app[AUDIENCE] = Audience(settings.max_sockets, settings.account_limit("max_account_sockets"))
    metrics.set_up(app)

    access.set_up(app)
    templates.set_up(app, templates_dir())
    static.set_up(app, static_dir(), drawn_with=[*sorted(templates_dir().rglob("*.html")), *word_files()])
    offline.set_up(app, static_dir())
    pages.set_up(app)
    sessions.set_up(app)
    archive.set_up(app)
    materials.set_up(app)
    cards.set_up(app)
    insights.set_up(app)
    practice.set_up(app)
    sign_in.set_up(app)
    account.set_up(app)
    check.set_up(app)
    handshake.set_up(app)
    health.set_up(app)
    openapi.set_up(app)

    app.on_response_prepare.append(security.add_headers)
    app.on_response_prepare.append(static.keep_for_ever)
    app.cleanup_ctx.append(_run_parts)
    app.cleanup_ctx.append(attendance.watch)
    app.on_shutdown.append(_end_conversations)
    return app


async def _run_parts(app: web.Application) -> AsyncIterator[None]:
    """Open the data file and what works on it, from the bottom up; close in reverse."""
    settings = app[SETTINGS]
    database = app[DATABASE] = await Database.open(settings.database_path)
    try:
        app[SESSIONS] = SessionStore(database)
        app[MESSAGES] = MessageStore(database)
        app[ACCOUNTS] = Accounts(database, login_days=settings.login_days)
        app[INSTALLATION] = await app[ACCOUNTS].installation()
        app[IMPORTS] = ImportStore(database)
        app[INSIGHTS] = InsightStore(database)
        library = app[LIBRARY] = Library(
            database,
            on_change=lambda material: materials.tell(app, material),
            limits=Limits(settings.reading_seconds, settings.reading_memory_bytes, settings.max_material_chars),
            account_bytes=settings.max_account_bytes,
            languages=settings.ocr_languages,
        )
        deck = app[DECK] = Deck(database, on_change=lambda account_id: cards.tell(app, account_id))
        notes = NotesCoach(library)
        coaches = app[COACHES] = Coaches(settings, library, notes)
        engine = app[ENGINE] = TurnEngine(
            TurnStore(database),
            app[MESSAGES],
            lambda: RememberingCoach(coaches.current, notes, library, deck),
            checkpoint_seconds=settings.checkpoint_seconds,
            queue=Queue(settings.max_running_turns, settings.account_limit("max_account_turns")),
            admit=Allowance(settings.account_limit("questions_per_minute")).take,
        )
        engine.listen(app[AUDIENCE].turn_changed)
        metrics.watch(app)
        await engine.open()
        await coaches.start()
        await library.resume()
        backups = app[BACKUPS] = DailyBackups(settings.database_path, settings.backups_kept)
        await asyncio.to_thread(backups.note_newest)
        chores = [
            asyncio.create_task(app[AUDIENCE].sweep_regularly(), name="sweep of sockets"),
            asyncio.create_task(backups.run(), name="daily backups"),
        ]
        yield
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        await library.close()
        await coaches.close()
    finally:
        await database.close()


async def _end_conversations(app: web.Application) -> None:
    """Running replies are stored as interrupted, then the sockets are closed: pages reconnect and find them."""
    app[AUDIENCE].closing = True
    await app[ENGINE].close()
    await app[AUDIENCE].close()


async def serve(settings: Settings, *, open_browser: bool = False) -> None:
    """Serve until SIGINT or SIGTERM. Raises StartupError where it can't."""
    passed = passed_sockets()
    check_doors(settings, passed)
    stop = asyncio.Event()
    release = _on_signals(stop.set)
    runner = runner_of(create_app(settings), shutdown_seconds=SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        url = await _listen(runner, settings, passed)
        if settings.auth == "password" and not await runner.app[ACCOUNTS].list():
            log.warning("nobody can sign in yet: add an account with `studyin user add NAME --role admin`")
        await runner.app[COACHES].settled()  # at most 0.3 s, so that the line names the coach that answers
        print(  # noqa: T201 - the one line that people and programs wait for
            f"Studyin is ready: {url} · coach {runner.app[COACHES].describe()} · data {settings.database_path}",
            flush=True,
        )
        if open_browser:
            import webbrowser  # noqa: PLC0415 - for one option alone

            await asyncio.to_thread(webbrowser.open, url)
        await stop.wait()
        _end_soon()
    finally:
        await runner.cleanup()
        release()


def check_doors(settings: Settings, passed: Sequence[socket.socket] = ()) -> None:
    """Raises StartupError where everybody could come in, or nobody. passed: the sockets that stand in for the host; one
    with a path instead of an address is this machine's alone."""
    addresses = [each.getsockname() for each in passed] or [(settings.host,)]
    reachable = [each[0] for each in addresses if isinstance(each, tuple) and not is_loopback(each[0])]
    if settings.auth == "none" and reachable:
        raise StartupError(
            f"Expected accounts for a server that others can reach ({reachable[0]}), got STUDYIN_AUTH=none: all would "
            "share one history. Add one with `studyin user add NAME --role admin --adopt-local` and set "
            "STUDYIN_AUTH=password, or leave STUDYIN_HOST at 127.0.0.1."
        )
    if settings.auth == "proxy" and not settings.trusted_proxies:
        raise StartupError(
            "Expected the address of the proxy that signs people in, got none with STUDYIN_AUTH=proxy; set "
            "STUDYIN_TRUSTED_PROXIES, for instance to 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it. A name other than localhost may be anything, also tomorrow."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _end_soon() -> None:
    """End the process in time even where a thread is still at work: Python would wait for it, however long it takes.

    What counts is on disk by then, and notes that are half read are read anew at the next start.
    """
    deadline = threading.Timer(END_SECONDS, os._exit, (0,))
    deadline.daemon = True
    deadline.start()


async def _listen(runner: web.AppRunner, settings: Settings, passed: Sequence[socket.socket]) -> str:
    """Take the port, or the sockets that were passed; returns the page's address."""
    site = Door(runner, settings.host, settings.port, passed=passed)
    try:
        await site.start()
    except OSError as error:
        raise StartupError(_refusal(settings, error)) from error
    address = runner.addresses[0]
    if isinstance(address, str):  # a Unix socket was passed
        return f"unix:{address}"
    port = address[1]
    host = "localhost" if settings.host in ("127.0.0.1", "::1", "0.0.0.0", "::", "localhost") else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _refusal(settings: Settings, error: OSError) -> str:
    """Why the port can't be taken, and what to change."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"Expected --host to be an address of this machine, got {settings.host}. Use 127.0.0.1 for this machine "
            "alone, or 0.0.0.0 for all of its addresses."
        )
    if isinstance(error, PermissionError):
        return f"Port {settings.port} is reserved for the system. Choose one from 1024 up with --port."
    # Not strerror: there asyncio tells the address a second time.
    reason = os.strerror(error.errno).lower() if error.errno else str(error)
    return (
        f"Port {settings.port} on {settings.host} can't be used ({reason}). Stop the program that uses it, or choose "
        "another one with --port."
    )


def _on_signals(stop: Callable[[], None]) -> Callable[[], None]:
    """Call stop at the first SIGINT or SIGTERM; returns the undo."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in signals:
            loop.add_signal_handler(number, stop)
    except NotImplementedError:  # Windows: there Ctrl-C ends asyncio.run with KeyboardInterrupt
        return lambda: None

    def release() -> None:
        for number in signals:
            loop.remove_signal_handler(number)

    return release
