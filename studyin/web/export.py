"""A session as a file that is the student's to take along: Markdown, one HTML page, or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape

import msgspec

from studyin.store.messages import Message, Quotation
from studyin.store.sessions import Session
from studyin.web.shapes import message_shape, session_shape

FORMAT = "studyin-session"
FORMAT_VERSION = 1


def to_markdown(session: Session, messages: Sequence[Message]) -> str:
    parts = [f"# {session.title}", f"*Studyin, {_date(session.created_at)}*"]
    for message in messages:
        if message.role == "user":
            parts.append("## " + _first_line(message.content))
            parts.append("\n".join(f"> {line}" for line in message.content.splitlines()))
        else:
            parts.append(message.content or f"*({message.status})*")
            parts.extend(f"{q.number}. {_source(q)}" for q in message.quotations)
    return "\n\n".join(parts) + "\n"


def to_html_page(session: Session, messages: Sequence[Message]) -> str:
    """One page without style or script of its own: it prints well and opens anywhere."""
    body = []
    for message in messages:
        shape = message_shape(message)
        heading = "Question" if message.role == "user" else "Answer"
        sources = "".join(f"<li>{escape(_source(q))}</li>" for q in message.quotations)
        body.append(
            f"<article><h2>{heading}</h2>{shape['html']}" + (f"<ol>{sources}</ol>" if sources else "") + "</article>"
        )
    title = escape(session.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>Studyin, {_date(session.created_at)}</p>{''.join(body)}</body></html>\n"
    )


def to_json(session: Session, messages: Sequence[Message]) -> str:
    whole = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "session": {**session_shape(session), "leaf_id": session.leaf_id},
        "messages": [{k: v for k, v in message_shape(m).items() if k != "html"} for m in messages],
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


Write = Callable[[Session, Sequence[Message]], str]

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


def _source(quotation: Quotation) -> str:
    passage = quotation.passage
    page = f", page {passage.page}" if passage.page else ""
    return f"{passage.filename}{page}" + (f" › {passage.heading}" if passage.heading else "")
