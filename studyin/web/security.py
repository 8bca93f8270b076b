"""Who may come in: known hosts, allowed origins, believed proxies, and the headers that bind the browser."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from studyin.config import Settings
from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.web.keys import GATE

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_PORTS = {"http": ":80", "https": ":443"}

# A close frame has room for 123 bytes, and the setting's name has to be among them.
REFUSED_NAMES_CHARS = 58

CONTENT_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Behind TLS: the browser asks for nothing of this host without it for a year. Not for other hosts below the same name.
STRICT_TRANSPORT = "max-age=31536000"


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides by the settings which hosts, origins and proxies are trusted."""

    settings: Settings

    def host(self, request: web.BaseRequest) -> str:
        """The host the browser asked for, lower case, as in its address bar: forwarded where the proxy is trusted."""
        forwarded = self._forwarded(request, "X-Forwarded-Host")
        return (forwarded or request.headers.get(hdrs.HOST, "")).lower()

    def scheme(self, request: web.BaseRequest) -> str:
        """http or https, as the browser sees it."""
        forwarded = self._forwarded(request, "X-Forwarded-Proto").lower()
        return forwarded if forwarded in DEFAULT_PORTS else request.scheme

    def address(self, request: web.BaseRequest) -> str:
        """The IP address that the request comes from: of those the trusted proxies tell, the nearest not their own."""
        address = request.remote or ""
        if self.trusts_peer(request):
            hops = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
            for hop in (text.strip().strip("[]") for text in reversed(hops)):
                if not _is_ip(hop):
                    break
                address = hop
                if not self._is_proxy(hop):
                    break
        return address

    def user(self, request: web.BaseRequest) -> str:
        """Whom the trusted proxy names as the user; empty where it names nobody, or more than one: then somebody else
        wrote one of the names."""
        names = request.headers.getall(self.settings.user_header, ())
        return names[0].strip() if len(names) == 1 and self.trusts_peer(request) else ""

    def trusts_peer(self, request: web.BaseRequest) -> bool:
        """Whether the request came straight from a trusted proxy."""
        return self._is_proxy(request.remote or "")

    def _is_proxy(self, address: str) -> bool:
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        # A server that listens on IPv6 sees IPv4 addresses as part of it.
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return any(ip in network for network in self.settings.trusted_proxies)

    def knows_host(self, host: str) -> bool:
        """Whether the server answers to this name. An unknown one may be a foreign page's name bound to our address
        (DNS rebinding); that needs a name, so IP addresses are always known."""
        name = _name(host)
        if name == "localhost" or name.endswith(".localhost") or name in self.settings.allowed_hosts:
            return True
        return _is_ip(name.strip("[]")) or name == self.settings.host.lower()

    def allows_origin(self, origin: str, request: web.BaseRequest) -> bool:
        """Whether a page from this origin may use the server as the browser reached it: its own pages, and the listed
        origins. Where a trusted proxy says that there is TLS, a page that came without may be anybody's on the way."""
        if origin in self.settings.cors_origins or "*" in self.settings.cors_origins:
            return True
        try:
            parts = urlsplit(origin.lower())
        except ValueError:  # what is no URL is no page of ours
            return False
        if parts.scheme not in DEFAULT_PORTS:
            return False
        if parts.scheme == "http" and self.scheme(request) == "https":
            return False
        default, host = DEFAULT_PORTS[parts.scheme], self.host(request)
        return parts.netloc.removesuffix(default) == host.removesuffix(default) != ""

    def lists_origin(self, origin: str) -> bool:
        return origin in self.settings.cors_origins or "*" in self.settings.cors_origins

    def refusal(self, request: web.BaseRequest) -> StudyinError | None:
        """Why a page may not use the socket or change anything from where it is; None where it may.

        A request without an Origin is no browser's.
        """
        host = self.host(request)
        if not self.knows_host(host):
            return unknown_host(host)
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and not self.allows_origin(origin, request):
            if origin == "null":
                return StudyinError(
                    Code.ORIGIN_NOT_ALLOWED,
                    say("This page has no origin of its own (a file, or a sandboxed frame): open it over http."),
                    status=403,
                )
            page = _short(origin)
            asked = _short(host, REFUSED_NAMES_CHARS - len(page))
            return StudyinError(
                Code.ORIGIN_NOT_ALLOWED,
                say(
                    "Pages from {page} may not connect to {asked}: list it in STUDYIN_CORS_ORIGINS.",
                    page=page,
                    asked=asked,
                ),
                status=403,
            )
        return None

    def content_policy(self) -> str:
        """The Content-Security-Policy: nothing from elsewhere, but the socket where STUDYIN_WS_URL says that it is.

        A ws: source stands for http: at the same place too (CSP 3, 6.7.2.9): there the page asks why the socket fails.
        """
        if self.settings.ws_url is None:
            return CONTENT_POLICY
        url = urlsplit(self.settings.ws_url)
        return f"{CONTENT_POLICY}; connect-src 'self' {url.scheme.replace('http', 'ws')}://{url.netloc}"

    def _forwarded(self, request: web.BaseRequest, name: str) -> str:
        values = request.headers.getall(name, ())
        if not values or not self.trusts_peer(request):
            return ""
        # The trusted proxy's own word is the last one, whether it goes on with the line it got or adds its own.
        return values[-1].rpartition(",")[2].strip()


def unknown_host(host: str) -> StudyinError:
    return StudyinError(
        Code.HOST_NOT_ALLOWED,
        say("This server doesn't go by the name {host}: add it to STUDYIN_ALLOWED_HOSTS.", host=_short(_name(host))),
        status=403,
    )


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _name(host: str) -> str:
    """A Host header without its port, and without the dot that a whole name may end with."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].removesuffix(".")


def _short(text: str, most: int = 40) -> str:
    """A name from a header, short enough to be told in a close frame."""
    text = "".join(c if c.isascii() and c.isprintable() else "?" for c in text)
    return text if len(text) <= most else text[: most - 1] + "~"


@web.middleware
def guard(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """Refuse unknown hosts, changes asked for by foreign pages, and compressed bodies; answer CORS for listed origins.

    The socket and its check answer for themselves: they have to say in words why a page can't connect.
    """
    gate = request.app[GATE]
    if request.path.startswith("/api/chat/"):
        return handler(request)
    origin = request.headers.get(hdrs.ORIGIN)
    if not gate.knows_host(host := gate.host(request)):
        raise unknown_host(host)
    if request.method == "OPTIONS" and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers:
        return _preflight(gate, origin or "")
    if request.method not in SAFE_METHODS:
        _require_own_page(gate, request, origin)
    _require_plain_body(request)
    return handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """On every response, errors too: what the browser may do with it.

    Not on a socket's handshake: no document comes of it, and a kilobyte would stay for as long as the socket does.
    """
    # Of which version Python and aiohttp are is nobody's business.
    response.headers[hdrs.SERVER] = "Studyin"
    if response.status == 101:
        return
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.app[GATE].scheme(request) == "https":
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    response.headers.setdefault("Content-Security-Policy", request.app[GATE].content_policy())
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and request.app[GATE].lists_origin(origin):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS] = "true"
    if request.path.startswith("/api/"):
        # What one account is told is in no cache for the next one at the same browser.
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
        vary = response.headers.get(hdrs.VARY)
        response.headers[hdrs.VARY] = f"{vary}, Origin" if vary else "Origin"


def _require_own_page(gate: Gate, request: web.Request, origin: str | None) -> None:
    if origin is None:
        if request.headers.get("Sec-Fetch-Site") == "same-origin":
            return
        host = gate.host(request)
        raise StudyinError(
            Code.ORIGIN_NOT_ALLOWED,
            say(
                "Expected an Origin header, got none. From a program, send `Origin: {origin}`.",
                origin=f"{gate.scheme(request)}://{host}",
            ),
            status=403,
        )
    refusal = gate.refusal(request)
    if refusal is not None:
        raise refusal


def _require_plain_body(request: web.Request) -> None:
    """No browser compresses what it sends, and what it would become can't be told from its length."""
    if (encoding := request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower()) != "identity":
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected a body as it is, got a compressed one ({encoding}).", encoding=_short(encoding)),
            status=415,
        )


async def _preflight(gate: Gate, origin: str) -> web.Response:
    if not gate.lists_origin(origin):
        raise StudyinError(
            Code.ORIGIN_NOT_ALLOWED,
            say("Pages from {origin} may not use this server: list it in STUDYIN_CORS_ORIGINS.", origin=_short(origin)),
            status=403,
        )
    return web.Response(
        status=204,
        headers={
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, HEAD, POST, PATCH, DELETE",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Content-Type",
            hdrs.ACCESS_CONTROL_MAX_AGE: "600",
        },
    )
