"""Whose request it is: the one local student's, a login's by its cookie, or that of whom a trusted proxy names."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from studyin.accounts import account_name
from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.accounts import LOCAL, Account, Role
from studyin.store.logins import Login
from studyin.web import cookies
from studyin.web.keys import ACCOUNTS, CONNECTIONS, GATE, SETTINGS, VISITOR
from studyin.web.templates import root_of

# Everything else is for who is signed in: a new route is closed until it is listed here. The socket and the pages for
# signing in ask by themselves, /metrics wants a token of its own; the others tell nothing about anybody.
OPEN_ROUTES = frozenset(
    {
        "/api/chat/check",
        "/api/chat/ws",
        "/api/openapi.json",
        "/healthz",
        "/invitation",
        "/metrics",
        "/offline",
        "/sign-in",
        "/worker.js",
    }
)
STATIC = "/static/"

# What a close frame says to who may not connect; older clients take its code, 1008, for "sign in again".
SIGN_IN_REASON = "Sign in required."

_PAGE = re.compile(r"(?!/)[a-z0-9/_-]{1,200}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. login: None where no password was asked for."""

    account: Account
    login: Login | None = None

    @property
    def login_id(self) -> str | None:
        return self.login.id if self.login else None


_STUDENT = Visitor(Account(LOCAL, "Student", Role.STUDENT, 0, can_sign_in=False))


async def visitor_of(request: web.BaseRequest, app: web.Application) -> Visitor | None:
    """Who asks; None where it is nobody who may come in."""
    auth = app[SETTINGS].auth
    if auth == "none":
        return _STUDENT
    if auth == "proxy":
        return await _named_by_proxy(app, app[GATE].user(request))
    login = await app[ACCOUNTS].login_of(cookies.read(request, app))
    return Visitor(login.account, login) if login else None


async def _named_by_proxy(app: web.Application, given: str) -> Visitor | None:
    try:
        name = account_name(given)
    except StudyinError:
        return None
    account = await app[ACCOUNTS].provide(name)
    return None if account.is_disabled else Visitor(account)


@web.middleware
def identify(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """Let only those pass who may come in; pages lead to the one for signing in, and back."""
    return handler(request) if _is_open(request) else _identified(request, handler)


async def _identified(request: web.Request, handler: Handler) -> web.StreamResponse:
    visitor = await visitor_of(request, request.app)
    if visitor is None:
        is_page = request.method in ("GET", "HEAD") and not request.path.startswith("/api/")
        if is_page and request.app[SETTINGS].auth == "password":
            raise web.HTTPSeeOther(_sign_in_address(request))
        raise sign_in_required(request.app)
    request[VISITOR] = visitor
    request.app[CONNECTIONS].work(request.protocol)
    return await handler(request)


def current(request: web.BaseRequest) -> Visitor:
    """Who asks, on a route that is not open."""
    return request[VISITOR]


def account_of(request: web.BaseRequest) -> str:
    """The account whose sessions and materials the request may see."""
    return current(request).account.id


def require_admin(request: web.BaseRequest) -> Account:
    """Raises StudyinError ADMIN_ONLY."""
    account = current(request).account
    if account.role is not Role.ADMIN:
        raise StudyinError(
            Code.ADMIN_ONLY,
            say("Expected an admin, got a student's account. Ask whoever runs this server."),
            status=403,
        )
    return account


def sign_in_required(app: web.Application) -> StudyinError:
    if app[SETTINGS].auth == "proxy":
        message = say(
            "You are not signed in, or your account is not active. Sign in where you opened Studyin, then try again."
        )
    else:
        message = say("You are not signed in, or your login has ended. Reload the page to sign in.")
    return StudyinError(Code.SIGN_IN_REQUIRED, message, status=401)


def page_after(wanted: str) -> str:
    """Where to go after signing in, below the root: only to a page of ours, whatever the address says."""
    return wanted if _PAGE.fullmatch(wanted) else ""


def _is_open(request: web.Request) -> bool:
    resource = request.match_info.route.resource
    if resource is None:  # there is nothing at this address, and saying so tells nothing
        return True
    return resource.canonical in OPEN_ROUTES or request.path.startswith(STATIC)


def _sign_in_address(request: web.Request) -> str:
    page = page_after(request.path.removeprefix("/"))
    # Only a page that is looked at is worth coming back to.
    wanted = page if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate" else ""
    return f"{root_of(request)}sign-in" + (f"?{urlencode({'next': wanted})}" if wanted else "")


def see_other(location: str) -> web.Response:
    """After a form: the browser goes on by GET, so that loading the page again sends nothing twice."""
    return web.Response(status=303, headers={hdrs.LOCATION: location, hdrs.CACHE_CONTROL: "no-store"})
