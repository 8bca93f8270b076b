"""The language of a page: the one that was chosen in this browser, else the one that the browser asks for."""

from __future__ import annotations

from collections.abc import Awaitable

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from studyin import language
from studyin.language import LANGUAGES
from studyin.web.protocol import SOCKET_PATH

COOKIE = "studyin-language"
# On any page: `?language=de` chooses German from then on, and leads to the same page without it.
CHOICE = "language"
YEAR_SECONDS = 365 * 24 * 3600


@web.middleware
def listen(request: web.Request, handler: Handler) -> Awaitable[web.StreamResponse]:
    """Answer in the language of who asks. A connection's requests share one task, so each says it anew.

    Not a coroutine, whose frame would stay for as long as a socket does; so are the other middlewares that can be.
    """
    if request.method == "GET" and not request.path.startswith(("/api/", "/static/")):
        chosen = request.query.get(CHOICE, "")
        if chosen in LANGUAGES:
            return _remember(request, chosen)
    # A socket is told by its page, and would keep the parsed cookies.
    if request.path != SOCKET_PATH or hdrs.UPGRADE not in request.headers:
        language.speak(language_of(request))
    return handler(request)


def language_of(request: web.BaseRequest) -> str:
    kept = request.cookies.get(COOKIE, "")
    return kept if kept in LANGUAGES else language.best_of(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""))


def choices(request: web.BaseRequest) -> list[dict[str, object]]:
    """The languages there are, for a page's links: {code, name, is_current, address}, the address relative to it."""
    return [
        {
            "code": code,
            "name": name,
            "is_current": code == language.current(),
            "address": f"?{request.rel_url.update_query({CHOICE: code}).raw_query_string}",
        }
        for code, name in LANGUAGES.items()
    ]


async def _remember(request: web.Request, chosen: str) -> web.Response:
    page = request.rel_url.without_query_params(CHOICE)
    # Relative to the page, whatever prefix a proxy took off its address.
    query = f"?{page.raw_query_string}" if page.raw_query_string else ""
    response = web.Response(status=303, headers={hdrs.LOCATION: f"./{page.raw_name}{query}"})
    response.headers[hdrs.CACHE_CONTROL] = "no-store"
    response.set_cookie(COOKIE, chosen, max_age=YEAR_SECONDS, path="/", samesite="Lax", httponly=True)
    return response
