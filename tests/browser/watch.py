"""Watches a browser context: no error on the console, no violation of the content security policy, no other host."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

OURS = ("localhost", "127.0.0.1")


class Watch:
    """Tests that make something fail say what the browser itself will then report, by `allow`."""

    def __init__(self, context: BrowserContext) -> None:
        self.lines: list[str] = []
        self._troubles: list[str] = []
        # Playwright's own remark on what conftest.py asks it for.
        self._allowed = [re.compile("Service Worker registration blocked by Playwright")]
        self._closed = False
        context.on("console", self._hear)
        context.on("weberror", self._note_error)
        context.on("request", self._note_request)
        context.on("page", self._note_page)

    def allow(self, *patterns: str) -> None:
        self._allowed += [re.compile(pattern) for pattern in patterns]

    def close(self) -> None:
        """The test is over: what Chromium says of a socket that connects while its page is taken away is no trouble."""
        self._closed = True

    def check(self) -> None:
        assert not self.troubles, "\n".join(self.troubles)

    @property
    def troubles(self) -> list[str]:
        return [each for each in self._troubles if not any(allowed.search(each) for allowed in self._allowed)]

    def _hear(self, message: ConsoleMessage) -> None:
        if self._closed:
            return
        self.lines.append(message.text)
        # A violation of the policy is reported as an error too.
        if message.type in ("error", "warning"):
            self._troubles.append(f"console {message.type}: {message.text}")

    def _note_error(self, error: WebError) -> None:
        self._troubles.append(f"uncaught: {error.error}")

    def _note_request(self, request: Request) -> None:
        self._note_url(request.url)

    def _note_page(self, page: Page) -> None:
        page.on("websocket", self._note_socket)

    def _note_socket(self, socket: WebSocket) -> None:
        self._note_url(socket.url)

    def _note_url(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("blob", "data") and parts.hostname not in OURS:
            self._troubles.append(f"request to another host: {url}")
