"""A session as a file that is the student's to take along: Markdown, one HTML page, or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import msgspec

from studyin.language import current, phrase, say
from studyin.store.sessions import Session
from studyin.web.excerpt import excerpt
from studyin.web.markdown import text_to_html
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

Shape = Mapping[str, Any]


def to_markdown(session: Session, messages: Sequence[Shape]) -> str:
    parts = [f"# {session.title}", f"*Studyin, {_date(session.created_at)}*"]
    for message in messages:
        if message["role"] == "user":
            parts.append("## " + _first_line(message["content"]))
            parts.append("\n".join(f"> {line}" for line in message["content"].splitlines()))
        else:
            parts.append(message["content"] or f"*({say(_ENDINGS[message['status']])})*")
            parts.extend([f"*{message['byline']}*"] if message["byline"] else [])
            parts.extend(_quoted(chunk) for chunk in message["context"])
    return "\n\n".join(parts) + "\n"


def to_html_page(session: Session, messages: Sequence[Shape]) -> str:
    """One page without style or script of its own: it prints well and opens anywhere, and may load nothing.

    The policy has to be in it: a file on a disk comes without a server's headers.
    """
    body = []
    for message in messages:
        heading = say("Question") if message["role"] == "user" else say("Answer")
        sources = "".join(
            f"<li>{escape(_source(chunk))}<blockquote>{text_to_html(excerpt(chunk['content']))}</blockquote></li>"
            for chunk in message["context"]
        )
        listed = f"<ol>{sources}</ol>" if sources else ""
        byline = f"<p><small>{escape(message['byline'])}</small></p>" if message["byline"] else ""
        body.append(f"<article><h2>{heading}</h2>{message['html']}{byline}{listed}</article>")
    title = escape(session.title)
    return (
        f'<!doctype html><html lang="{current()}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
        f"<title>{title}</title></head>"
        f"<body><h1>{title}</h1><p>Studyin, {_date(session.created_at)}</p>{''.join(body)}</body></html>\n"
    )


def to_json_value(session: Session, messages: Sequence[Shape]) -> Mapping[str, Any]:
    """As studyin.web.takeout reads it."""
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "session": {**session_shape(session), "leaf_id": session.leaf_id},
        "messages": [{name: value for name, value in each.items() if name != "html"} for each in messages],
    }


def to_json(session: Session, messages: Sequence[Shape]) -> str:
    whole = msgspec.json.encode(to_json_value(session, messages))
    return msgspec.json.format(whole, indent=2).decode() + "\n"


Write = Callable[[Session, Sequence[Shape]], str]

# By format: its content type, what writes it, and whether it takes all branches or the shown one.
EXPORTS: Mapping[str, tuple[str, Write, bool]] = {
    "md": ("text/markdown", to_markdown, False),
    "html": ("text/html", to_html_page, False),
    "json": ("application/json", to_json, True),
}


def _date(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()


def _first_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"


def _quoted(chunk: Shape) -> str:
    """A source with its passage below it: the file may be opened when the notes are long gone."""
    passage = "\n".join(f"   > {line}".rstrip() for line in chunk["content"].splitlines())
    return f"{chunk['metadata']['number']}. {_source(chunk)}\n\n{passage}"


def _source(chunk: Shape) -> str:
    page, heading = chunk["metadata"]["page"], chunk["metadata"]["heading"]
    where = say("{filename}, page {page}", filename=chunk["filename"], page=page) if page else chunk["filename"]
    return f"{where} › {heading}" if heading else where
