"""The rows of a table that a question is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from studyin.coach.quotable import Quotable
from studyin.library.terms import plain, stems

# A row is about what it is called, and the name in a question may have an ending more.
SHORTEST = 5
MOST_ENDING = 5


def rows_about(unit: Quotable, terms: Mapping[str, set[str]], weights: Mapping[str, float]) -> Quotable:
    """Of a table, the rows that a question is about, where it is about some of them alone: what it asks of them
    stands there, and the rest would have to be read for nothing."""
    rows, at = [], unit.lead
    for line in unit.passage.content[unit.lead : unit.end].split("\n"):
        rows.append((at, at + len(line)))
        at += len(line) + 1
    met = []
    for start, end in rows[2:]:
        cells_of_it = plain(unit.passage.content[start:end]).strip("|").split("|")
        said, label = set(stems(" ".join(cells_of_it))), stems(cells_of_it[0])
        called = sum(weights[word] for word, its in terms.items() if _is_called(label, its))
        met.append((called, sum(weights[word] for word, its in terms.items() if its & said)))
    most = max(met, default=(0.0, 0.0))
    chosen = tuple(row for row, its in zip(rows[2:], met, strict=True) if its == most)
    return replace(unit, rows=chosen) if any(most) and 2 * len(chosen) <= len(met) else unit


def _is_called(label: Sequence[str], its_forms: Collection[str]) -> bool:
    """Whether a row is called by a word, also in a case of it that no stemmer of ours joins: "des Präsidenten"."""
    return any(
        form == said
        or (min(len(form), len(said)) >= SHORTEST and form.startswith(said) and len(form) - len(said) <= MOST_ENDING)
        for form in its_forms
        for said in label
    )


def cells(table: Quotable) -> list[set[str]]:
    """The stems of each cell of a table, its header apart."""
    rows = table.passage.content[table.lead : table.end].split("\n")[2:]
    return [set(stems(plain(cell))) for row in rows for cell in row.split("|") if cell.strip()]
