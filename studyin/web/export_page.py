"""A session as one HTML page that opens anywhere and prints well: its style sheet is in it, and it may load nothing."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from html import escape
from typing import Any

from studyin.assets import static_dir
from studyin.language import current, say
from studyin.store.insights import Insight
from studyin.store.sessions import Session
from studyin.web.excerpt import excerpt
from studyin.web.export_words import card_back, date_of, ending, place_of
from studyin.web.joining import joined_sheets
from studyin.web.markdown import text_to_html, to_html

_CITATION_LINK = re.compile(r'<a class="citation( unsupported)?"[^>]*>(\d+)</a>')

Shape = Mapping[str, Any]


def to_html_page(session: Session, messages: Sequence[Shape], insights: Sequence[Insight]) -> str:
    """The shown branch. Its policy has to be in it: a file on a disk comes without a server's headers."""
    style, policy = _style()
    title = escape(session.title)
    body = "".join((*_insights(insights), *map(_article, range(1, len(messages) + 1), messages)))
    return (
        f'<!doctype html><html lang="{current()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style}</style></head>"
        f'<body><main><h1 dir="auto">{title}</h1><p class="made">Studyin, {date_of(session)}</p>{body}</main>'
        "</body></html>\n"
    )


@cache
def _style() -> tuple[str, str]:
    """The style sheet, and the policy that allows it, no other, and nothing else."""
    style = joined_sheets(static_dir() / "css" / "export.css")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return style, f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _insights(insights: Sequence[Insight]) -> Iterator[str]:
    if insights:
        quotes = "".join(f"<blockquote>{text_to_html(each.content)}</blockquote>" for each in insights)
        yield f'<section class="insights"><h2>{escape(say("Insights"))}</h2>{quotes}</section>'


def _article(number: int, message: Shape) -> str:
    if message["role"] == "user":
        heading = f'<h2 class="visually-hidden">{escape(say("Question"))}</h2>'
        return f'<article class="question">{heading}<div class="question-text">{message["html"]}</div></article>'
    return f'<article class="reply">{"".join(_reply(number, message))}</article>'


def _reply(number: int, message: Shape) -> Iterator[str]:
    yield f'<h2 class="visually-hidden">{escape(say("Answer"))}</h2>'
    if message["html"]:
        words = _CITATION_LINK.sub(partial(_marked_link, number), message["html"])
        yield f'<div class="prose" dir="auto">{words}</div>'
    if how := ending(message):
        yield f'<p class="remark">({escape(how)})</p>'
    yield from (f'<p class="remark">{escape(each["message"])}</p>' for each in message["notices"])
    if message["byline"]:
        yield f'<p class="remark">{escape(message["byline"])}</p>'
    if message["context"]:
        sources = "".join(
            f'<li id="{number}-passage-{chunk["metadata"]["number"]}">'
            f'<p class="source" dir="auto">{escape(place_of(chunk))}</p>'
            f"<blockquote>{text_to_html(excerpt(chunk['content']))}</blockquote></li>"
            for chunk in message["context"]
        )
        yield f"<h3>{escape(say('From your notes'))}</h3><ol>{sources}</ol>"
    if message["cards"]:
        cards = "".join(
            f'<li><div class="prose" dir="auto">{to_html(card["front"])}</div>'
            f'<p class="card-back" dir="auto">{escape(card_back(card))}</p></li>'
            for card in message["cards"]
        )
        yield f"<h3>{escape(say('Cards'))}</h3><ul>{cards}</ul>"


def _marked_link(message: int, link: re.Match[str]) -> str:
    """It leads to the source below its reply, whose number other replies have too."""
    is_doubtful, number = link[1], link[2]
    kind, mark = (" doubtful", "?") if is_doubtful else ("", "")
    return f'<sup><a class="cite{kind}" href="#{message}-passage-{number}">[{number}{mark}]</a></sup>'
