"""Jinja's templates as responses; every page knows the relative way back to the root, so it works below any prefix."""

from __future__ import annotations

import re
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
        loader=_Unindented(folder),
        default_helpers=False,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"say": say, "say_number": say_number, "phrase": phrase}


class _Unindented(jinja2.FileSystemLoader):
    """The indentation of templates is for who reads them: in a page of many messages it would be some hundred bytes."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_fresh = super().get_source(environment, template)
        return re.sub(r"\n\s+", "\n", source), path, is_fresh


def say(sentence: str, /, **values: object) -> Markup:
    """As in studyin.language, for HTML: a value that is markup stays that, any other is escaped, as the sentence is."""
    words = escape(language.say(sentence))
    return words.format(**values) if values else words


def say_number(number: int, one: str, other: str, /, **values: object) -> Markup:
    return say(one if number == 1 else other, number=language.in_figures(number), **values)


def render(template: str, request: web.Request, context: Mapping[str, Any], *, status: int = 200) -> web.Response:
    """A page or a fragment of one."""
    return answer(draw(template, request, context), status=status)


def answer(html: str, *, status: int = 200) -> web.Response:
    """It shows what one account sees now, so it is never taken from a cache."""
    response = web.Response(text=html, content_type="text/html", status=status)
    response.headers[hdrs.CACHE_CONTROL] = "private, no-store"
    return response


def draw(template: str, request: web.Request, context: Mapping[str, Any]) -> str:
    root = root_of(request)
    place = {
        "root": root,
        "static": f"{root}{address_of(request.app)}/",
        "version": __version__,
        "language": language.current(),
        "languages": choices(request),
    }
    return aiohttp_jinja2.render_string(template, request, {**place, **context})


def root_of(request: web.BaseRequest) -> str:
    """The relative way from the request's address to the application's root; an escaped slash is none."""
    return "../" * (request.rel_url.raw_path.count("/") - 1) or "./"
