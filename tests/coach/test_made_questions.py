"""Questions made from the notes: what is left out of a sentence, and which sentences are asked about."""

from __future__ import annotations

import pytest

from studyin.coach.base import Controls, Profile
from studyin.coach.definitions import definition
from studyin.coach.question import Form
from studyin.coach.questions import candidates
from studyin.coach.quotable import quotables
from studyin.library import Library
from studyin.library.terms import words
from studyin.store.materials import Passage
from tests.coach.student import Student
from tests.coach.test_notes import with_notes


def gaps(sentence: str) -> list[str]:
    rarity = dict.fromkeys(words(sentence), 1.0)
    made = candidates(quotables(Passage("p", "m", "notes.md", 0, sentence)), rarity, 1)
    return [each.question.answer for each in made if each.question.form is Form.GAP]


@pytest.mark.parametrize(
    ("sentence", "left_out"),
    [
        ("The enzyme binds the substrate at the active site of the molecule.", ["enzyme", "substrate"]),
        ("He was held in accordance with a procedure that the statute lays down.", ["statute"]),
        ("A person must be brought promptly before a judge (Article 5(3)).", ["judge"]),
        ("The court found a violation because of the way it was planned.", ["violation"]),
        ("Bei der Translation übersetzen die Ribosomen die mRNA in eine Kette.", ["Translation", "Ribosomen"]),
        ("Noch in derselben Nacht öffneten die Grenzsoldaten alle Übergänge.", ["Grenzsoldaten", "Übergänge"]),
        ("Die Glucose wird dabei Molekül für Molekül von den Enzymen abgebaut.", ["Glucose", "Enzymen"]),
    ],
)
def test_a_gap_is_a_word_of_the_subject_and_none_of_every_subject(sentence: str, left_out: list[str]) -> None:
    made = gaps(sentence)
    assert len(made) == 1
    assert made[0] in left_out


@pytest.mark.parametrize(
    ("said", "is_of_the_text"),
    [
        ("This chapter introduces the Convention and prepares you for the seminar.", True),
        ("In the following sections we look at the articles one by one.", True),
        ("You should read the cases in bold before the exam.", True),
        ("In this script we collect the definitions and theorems of the course.", True),
        ("In diesem Kapitel lernst du, wie Zellen Energie gewinnen.", True),
        ("Dieses Kapitel gibt einen Überblick über die Geschichte der DDR.", True),
        ("This theorem holds for every continuous function on the interval.", False),
        ("In this section goods means anything that can be moved and sold.", False),
        ("The book of accounts is kept by the treasurer of the company.", False),
        ("Instead of an integral we write the sum over the intervals.", False),
        ("Diese Zellen gewinnen ihre Energie ohne Sauerstoff aus der Glucose.", False),
    ],
)
def test_what_a_text_says_of_itself_is_not_asked_about(said: str, *, is_of_the_text: bool) -> None:
    (unit,) = quotables(Passage("p", "m", "notes.md", 0, said))
    assert unit.is_about_the_text is is_of_the_text
    if is_of_the_text:
        assert gaps(said) == []


def test_a_title_in_its_line_is_quoted_with_what_it_names_and_defined_by_it() -> None:
    text = "Sequences matter. **Monotone convergence.** Every bounded monotone sequence converges. It has a limit."
    units = quotables(Passage("p", "m", "notes.md", 0, text))
    assert [unit.text for unit in units] == [
        "Sequences matter.",
        "**Monotone convergence.** Every bounded monotone sequence converges.",
        "It has a limit.",
    ]
    defined = definition(units[1])
    assert defined is not None
    assert (defined.term, defined.marked) == ("Monotone convergence", True)
    whole = quotables(Passage("p", "m", "notes.md", 0, "**Mean value theorem.** There is a point with\n\n$$a = b.$$"))
    assert [unit.text for unit in whole] == ["**Mean value theorem.** There is a point with\n\n$$a = b.$$"]
    assert [unit.text for unit in quotables(Passage("p", "m", "notes.md", 0, "**Alone.**"))] == ["**Alone.**"]


ENZYMES = """# Enzymes

## Inhibition

A competitive inhibitor resembles the substrate and occupies the active site of the enzyme.

## Denaturation

Above forty degrees the structure of most enzymes unfolds and their catalytic activity disappears.
"""


async def test_what_was_quoted_just_now_is_asked_about_after_the_rest(library: Library) -> None:
    student = Student(await with_notes(library, ENZYMES), Controls(profile=Profile.FAST))
    heard = await student.says("How does a competitive inhibitor work?")
    assert "resembles the substrate" in heard.text
    assert any("seen:" in key for key in heard.dialogue["seen"])
    heard = await student.says("quiz me")
    assert "resembles" not in heard.text
    assert "forty degrees" in heard.text or "____" in heard.text
