"""A session as a file that is the student's to take along: Markdown, one HTML page, or JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from studyin.language import say
from studyin.store.insights import Insight
from studyin.store.materials import Material
from studyin.store.sessions import Session
from studyin.web.export_page import to_html_page
from studyin.web.export_words import card_back, date_of, ending, place_of
from studyin.web.shapes import session_shape

FORMAT = "studyin-session"
FORMAT_VERSION = 1

# A citation, or code, in which there are none.
_CITATION = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`|\[\[(\d{1,3})\]\]", re.DOTALL)

Shape = Mapping[str, Any]


def to_markdown(session: Session, messages: Sequence[Shape], insights: Sequence[Insight]) -> str:
    parts = [f"# {session.title}", f"*Studyin, {date_of(session)}*"]
    if insights:
        parts.append(f"## {say('Insights')}")
        parts.extend(_quote(each.content) for each in insights)
    for message in messages:
        if message["role"] == "user":
            parts.append("## " + _first_line(message["content"]))
            parts.append(_quote(message["content"]))
        else:
            parts.extend([words] if (words := _with_marks(message)) else [])
            parts.extend([f"*({how})*"] if (how := ending(message)) else [])
            parts.extend(f"*{notice['message']}*" for notice in message["notices"])
            parts.extend([f"*{message['byline']}*"] if message["byline"] else [])
            parts.extend(_quoted(chunk) for chunk in message["context"])
            if message["cards"]:
                parts.append(f"**{say('Cards')}**")
                parts.append(
                    "\n".join(f"- {_one_line(card['front'])} → {card_back(card)}" for card in message["cards"])
                )
    return "\n\n".join(parts) + "\n"


def to_json_value(
    session: Session, messages: Sequence[Shape], insights: Sequence[Insight], chosen: Sequence[Material]
) -> Mapping[str, Any]:
    """As studyin.web.own_sessions reads it. chosen: the materials that the session is limited to."""
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "session": {**session_shape(session), "leaf_id": session.leaf_id},
        "messages": messages,
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


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


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


def _first_line(text: str) -> str:
    line = _one_line(text)
    return line if len(line) <= 80 else line[:79] + "…"


def _quoted(chunk: Shape) -> str:
    """A source with its passage below it: the file may be opened when the notes are long gone."""
    passage = "\n".join(f"   > {line}".rstrip() for line in chunk["content"].splitlines())
    return f"{chunk['metadata']['number']}. {place_of(chunk)}\n\n{passage}"
