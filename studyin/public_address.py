"""Studyin through its public address, as a browser comes: page, prefix, TLS, origin, socket, buffering, uploads."""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from studyin.doctor import Finding, Verdict
from studyin.web.check import CADDY, NGINX

PATIENCE = aiohttp.ClientTimeout(total=15)
FRAME_SECONDS = 10.0
# A pong that takes longer was held somewhere on the way.
PROMPT_SECONDS = 2.0
PINGS = 3
# What renews a certificate does so while a third of its time is left, which may be an hour; a quarter is late.
CERTIFICATE_DAYS = 14
LATE_SHARE = 1 / 4
# More than nginx takes unless it is told to (1 MB), less than anyone minds sending.
UPLOAD_BYTES = 1_500_000
DEFAULT_PORTS = {"http": 80, "https": 443}
HOME = frozenset({"localhost", "127.0.0.1", "::1"})
START_PROXY = "Start the proxy, and open its port."

HOST = "nginx: proxy_set_header Host $http_host;"
TOLD_SCHEME = "nginx: proxy_set_header X-Forwarded-Proto $scheme;"
TRUST = "STUDYIN_TRUSTED_PROXIES=127.0.0.1, or where else the proxy runs"


async def examine(url: str, trust: ssl.SSLContext | None = None) -> AsyncIterator[Finding]:
    """Each hop to the page at `url`, in the order in which a browser meets them. Ends at the first that stops it.

    trust: which certificates are believed; None believes those that this machine does.
    """
    trust = trust or ssl.create_default_context()
    page = url if url.endswith("/") else url + "/"
    parts = urlsplit(page)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield Finding("page", Verdict.PROBLEM, f"Expected an address such as https://study.example.org/, got {url}.")
        return
    async with aiohttp.ClientSession(timeout=PATIENCE, connector=aiohttp.TCPConnector(ssl=trust)) as http:
        fetched = await _fetch(http, page)
        if isinstance(fetched, Finding):
            yield fetched
            return
        # Where it leads to another host or to TLS, that is what browsers come to know.
        page = f"{fetched.origin}{parts.path}"
        found = await _page(http, page, fetched)
        yield found
        if found.verdict is Verdict.PROBLEM:
            return
        parts = urlsplit(page)
        yield _tls(parts.scheme, parts.hostname or "", await _certificate(parts.hostname or "", parts.port, trust))
        checked = await _check(http, page)
        if isinstance(checked, Finding):
            yield checked
            return
        if parts.scheme == "https" and not fetched.is_strict:
            yield _unknown_tls(checked)
        yield Finding("prefix", Verdict.OK, f"the API answers below {parts.path}")
        origin = _origin(checked, page)
        yield origin
        async for finding in _socket(http, page, origin):
            yield finding
        yield await _upload(http, page)


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What came for the page. origin: where it came from in the end; is_strict: Studyin knows that this was by TLS."""

    origin: str
    status: int
    text: str
    is_strict: bool


async def _page(http: aiohttp.ClientSession, page: str, fetched: _Fetched) -> Finding:
    static = re.search(r'(?:href|src)="(\./static/[^"]+)"', fetched.text)
    if fetched.status in (502, 503, 504):
        message = f"The proxy answers {fetched.status}: it can't reach Studyin."
        return Finding("page", Verdict.PROBLEM, message, "nginx: proxy_pass http://127.0.0.1:8000/;")
    if fetched.status == 403 and "STUDYIN_ALLOWED_HOSTS" in fetched.text:
        checked = await _check(http, page)
        if not isinstance(checked, Finding) and (renamed := _renamed(checked, page)) is not None:
            return Finding("page", Verdict.PROBLEM, *renamed)
        fix = f"STUDYIN_ALLOWED_HOSTS={urlsplit(page).hostname}"
        return Finding("page", Verdict.PROBLEM, "Studyin does not answer to this name.", fix)
    if static is None:
        return _not_ours(page, fetched.status)
    async with http.get(page + static[1].removeprefix("./")) as response:
        if response.status != 200:
            message = f"The page is there, its files answer {response.status}."
            return Finding("prefix", Verdict.PROBLEM, message, _location(page))
    return Finding("page", Verdict.OK, f"{page} answers, with its files")


def _not_ours(page: str, status: int) -> Finding:
    if status == 401:
        message = "Something before Studyin wants a login first."
        return Finding("page", Verdict.PROBLEM, message, "Look past it: studyin doctor --url http://127.0.0.1:8000/")
    return Finding("page", Verdict.PROBLEM, f"{page} answers {status}, but not with Studyin's page.", _location(page))


def _location(page: str) -> str:
    block = f"location {urlsplit(page).path} {{ proxy_pass http://127.0.0.1:8000/; }}"
    return f"nginx: {block}  (both end with a slash, and no part of it has a location of its own)"


async def _fetch(http: aiohttp.ClientSession, page: str) -> _Fetched | Finding:
    """What came; or why nothing did."""
    try:
        async with http.get(page) as response:
            return _Fetched(
                origin=str(response.url.origin()),
                status=response.status,
                text=await response.text(errors="replace"),
                is_strict="Strict-Transport-Security" in response.headers,
            )
    except aiohttp.ClientConnectorCertificateError as error:
        reason = getattr(error.certificate_error, "verify_message", "") or "it is not valid"
        fix = "Renew it, or serve it with its whole chain."
        return Finding("tls", Verdict.PROBLEM, f"Browsers refuse the certificate: {reason}.", fix)
    except (ssl.SSLError, aiohttp.ClientSSLError):
        return Finding("tls", Verdict.PROBLEM, "What answers speaks no TLS.", "nginx: listen 443 ssl;")
    except aiohttp.ClientConnectorError as error:
        number = error.os_error.errno
        reason = (os.strerror(number) if number and number > 0 else error.os_error.strerror or "unknown reason").lower()
        at = f"port {error.port} of {error.host}"
        asked = URL(page)
        was_asked = (error.host, error.port) == (asked.host, asked.port)
        fix = _start(error.host, error.port) if was_asked else START_PROXY
        return Finding("page", Verdict.PROBLEM, f"Nothing answers at {at}, where {page} leads ({reason}).", fix)
    except (aiohttp.ClientError, TimeoutError) as error:
        message = f"{page} does not answer as a web server does ({type(error).__name__})."
        return Finding("page", Verdict.PROBLEM, message)


def _start(host: str, port: int | None) -> str:
    """What to do where nothing answers: on this machine Studyin itself may be meant, at a usual port the proxy is."""
    if host not in HOME:
        return START_PROXY
    studyin = f"Start Studyin: studyin --port {port}\nor, if it runs, look at the port that it said it is ready at."
    return f"{START_PROXY}\n{studyin}" if port in DEFAULT_PORTS.values() else studyin


def _tls(scheme: str, host: str, certificate: dict[str, Any] | None) -> Finding:
    if scheme == "http":
        if host in HOME:
            return Finding("tls", Verdict.OK, "not needed on this machine")
        return Finding("tls", Verdict.WARNING, "Whoever is on the way reads along.", f"Caddy: {host} {{ {CADDY} }}")
    ends = (certificate or {}).get("notAfter")
    if not ends:
        return Finding("tls", Verdict.OK, "the certificate is valid")
    day = 86400
    lasts = ssl.cert_time_to_seconds(ends) - ssl.cert_time_to_seconds((certificate or {})["notBefore"])
    left = ssl.cert_time_to_seconds(ends) - datetime.now(UTC).timestamp()
    told = f"{left // day:.0f} days" if left >= day else f"{left // 3600:.0f} hours"
    if left < min(CERTIFICATE_DAYS * day, lasts * LATE_SHARE):
        return Finding("tls", Verdict.WARNING, f"The certificate ends in {told}.", "Renew it.")
    return Finding("tls", Verdict.OK, f"the certificate is valid for {told}")


async def _certificate(host: str, port: int | None, trust: ssl.SSLContext) -> dict[str, Any] | None:
    """The certificate that a browser would see; None where there is none to see."""
    try:
        async with asyncio.timeout(FRAME_SECONDS):
            _, writer = await asyncio.open_connection(host, port or 443, ssl=trust)
    except (OSError, TimeoutError):
        return None
    certificate: dict[str, Any] | None = writer.get_extra_info("peercert")
    writer.close()
    return certificate


def _origin_of(page: str) -> str:
    parts = urlsplit(page)
    return f"{parts.scheme}://{parts.netloc}"


async def _check(http: aiohttp.ClientSession, page: str) -> dict[str, Any] | Finding:
    try:
        async with http.get(page + "api/chat/check", params={"origin": _origin_of(page)}) as response:
            checked = await response.json()
            return dict(checked)
    except (aiohttp.ClientError, ValueError, TimeoutError):
        return Finding(
            "prefix",
            Verdict.PROBLEM,
            "The page is there, its API is not: the proxy passes on some paths only.",
            _location(page),
        )


def _unknown_tls(checked: dict[str, Any]) -> Finding:
    message = "Studyin does not know of it: cookies go without Secure, and browsers are not told to insist on TLS."
    is_told = checked["headers"].get("x-forwarded-proto", "").lower() == "https"
    return Finding("tls", Verdict.WARNING, message, TRUST if is_told else f"{TOLD_SCHEME}\n{TRUST}")


def _renamed(checked: dict[str, Any], page: str) -> tuple[str, str] | None:
    """What to say and to change where Studyin hears another name than the browser's address bar has."""
    parts = urlsplit(page)
    heard, default = checked["host"]["value"], f":{DEFAULT_PORTS[parts.scheme]}"
    if heard.removesuffix(default) == parts.netloc.lower().removesuffix(default):
        return None
    message = f"The proxy passes on another name: browsers ask for {parts.netloc}, and Studyin hears {heard}."
    return message, f"{HOST}\nor, as it tells it in X-Forwarded-Host, {TRUST}" if _is_forwarded(checked, page) else HOST


def _is_forwarded(checked: dict[str, Any], page: str) -> bool:
    return bool(checked["headers"].get("x-forwarded-host", "").lower() == urlsplit(page).netloc.lower())


def _origin(checked: dict[str, Any], page: str) -> Finding:
    if (renamed := _renamed(checked, page)) is not None and not checked["origin"]["allowed"]:
        return Finding("origin", Verdict.PROBLEM, *renamed)
    problems = [each for each in checked["problems"] if each["code"] != "upgrade_required"]
    if problems:
        return Finding("origin", Verdict.PROBLEM, problems[0]["message"], problems[0]["fix"])
    return Finding("origin", Verdict.OK, f"pages from {checked['origin']['value']} may connect")


async def _socket(http: aiohttp.ClientSession, page: str, origin: Finding) -> AsyncIterator[Finding]:
    fix = f"nginx:\n{NGINX}\nCaddy: {CADDY}"
    try:
        async with http.ws_connect(page + "api/chat/ws", headers={"Origin": _origin_of(page)}) as socket:
            first = await socket.receive(timeout=FRAME_SECONDS)
            if first.type is aiohttp.WSMsgType.CLOSE:
                yield _closed(first.data, first.extra or "", origin)
                return
            yield Finding("socket", Verdict.OK, "the upgrade gets through")
            yield await _promptness(socket)
    except aiohttp.WSServerHandshakeError as error:
        told = "its upgrade is lost on the way" if error.status in (400, 426) else f"it is answered with {error.status}"
        yield Finding("socket", Verdict.PROBLEM, f"The chat socket can't be opened: {told}.", fix)
    except (aiohttp.ClientError, TimeoutError, TypeError):
        yield Finding("socket", Verdict.PROBLEM, "The chat socket opens, and nothing comes through it.", fix)


def _closed(code: int, reason: str, origin: Finding) -> Finding:
    if code == 1008 and "STUDYIN_" not in reason:
        return Finding("socket", Verdict.OK, "the upgrade gets through, and wants a login")
    # The same fault met once more has the same way out; else the reason names the setting.
    fix = origin.fix if code == 1008 and origin.verdict is Verdict.PROBLEM else reason
    return Finding("socket", Verdict.PROBLEM, f"The chat socket is closed at once with {code}: {reason}", fix)


async def _promptness(socket: aiohttp.ClientWebSocketResponse) -> Finding:
    slowest = 0.0
    for _ in range(PINGS):
        began = time.perf_counter()
        await socket.send_json({"type": "ping"})
        while (await socket.receive_json(timeout=FRAME_SECONDS))["type"] != "pong":
            pass
        slowest = max(slowest, time.perf_counter() - began)
    if slowest > PROMPT_SECONDS:
        fix = "nginx: proxy_buffering off;"
        return Finding(
            "buffering", Verdict.PROBLEM, f"An answer of 15 bytes took {slowest:.1f} s: something holds it.", fix
        )
    return Finding("buffering", Verdict.OK, f"frames come at once, the slowest of {PINGS} in {slowest * 1000:.0f} ms")


async def _upload(http: aiohttp.ClientSession, page: str) -> Finding:
    """A body of a kind that Studyin refuses: told apart from a proxy that takes none of this size."""
    headers = {"Origin": _origin_of(page), "Content-Type": "application/octet-stream"}
    try:
        async with http.post(page + "api/materials", data=BytesIO(bytes(UPLOAD_BYTES)), headers=headers) as response:
            is_ours = "json" in response.content_type
            status = response.status
    except (aiohttp.ClientError, TimeoutError):
        is_ours, status = True, 415  # it was refused before all of it was sent
    if status == 413 and not is_ours:
        return Finding(
            "uploads", Verdict.PROBLEM, "The proxy takes no files over 1 MB.", "nginx: client_max_body_size 101m;"
        )
    return Finding("uploads", Verdict.OK, "files over 1 MB get through")
