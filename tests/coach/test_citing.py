"""What of a passage is marked for a citation: what was quoted, else what is most alike."""

import re

import pytest

from studyin.coach.citing import marked, vocabulary
from studyin.coach.quoting import quoted
from studyin.library import Library
from studyin.store.materials import Passage
from studyin.web.markdown import to_html
from tests.coach.student import Student

CONTENT = """The mitochondrion has **two** membranes. The inner membrane is folded into cristae, which enlarge the
surface on which ATP synthase sits. A liver cell has between 1,000 and 2,000 mitochondria.

Three things cross the membrane:

- pyruvate from the cytosol
- oxygen by diffusion
- protons through ATP synthase

| Stage | ATP |
| --- | --- |
| Glycolysis | 2 |
| Oxidative phosphorylation | 26 to 28 |
"""
CRISTAE = "The inner membrane is folded into cristae, which enlarge the\nsurface on which ATP synthase sits."
LIVER = "A liver cell has between 1,000 and 2,000 mitochondria."
PASSAGE = Passage("p", "m", "cells.md", 0, CONTENT)


def shown(reply: str, *, number: int = 1, nth: int | None = None) -> list[str]:
    rarity = dict.fromkeys(vocabulary(PASSAGE), 1.0)
    return [CONTENT[start:end] for start, end in marked(reply, number, PASSAGE, rarity, nth=nth)]


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        # quoted, as the notes coach does
        (f"Under *Cells*:\n\n> {LIVER} [[1]]\n\nHow many has yours?", [LIVER]),
        ("> " + CRISTAE.replace("\n", "\n> ") + " [[1]]", [CRISTAE]),
        ("> The inner membrane is folded into … [[1]]", ["The inner membrane is folded into"]),
        (
            "> - oxygen by diffusion\n> - pyruvate from the cytosol\n>\n> [[1]]",
            ["pyruvate from the cytosol", "oxygen by diffusion"],
        ),
        (f"> {LIVER} [[1]]\n> The mitochondrion has **two** membranes. [[2]]", [LIVER]),
        # quoted in the middle of a sentence
        (
            "Your notes put it so: “folded into cristae, which enlarge the” [[1]].",
            ["folded into cristae, which enlarge the"],
        ),
        # of a table the rows, and not the head that they are read by
        ("> | Stage | ATP |\n> | --- | --- |\n> | Glycolysis | 2 |\n>\n> [[1]]", ["| Glycolysis | 2 |"]),
        (
            "> | Stage | ATP |\n> | --- | --- |\n> | Oxidative phosphorylation | 26 to 28 |\n>\n> [[1]]",
            ["| Oxidative phosphorylation | 26 to 28 |"],
        ),
        # in other words, as models do
        ("Its folds give the enzyme ATP synthase more surface to sit on [[1]].", [CRISTAE]),
        ("Folds of the inner membrane make room for ATP synthase. [[1]] And what follows from that?", [CRISTAE]),
        ("It has two membranes [[2]], and a cell of the liver holds up to 2,000 mitochondria [[1]].", [LIVER]),
        ("- Oxygen diffuses in [[1]]\n- and so on", ["oxygen by diffusion"]),
        (
            "| Stage | ATP |\n| --- | --- |\n| Oxidative phosphorylation | about 27 [[1]] |",
            ["| Oxidative phosphorylation | 26 to 28 |"],
        ),
        # nothing that can be told
        ("The French Revolution began in 1789 [[1]].", []),
        ("No citation here.", []),
        ("Code such as `a[[1]]` cites nothing.\n\n```\nmitochondrion membranes [[1]]\n```", []),
        ("[[1]]", []),
    ],
)
def test_the_words_that_a_citation_stands_for_are_marked(reply: str, found: list[str]):
    assert shown(reply) == found


def test_of_several_citations_the_one_that_was_clicked_counts_or_all_of_them():
    reply = f"> {LIVER} [[1]]\n\nIt has two membranes [[1]], and `x[[1]]` besides."
    assert shown(reply, nth=0) == [LIVER]
    assert shown(reply, nth=1) == ["The mitochondrion has **two** membranes."]
    assert shown(reply, nth=2) == []
    assert shown(reply) == ["The mitochondrion has **two** membranes.", LIVER]


def test_places_are_counted_in_code_points():
    passage = Passage("p", "m", "n.md", 0, "\U0001f9ec\U0001f9ec is DNA. The helix has two strands.")
    assert marked("> The helix has two strands. [[1]]", 1, passage, {}) == [(11, 37)]


async def test_every_quotation_of_the_notes_coach_is_found_word_for_word(sampled: Library):
    student, checked = Student(sampled), 0
    for question in ("What is photosynthesis?", "Quiz me.", "just tell me", "List the stages.", "just tell me", "more"):
        heard = await student.says(question)
        for text, number in heard.quotes:
            if number is None:
                continue
            passage = heard.found[number - 1].passage
            spans = marked(heard.text, number, passage, {})
            told = "".join(passage.content[start:end] for start, end in spans)
            checked += 1
            words = [word for word in text.replace("…", "").split() if word != "-"]
            assert [word for word in words if word not in told.split()] == [], (text, told)
    assert checked > 4


@pytest.mark.parametrize(
    ("asked", "row", "others"),
    [
        ("Which organelle does photosynthesis use?", "| Organelle | chloroplast |", "| Makes |"),
        ("How many reduced carriers does pyruvate oxidation make?", "| Pyruvate oxidation |", "| Glycolysis |"),
    ],
)
async def test_an_answer_from_a_table_has_and_marks_the_row_it_stands_in(
    sampled: Library, asked: str, row: str, others: str
) -> None:
    heard = await Student(sampled).says(asked)
    (number,) = {number for quote, number in heard.quotes if row in quote}
    assert number is not None
    assert others not in heard.text
    passage = heard.found[number - 1].passage
    assert others in passage.content
    (mark,) = [
        passage.content[start:end]
        for start, end in marked(heard.text, number, passage, {})
        if row in passage.content[start:end]
    ]
    assert mark.startswith(row)
    assert "\n" not in mark
    # Two things compared stand in all of its rows.
    whole = await Student(sampled).says("How do photosynthesis and respiration differ?")
    assert whole.text.count("\n> |") >= 7


def test_a_notes_own_marks_cite_nothing_where_it_is_quoted() -> None:
    note = "The gryphon guards gold in old stories [[1]], as others [[2]] say. It has four legs."
    reply = f"Your notes say:\n\n{quoted(note, 1)}\n\nWhy?"
    assert re.findall(r"\[\[\d+\]\]", reply) == ["[[1]]"]
    assert to_html(reply, citations=2).count('class="citation"') == 1
    passage = Passage("p", "m", "gryphon.md", 0, f"Before it. {note} Behind it.")
    ((start, end),) = marked(reply, 1, passage, {})
    assert passage.content[start:end] == note
