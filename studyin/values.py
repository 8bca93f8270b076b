"""The texts of settings: each reader turns what a person wrote into a value, or says in words what it expected.

A reader raises ValueError whose text completes the sentence "Expected …"; studyin.config adds what came, from where.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*", re.ASCII)
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def text(given: str) -> str:
    if not given.isprintable() or not given:
        raise ValueError("a name in one line")
    return given


def key(given: str) -> str:
    """A key goes into an HTTP header as it is: a line break in it would be a header of its own."""
    if not re.fullmatch(r"[!-~]+", given):
        raise ValueError("a key without spaces or line breaks")
    return given


def boolean(given: str) -> bool:
    if given.lower() not in _TRUE | _FALSE:
        raise ValueError("true or false")
    return given.lower() in _TRUE


def choice(*names: str) -> Callable[[str], str]:
    expected = ", ".join(names[:-1]) + " or " + names[-1]

    def read(given: str) -> str:
        if given.lower() not in names:
            raise ValueError(expected)
        return given.lower()

    return read


def integer(least: int, most: int) -> Callable[[str], int]:
    expected = f"a whole number from {least} to {most}"

    def read(given: str) -> int:
        # int() alone would take "1_000" and digits of every script, and refuse 5,000 digits in words of its own
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", given) or not least <= int(given) <= most:
            raise ValueError(expected)
        return int(given)

    return read


def number(least: float, most: float) -> Callable[[str], float]:
    expected = f"a number from {least:g} to {most:g}"

    def read(given: str) -> float:
        try:
            value = float(given)
        except ValueError:
            value = math.nan
        if not least <= value <= most:  # false for NaN, too
            raise ValueError(expected)
        return value

    return read


def folder(given: str) -> Path:
    """An absolute path; ~ is the home folder, anything relative starts at the current one."""
    if not given or "\0" in given:
        raise ValueError("a folder")
    try:
        return Path(given).expanduser().absolute()
    except RuntimeError:
        raise ValueError("a folder of a user that exists") from None


def languages(given: str) -> str:
    """Names of Tesseract's languages; they become part of a command."""
    if not re.fullmatch(r"[A-Za-z]\w{1,19}(?:\+[A-Za-z]\w{1,19}){0,9}", given, re.ASCII):
        raise ValueError("names of languages joined by +, such as eng or eng+deu")
    return given


def host(given: str) -> str:
    """An address to listen on: an IP address or a host name."""
    if not (_is_ip(given) or _HOST_NAME.fullmatch(given.lower())):
        raise ValueError("an IP address or a host name, such as 127.0.0.1")
    return given


def header(given: str) -> str:
    """The name of an HTTP header."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,63}", given):
        raise ValueError("the name of a header, such as Remote-User")
    return given


def web_url(given: str) -> str:
    return _absolute_url(given, {"http", "https"}, "an absolute http or https URL, such as http://localhost:11434/v1")


def socket_url(given: str) -> str:
    return _absolute_url(
        given, {"ws", "wss", "http", "https"}, "an absolute ws or wss URL, such as wss://chat.example.org/api/chat/ws"
    )


def origins(given: str) -> tuple[str, ...]:
    """Origins as browsers send them: lower case, no default port, no slash at the end. `*` stays as it is."""
    return tuple("*" if item == "*" else _origin(item) for item in _items(given))


def hosts(given: str) -> tuple[str, ...]:
    """Host names, lower case, without port or final dot."""
    names = tuple(item.lower().removesuffix(".") for item in _items(given))
    if not all(_HOST_NAME.fullmatch(name) for name in names):
        raise ValueError("host names without scheme or port, such as study.example.org")
    return names


def networks(given: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(item, strict=False) for item in _items(given))
    except ValueError:
        raise ValueError("IP addresses or networks, such as 127.0.0.1 or 10.0.0.0/8") from None


def written(value: object) -> str:
    """The inverse of the readers: a value as one would write it, fit for a screen (a password in a URL is masked)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return re.sub(r"(?<=://)[^/@]*@", "…@", value) if isinstance(value, str) else str(value)


def masked(secret: str) -> str:
    """Enough of a secret to tell two apart, too little to use; nothing of a short one."""
    return f"…{secret[-4:]}" if len(secret) >= 20 else "…"


def _items(given: str) -> Iterator[str]:
    return (item.strip() for item in given.split(",") if item.strip())


def _is_ip(given: str) -> bool:
    try:
        ip_address(given)
    except ValueError:
        return False
    return True


def _split(given: str) -> tuple[SplitResult, int | None] | None:
    """A URL with a host and its port, None where it is none."""
    if not re.fullmatch(r"[!-~]+", given):
        return None
    try:
        url = urlsplit(given)
        port = url.port
    except ValueError:
        return None
    known = url.hostname and (_is_ip(url.hostname) or _HOST_NAME.fullmatch(url.hostname))
    return (url, port) if known else None


def _absolute_url(given: str, schemes: set[str], expected: str) -> str:
    parts = _split(given)
    if parts is None or parts[0].scheme not in schemes or parts[0].fragment:
        raise ValueError(expected)
    return given


def _origin(given: str) -> str:
    expected = "origins such as https://study.example.org or http://localhost:5173"
    parts = _split(given)
    if parts is None:
        raise ValueError(expected)
    url, port = parts
    if url.scheme in {"ws", "wss"} or "@" in url.netloc or url.path not in {"", "/"} or url.query or url.fragment:
        raise ValueError(expected)
    name = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    suffix = "" if port is None or port == _DEFAULT_PORTS.get(url.scheme) else f":{port}"
    return f"{url.scheme}://{name}{suffix}"
