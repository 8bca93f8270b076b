"""Which model server to ask: where it is, with which key and model, and how patiently."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address

from yarl import URL

from studyin.config import Settings

OPENAI = "https://api.openai.com/v1"

# what people paste from an example call, instead of the address before it
_CALLS = ("/chat/completions", "/models")
_VERSION = re.compile(r"/v\d+[a-z0-9]*(/|$)")


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """base_url: with or without /v1. key: None where the server wants none. model: None for the first it lists.

    connect, first_byte, idle: seconds to wait for a connection, for the first byte of a reply, between two of them.
    """

    base_url: str
    key: str | None = None
    model: str | None = None
    connect: float = 5.0
    first_byte: float = 120.0
    idle: float = 60.0

    @classmethod
    def configured(cls, settings: Settings) -> Server:
        """The one that the settings name; OpenAI's own where they name none."""
        return cls(
            settings.openai_base_url or OPENAI,
            settings.openai_api_key,
            settings.openai_model,
            settings.provider_connect_timeout,
            settings.provider_first_byte_timeout,
            settings.provider_idle_timeout,
        )

    @classmethod
    def local(cls, port: int, settings: Settings) -> Server:
        """One on this machine, as Ollama and LM Studio are: it wants no key."""
        return replace(cls.configured(settings), base_url=f"http://localhost:{port}/v1", key=None)

    def __repr__(self) -> str:
        return f"Server({self.where})"  # a log must never have the key

    @property
    def where(self) -> str:
        """Host and port for people: no scheme, path or password, and no port that goes without saying."""
        url = URL(self.base_url)
        host = f"[{url.host}]" if ":" in (url.host or "") else url.host
        return f"{host}" if url.is_default_port() else f"{host}:{url.port}"

    @property
    def is_loopback(self) -> bool:
        host = URL(self.base_url).host or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def roots(self) -> tuple[URL, ...]:
        """Where the API may start, the likeliest first. A path with a version in it is taken at its word."""
        url = URL(self.base_url)
        if self.key:
            url = url.with_user(None)  # only one of the two can go into the Authorization header
        path = url.path.rstrip("/")
        for call in _CALLS:
            path = path.removesuffix(call)
        paths = (path,) if _VERSION.search(path) else (path + "/v1", path)
        return tuple(url.with_path(path).with_query(url.query) for path in paths)

    def call(self, root: URL, name: str) -> URL:
        """The address of one call below a root, e.g. "chat/completions"; a query (api-version=…) stays."""
        return (root / name).with_query(root.query)
