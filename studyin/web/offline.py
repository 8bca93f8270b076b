"""What keeps pages readable without the server: a service worker, and its screen for what was never opened here.

Pages are sent with `no-store`, so that no cache that serves others, or outlives a login unseen, has them. The worker
keeps copies all the same, in a store of its own that it alone reads: by account, the last sessions only, emptied when
the student signs out, when the server says that the login has ended, and when somebody else signs in.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from aiohttp import hdrs, web

from studyin import language
from studyin.language import LANGUAGES
from studyin.web.accounts import account_of
from studyin.web.joining import joined_modules
from studyin.web.keys import SETTINGS
from studyin.web.static import address_of
from studyin.web.templates import render

# Whose page it is, for the worker to keep it apart from others'; and whether an answer is still growing on it: a copy
# of that would wait for ever.
ACCOUNT = "Studyin-Account"
UNFINISHED = "Studyin-Unfinished"
# The worker's own request, for a page to be kept: it has time for all that is read in one go, and no way to more.
COPY = "Studyin-Copy"

# What a page needs to come up without the server. Everything else is kept as it is first used.
SHELL = (
    *("css/chat.css", "js/main.js", "icons/icon.svg", "css/error.css", "js/offline_page.js", "js/palette.js"),
    "js/passage.js",
)


def set_up(app: web.Application, folder: Path) -> None:
    """folder: the static files', which has the worker's modules too."""
    script = {spoken: joined_modules(folder / "js" / "worker.js", spoken) for spoken in LANGUAGES}

    async def send_worker(request: web.Request) -> web.Response:
        """Its bytes change with every static file: that is how a browser learns that there is a new version."""
        settings = app[SETTINGS]
        given = {
            "shell": f"{address_of(app)}/",
            "files": SHELL,
            "sessions": settings.offline_sessions,
            "days": settings.login_days,
        }
        text = f"self.STUDYIN = {json.dumps(given)};\n{script[language.current()]}"
        tag = hashlib.sha256(text.encode()).hexdigest()[:24]
        headers = {hdrs.ETAG: f'"{tag}"', hdrs.CACHE_CONTROL: "no-cache"}
        if any(known.value == tag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(text=text, content_type="text/javascript", charset="utf-8", headers=headers)

    app.router.add_get("/worker.js", send_worker)
    app.router.add_get("/offline", show)


async def show(request: web.Request) -> web.Response:
    """The screen for a page of which there is no copy. It tells nothing about anybody."""
    return render("offline.html", request, {"days": request.app[SETTINGS].login_days})


def mark(request: web.Request, response: web.Response, *, is_finished: bool = True) -> web.Response:
    """Tell the worker whose page this is, and whether a copy of it is worth keeping."""
    response.headers[ACCOUNT] = account_of(request)
    if not is_finished:
        response.headers[UNFINISHED] = "1"
    return response
