"""Markdown to events: CommonMark with GitHub's tables, strikethrough, task lists and footnotes."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pyromark import Markdown, Options

_parser = Markdown(
    options=Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_TASKLISTS | Options.ENABLE_FOOTNOTES
)


_SIDES = {"Start": "<", "End": ">"}


class Event(NamedTuple):
    """A step through a document. kind: "Text", "Code", "SoftBreak", …, and for what has content "<Paragraph" where it
    begins and ">Paragraph" where it ends; value: pyromark's for that kind; start, end: in the UTF-8 source, bytes."""

    kind: str
    value: Any
    start: int
    end: int


def parse(markdown: str) -> Iterator[Event]:
    """The events of a document, adjacent text joined. The text must not hold lone surrogates."""
    for event, span in _parser.events_with_range(markdown, merge_text=True):
        if isinstance(event, str):
            yield Event(event, None, span["start"], span["end"])
            continue
        kind, value = _only(event)
        if (side := _SIDES.get(kind)) is not None:
            kind, value = (value, None) if isinstance(value, str) else _only(value)
            kind = side + kind
        yield Event(kind, value, span["start"], span["end"])


def _only(pair: Any) -> tuple[str, Any]:
    """pyromark's way to say both what it is and what of: a dict of one item."""
    ((kind, value),) = pair.items()
    return kind, value
