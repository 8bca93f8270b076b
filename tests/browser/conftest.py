"""A real Chromium and a real server: one browser for the session, a fresh context for each test."""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.seat import DESK, PHONE, Seat
from tests.browser.server import Studyin
from tests.browser.watch import Watch
from tests.scripted_provider import ScriptedProvider

# No sandbox, because tests may run as root; and no connections of Chromium's own, which a closed network refuses.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The same engine without the windows it does not show, which take a third of the time, comes first.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
NO_BROWSER = f"none of {', '.join(NAMES)} on this machine's PATH: install one (Debian: chromium-headless-shell)"
# Motion, drawn without a graphics card, is another third: a test that is about motion asks for it.
# And no service worker, which would answer between page and server, where a test is not about that.
USUAL = {"viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce", "service_workers": "block"}
# Milliseconds: what the page is waited for. It answers at once; a machine that does ten other things may not.
PATIENCE = 20_000
# Seconds. Some calls of Playwright have no limit of their own, and pytest-timeout's end can't say which one waits.
LONGEST = 180

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if (
            isinstance(item, pytest.Function)
            and inspect.iscoroutinefunction(item.obj)
            and Path(__file__).parent in item.path.parents
        ):
            item.obj = limited(item.obj)


def limited(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    @functools.wraps(test)
    async def run(*args: object, **options: object) -> None:
        async with asyncio.timeout(LONGEST):
            await test(*args, **options)

    return run


def find_browser() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    executable = find_browser()
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_context(browser: Browser) -> AsyncIterator[Callable[..., object]]:
    """Make a browser context that is watched: at the end of the test nothing may have gone wrong in it."""
    opened: list[tuple[BrowserContext, Watch]] = []

    async def make(**options: object) -> BrowserContext:
        context = await browser.new_context(**{**USUAL, **options})
        context.set_default_timeout(PATIENCE)
        watch = Watch(context)
        context.watch = watch  # type: ignore[attr-defined]
        opened.append((context, watch))
        return context

    yield make
    for context, watch in opened:
        watch.close()
        await context.close()
    for _, watch in opened:
        watch.check()


@pytest_asyncio.fixture(loop_scope="session")
async def context(open_context: Callable[..., object]) -> BrowserContext:
    return await open_context()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


@pytest_asyncio.fixture(loop_scope="session")
async def sit(open_context: Callable[..., object], is_phone: bool, is_dark: bool) -> Callable[..., object]:
    """Sit down where the test is told to (it is parametrised by SEATS), with these options of the browser's context."""

    async def down(**options: object) -> Seat:
        size = PHONE if is_phone else DESK
        context = await open_context(**{**size, "color_scheme": "dark" if is_dark else "light", **options})
        return Seat(context, await context.new_page(), is_phone=is_phone, is_dark=is_dark)

    return down


@pytest_asyncio.fixture(loop_scope="session")
async def seat(sit: Callable[..., object]) -> Seat:
    return await sit()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Studyin]]:
    """Start Studyin in an empty folder, for tests that stop it or set it up otherwise; it is killed at the end."""
    started: list[Studyin] = []

    def begin(*options: str, coach: str = "notes", **environ: str) -> Studyin:
        server = Studyin(tmp_path / f"server {len(started)}", "--coach", coach, *options, **environ)
        started.append(server)
        return server

    yield begin
    for server in started:
        server.kill()
        server.check_log()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def provider() -> AsyncIterator[ScriptedProvider]:
    """A model server that follows the test's script."""
    async with ScriptedProvider() as running:
        yield running


@pytest.fixture
def start_with_model(start: Callable[..., Studyin], provider: ScriptedProvider) -> Callable[[], Studyin]:
    return lambda: start(coach="openai", OPENAI_BASE_URL=provider.url, OPENAI_API_KEY="sk-test")


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studyin]:
    """One server, for the tests that leave nothing behind."""
    running = Studyin(tmp_path_factory.mktemp("shared"), "--coach", "notes")
    yield running
    running.kill()


@pytest.fixture(scope="session")
def shared_with_model(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedProvider) -> Iterator[Studyin]:
    environ = {"OPENAI_BASE_URL": provider.url, "OPENAI_API_KEY": "sk-test"}
    running = Studyin(tmp_path_factory.mktemp("shared with model"), "--coach", "openai", **environ)
    yield running
    running.kill()


@pytest.fixture
def server(shared: Studyin) -> Iterator[Studyin]:
    """Studyin with the coach that needs no model, as on its first start."""
    shared.forget()
    yield shared
    shared.check_log()


@pytest.fixture
def model_server(shared_with_model: Studyin) -> Iterator[Studyin]:
    """Studyin with a model server that follows the test's script, as on its first start."""
    shared_with_model.forget()
    yield shared_with_model
    shared_with_model.check_log()
