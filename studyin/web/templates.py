"""Jinja's templates as responses; every page knows the relative way back to the root, so it works below any prefix."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import hdrs, web
from markupsafe import Markup, escape

from studyin import __version__, language
from studyin.language import phrase
from studyin.web.excerpt import excerpt
from studyin.web.interval import interval, until
from studyin.web.language import choices
from studyin.web.static import address_of

FILTERS: Mapping[str, Callable[..., str]] = {
    "excerpt": excerpt,
    "figures": language.in_figures,
    "interval": interval,
    "until": until,
}


def set_up(app: web.Application, folder: Path) -> None:
    environment = aiohttp_jinja2.setup(
        app,
        filters=FILTERS,
        loader=jinja2.FileSystemLoader(folder),
        default_helpers=False,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"say": say, "say_number": say_number, "phrase": phrase}


def say(sentence: str, /, **values: object) -> Markup:
    """As in studyin.language, for HTML: a value that is markup stays that, any other is escaped, as the sentence is."""
    words = escape(language.say(sentence))
    return words.format(**values) if values else words


def say_number(number: int, one: str, other: str, /, **values: object) -> Markup:
    return say(one if number == 1 else other, number=language.in_figures(number), **values)


def render(template: str, request: web.Request, context: Mapping[str, Any], *, status: int = 200) -> web.Response:
    """A page or a fragment of one. It shows what one account sees now, so it is never taken from a cache."""
    root = root_of(request)
    place = {
        "root": root,
        "static": f"{root}{address_of(request.app)}/",
        "version": __version__,
        "language": language.current(),
        "languages": choices(request),
    }
    response = aiohttp_jinja2.render_template(template, request, {**place, **context}, status=status)
    response.headers[hdrs.CACHE_CONTROL] = "private, no-store"
    return response


def root_of(request: web.BaseRequest) -> str:
    """The relative way from the request's address to the application's root; an escaped slash is none."""
    return "../" * (request.rel_url.raw_path.count("/") - 1) or "./"
