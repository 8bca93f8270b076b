"""A session as a file that is the student's to take along: Markdown, one HTML page, or JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from html import escape
from typing import Any

import msgspec

from studyin.language import current, phrase, say
from studyin.store.insights import Insight
from studyin.store.materials import Material
from studyin.store.sessions import Session
from studyin.web.excerpt import excerpt
from studyin.web.markdown import text_to_html, to_html
from studyin.web.shapes import session_shape

FORMAT = "studyin-session"
FORMAT_VERSION = 1
# What is said of a reply that has no words.
_ENDINGS = {
    "streaming": phrase("not yet answered"),
    "stopped": phrase("stopped"),
    "interrupted": phrase("interrupted"),
    "failed": phrase("failed"),
    "complete": phrase("no words"),
}

# A citation, or code, in which there are none.
_CITATION = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`|\[\[(\d{1,3})\]\]", re.DOTALL)
_CITATION_LINK = re.compile(r'<a class="citation( unsupported)?"[^>]*>(\d+)</a>')

Shape = Mapping[str, Any]


def to_markdown(session: Session, messages: Sequence[Shape], insights: Sequence[Insight]) -> str:
    parts = [f"# {session.title}", f"*Studyin, {_date(session.created_at)}*"]
    if insights:
        parts.append(f"## {say('Insights')}")
        parts.extend(_quote(each.content) for each in insights)
    for message in messages:
        if message["role"] == "user":
            parts.append("## " + _first_line(message["content"]))
            parts.append(_quote(message["content"]))
        else:
            parts.append(_with_marks(message) or f"*({say(_ENDINGS[message['status']])})*")
            parts.extend(f"*{notice['message']}*" for notice in message["notices"])
            parts.extend([f"*{message['byline']}*"] if message["byline"] else [])
            parts.extend(_quoted(chunk) for chunk in message["context"])
            if message["cards"]:
                parts.append(f"**{say('Cards')}**")
                parts.append(
                    "\n".join(f"- {_one_line(card['front'])} → {_card_back(card)}" for card in message["cards"])
                )
    return "\n\n".join(parts) + "\n"


def to_html_page(session: Session, messages: Sequence[Shape], insights: Sequence[Insight]) -> str:
    """One page without style or script of its own: it prints well and opens anywhere, and may load nothing.

    The policy has to be in it: a file on a disk comes without a server's headers.
    """
    body = []
    if insights:
        quotes = "".join(f"<blockquote>{text_to_html(each.content)}</blockquote>" for each in insights)
        body.append(f"<section><h2>{escape(say('Insights'))}</h2>{quotes}</section>")
    for number, message in enumerate(messages, start=1):
        heading = say("Question") if message["role"] == "user" else say("Answer")
        sources = "".join(
            f'<li id="{number}-passage-{chunk["metadata"]["number"]}">{escape(_source(chunk))}'
            f"<blockquote>{text_to_html(excerpt(chunk['content']))}</blockquote></li>"
            for chunk in message["context"]
        )
        listed = f"<ol>{sources}</ol>" if sources else ""
        notices = "".join(f"<p><small>{escape(each['message'])}</small></p>" for each in message["notices"])
        byline = f"<p><small>{escape(message['byline'])}</small></p>" if message["byline"] else ""
        cards = "".join(
            f"<li>{to_html(card['front'])}<p>{escape(_card_back(card))}</p></li>" for card in message["cards"]
        )
        proposed = f"<h3>{escape(say('Cards'))}</h3><ul>{cards}</ul>" if cards else ""
        words = _CITATION_LINK.sub(partial(_marked_link, number), message["html"])
        body.append(f"<article><h2>{heading}</h2>{words}{notices}{byline}{listed}{proposed}</article>")
    title = escape(session.title)
    return (
        f'<!doctype html><html lang="{current()}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
        f"<title>{title}</title></head>"
        f"<body><h1>{title}</h1><p>Studyin, {_date(session.created_at)}</p>{''.join(body)}</body></html>\n"
    )


def to_json_value(
    session: Session, messages: Sequence[Shape], insights: Sequence[Insight], chosen: Sequence[Material]
) -> Mapping[str, Any]:
    """As studyin.web.own_sessions reads it. chosen: the materials that the session is limited to."""
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "session": {**session_shape(session), "leaf_id": session.leaf_id},
        "messages": [{name: value for name, value in each.items() if name != "html"} for each in messages],
        "insights": [
            {"message_id": each.message_id, "content": each.content, "created_at": each.created_at} for each in insights
        ],
        # By what is in them: elsewhere they have other ids.
        "materials": [{"filename": each.filename, "sha256": each.sha256} for each in chosen],
    }


def to_json(
    session: Session, messages: Sequence[Shape], insights: Sequence[Insight], chosen: Sequence[Material] = ()
) -> str:
    whole = msgspec.json.encode(to_json_value(session, messages, insights, chosen))
    return msgspec.json.format(whole, indent=2).decode() + "\n"


Write = Callable[[Session, Sequence[Shape], Sequence[Insight]], str]

# By format: its content type, what writes it, and whether it takes all branches or the shown one.
EXPORTS: Mapping[str, tuple[str, Write, bool]] = {
    "md": ("text/markdown", to_markdown, False),
    "html": ("text/html", to_html_page, False),
    "json": ("application/json", to_json, True),
}


def _date(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _card_back(card: Shape) -> str:
    back = _one_line(card["back"])
    return f"{back} ({say('kept')})" if card["kept"] else back


def _with_marks(message: Shape) -> str:
    """A reply's Markdown with its citations as a reader knows them, [1]; one that its passage does not bear is [1?]."""
    checks: dict[str, list[bool | None]] = {str(chunk["metadata"]["number"]): [] for chunk in message["context"]}
    for each in message["citations"]:
        checks.setdefault(str(each["number"]), []).append(each["supported"])

    def marked(found: re.Match[str]) -> str:
        number = found[1]
        if number not in checks:  # code, or the number of no source
            return found[0]
        supported = checks[number].pop(0) if checks[number] else None
        return f"[{number}?]" if supported is False else f"[{number}]"

    return _CITATION.sub(marked, message["content"])


def _marked_link(message: int, link: re.Match[str]) -> str:
    """The same in HTML: it leads to the source below its reply, whose number other replies have too."""
    is_doubtful, number = link[1], link[2]
    return f'<sup><a href="#{message}-passage-{number}">[{number}{"?" if is_doubtful else ""}]</a></sup>'


def _first_line(text: str) -> str:
    line = _one_line(text)
    return line if len(line) <= 80 else line[:79] + "…"


def _quoted(chunk: Shape) -> str:
    """A source with its passage below it: the file may be opened when the notes are long gone."""
    passage = "\n".join(f"   > {line}".rstrip() for line in chunk["content"].splitlines())
    return f"{chunk['metadata']['number']}. {_source(chunk)}\n\n{passage}"


def _source(chunk: Shape) -> str:
    page, heading = chunk["metadata"]["page"], chunk["metadata"]["heading"]
    where = say("{filename}, page {page}", filename=chunk["filename"], page=page) if page else chunk["filename"]
    return f"{where} › {heading}" if heading else where
