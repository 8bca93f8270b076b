"""Cards as files that are the student's to take along: CSV with all that is known of them, and text for Anki."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from io import StringIO
from itertools import islice

from studyin.coach.proposing import CARD_FORMS
from studyin.coach.question import Form
from studyin.coach.questions import GAP
from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say
from studyin.store.cards import Card, Memory, NewCard
from studyin.store.proposals import Proposal, Source
from studyin.web.markdown import to_html

# Rows of a file; more is a mistake, or an attack.
MAX_ROWS = 20_000

COLUMNS = (
    *("front", "back", "form", "quotation", "filename", "heading", "page", "material_id", "position"),
    *("created_at", "due", "last_review", "reviews", "state", "step", "stability", "difficulty"),
)
# A spreadsheet takes a cell that begins so for a formula, and runs it; with a ' before it it is text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_ANKI_HEAD = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"


def to_csv(cards: Sequence[Card]) -> str:
    """One row a card below a row of names. Times are in ISO 8601, UTC."""
    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for card in cards:
        row = _row(card)
        writer.writerow([_guarded("" if row[name] is None else str(row[name])) for name in COLUMNS])
    return file.getvalue()


def from_csv(text: str, now: int, most_chars: int) -> list[NewCard]:
    """The cards of a file that `to_csv` wrote, or of any with columns `front` and `back`; others may be missing.

    now: when cards without a date are due, ms since 1970; most_chars: of a side. Raises StudyinError BAD_REQUEST, which
    names the row.
    """
    try:
        rows = list(islice(csv.reader(StringIO(text, newline=""), strict=True), MAX_ROWS + 2))
    except csv.Error:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected a CSV file, got one that can't be read. Look for a quotation mark left open."),
        ) from None
    names = [name.strip().casefold() for name in rows[0]] if rows else []
    if not {"front", "back"} <= set(names):
        raise StudyinError(
            Code.BAD_REQUEST, say("Expected a CSV file whose first row names the columns `front` and `back`.")
        )
    if len(rows) > MAX_ROWS + 1:
        raise StudyinError(
            Code.TOO_LARGE,
            say("Expected at most {most} cards in a file. Split it.", most=in_figures(MAX_ROWS)),
            status=413,
        )
    found = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            continue
        row = dict(zip(names, map(_unguarded, cells), strict=False))
        try:
            found.append(_card(row, now, most_chars))
        except (ValueError, OverflowError) as error:
            reason = error.what if isinstance(error, _RowError) else say("a number or a date")
            raise StudyinError(
                Code.BAD_REQUEST, say("Expected {what} in row {number} of the file.", what=reason, number=number)
            ) from None
    return found


def to_anki(cards: Sequence[Card]) -> str:
    """What Anki's File > Import reads: notes of its types Basic and Cloze, in a deck named Studyin, with tags.

    The ids stay, so that importing a later export changes the notes instead of doubling them. What was learned stays
    here: Anki's text files have no place for it.
    """
    file = StringIO(newline="")
    file.write(_ANKI_HEAD)
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    for card in cards:
        text = card.text
        source = f"<p><small>{escape(_place(text.source))}</small></p>" if text.source else ""
        if text.form == Form.GAP and GAP in text.front:
            kind, sides = "Cloze", (_cloze(text), source)
        else:
            kind, sides = "Basic", (to_html(text.front), to_html(text.back) + source)
        writer.writerow([card.id, kind, "Studyin", *sides, _tags(text.source)])
    return file.getvalue()


class _RowError(ValueError):
    """what: completes the sentence "Expected …"."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def _row(card: Card) -> Mapping[str, object]:
    text, memory, source = card.text, card.memory, card.text.source
    return {
        "front": text.front,
        "back": text.back,
        "form": text.form,
        "quotation": text.quotation,
        "filename": source and source.filename,
        "heading": source and source.heading,
        "page": source and source.page,
        "material_id": source and source.material_id,
        "position": source and source.position,
        "created_at": _written(card.created_at),
        "due": _written(memory.due),
        "last_review": None if memory.last_review is None else _written(memory.last_review),
        "reviews": memory.reviews,
        "state": memory.state,
        "step": memory.step,
        "stability": memory.stability,
        "difficulty": memory.difficulty,
    }


def _card(row: Mapping[str, str], now: int, most_chars: int) -> NewCard:
    front, back = row.get("front", "").strip(), row.get("back", "").strip()
    if not front or not back:
        raise _RowError(say("a front and a back"))
    if max(len(front), len(back), len(row.get("quotation", ""))) > most_chars:
        raise _RowError(say("at most {most} characters on each side", most=in_figures(most_chars)))
    form = row.get("form") or Form.EXPLAIN
    if form not in CARD_FORMS:
        raise _RowError(say("a form that is one of {names}", names=", ".join(CARD_FORMS)))
    source = None
    if row.get("filename"):
        position = _whole(row.get("position")) or 0
        page = _whole(row.get("page"))
        source = Source(row.get("material_id", ""), position, row["filename"], row.get("heading", ""), page)
    text = Proposal(form, front, back, row.get("quotation", ""), source)
    created_at = _read(row.get("created_at"))
    return NewCard(text, _memory(row, now), now if created_at is None else created_at)


def _memory(row: Mapping[str, str], now: int) -> Memory:
    """What was learned, where the file says all of it; else a card that is new."""
    due, last_review = _read(row.get("due")), _read(row.get("last_review"))
    stability, difficulty = _number(row.get("stability")), _number(row.get("difficulty"))
    if due is None or last_review is None or stability is None or difficulty is None:
        return Memory(now if due is None else due)
    state, step = _whole(row.get("state")), _whole(row.get("step"))
    if state not in (1, 2, 3) or not stability > 0 or not 1 <= difficulty <= 10:
        raise _RowError(say("a state from 1 to 3, a stability above 0 and a difficulty from 1 to 10"))
    return Memory(
        due,
        state,
        None if state == 2 else step or 0,
        stability,
        difficulty,
        last_review,
        _whole(row.get("reviews")) or 1,
    )


def _whole(text: str | None) -> int | None:
    if not text:
        return None
    value = int(text)
    if not 0 <= value < 2**31:
        raise ValueError
    return value


def _number(text: str | None) -> float | None:
    if not text:
        return None
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


def _written(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(text: str | None) -> int | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    ms = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    if not 0 <= ms < 2**47:
        raise ValueError
    return ms


def _guarded(cell: str) -> str:
    return "'" + cell if cell.startswith((*_FORMULA, "'")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_FORMULA, "'")) else cell


def _cloze(text: Proposal) -> str:
    """A sentence with its gap, as Anki writes one. What would end the gap, or begin another one, is spelt."""
    answer = escape(text.back).replace("::", "&#58;&#58;")
    html = _spelt(to_html(text.front.replace(GAP, "\ue001")))
    return html.replace("\ue001", "{{c1::" + _spelt(answer) + "}}")


def _spelt(html: str) -> str:
    return html.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")


def _tags(source: Source | None) -> str:
    """Tags are separated by blanks; :: makes one part of another."""
    name = re.sub(r"[\s:]+", "_", source.filename) if source else ""
    return f"studyin::{name}" if name else "studyin"


def _place(source: Source) -> str:
    name = source.filename
    place = say("{filename}, page {page}", filename=name, page=source.page) if source.page else name
    return f"{place} › {source.heading}" if source.heading else place


# By format: its content type, its suffix, and what writes it.
EXPORTS: Mapping[str, tuple[str, str, Callable[[Sequence[Card]], str]]] = {
    "anki": ("text/plain", "txt", to_anki),
    "csv": ("text/csv", "csv", to_csv),
}
