"""A conversation that goes on: follow-ups, comparisons, questions back that fit, answers that keep to one thing."""

from __future__ import annotations

import pytest

from studyin.coach.asking_back import as_written
from studyin.coach.intent import Intent, read
from studyin.coach.pairs import pair
from studyin.coach.wants import Want, points_back, wanted
from studyin.language import speaking
from studyin.library import Library
from tests.coach.student import Student
from tests.coach.test_notes import with_notes

CODE = """# Algorithms

## Containers

| Operation | list | dict |
| --- | --- | --- |
| membership test | O(n) | O(1) |
| append | O(1) | - |

## Searching

**Binary search** needs a sorted list. It compares the target with the middle element. It takes O(log n) steps.

```python
def binary_search(items, target):
    return -1
```

**Linear search** looks at every element until it finds the target.

## Sorting

**Merge sort** splits the list into two halves and merges them. It is stable, but needs additional memory.

**Quicksort** chooses a pivot and sorts both parts recursively. It is slow when the pivot is always the smallest.
"""
CASES = """# Convention

## Cases

In **Soering v United Kingdom** the Court held that extradition violates Article 3 if there is a real risk of torture.

In **McCann v United Kingdom** the Court held that the operation had been planned poorly.

## Continuity

A function is **continuous** at a point if small changes of its argument change its value little.

A function is **uniformly continuous** if the bound can be chosen independently of the point.

## Admission

An application is admissible only if all domestic remedies have been exhausted. The Registry sits in Strasbourg.
"""
ENZYME = """# Stoffwechsel

## Gärung

Eine **Gärung** ist der Abbau von Glucose ohne Sauerstoff. Sie liefert nur zwei Moleküle ATP.

Die **alkoholische Gärung** läuft in Hefezellen ab. Dabei entstehen Ethanol und Kohlenstoffdioxid.

Die **Milchsäuregärung** läuft in Muskelzellen ab. Dabei wird aus Brenztraubensäure Milchsäure.

## Hemmung

Bei der **kompetitiven Hemmung** besetzt ein Hemmstoff das aktive Zentrum.

Bei der **allosterischen Hemmung** bindet er an einer anderen Stelle.

## Krise

Die Zelle geriet in eine Energiekrise. Die Ursachen waren:

- wenig Sauerstoff
- viel Bewegung

## Die friedliche Teilung

Unter **Zytokinese** versteht man die Teilung des Zellplasmas.
"""


async def test_two_things_are_compared_by_what_is_said_of_each_very_one(library: Library) -> None:
    await with_notes(library, CASES, ENZYME)
    heard = await Student(library).says("compare continuous and uniformly continuous")
    quoted = "\n\n".join(text for text, _ in heard.quotes).split("\n\n")
    assert [text.split("**")[1] for text in quoted] == [
        "continuous",
        "uniformly continuous",
    ]
    with speaking("de"):
        heard = await Student(library).says(
            "Was ist der Unterschied zwischen alkoholischer Gärung und Milchsäuregärung?"
        )
        quoted = " ".join(text for text, _ in heard.quotes)
        assert "Ethanol" in quoted
        assert "Milchsäure." in quoted
        assert "Abbau von Glucose" not in quoted
        assert "Wie unterscheiden sich alkoholische Gärung und Milchsäuregärung?" in heard.text
        heard = await Student(library).says("Vergleiche kompetitive und allosterische Hemmung")
        assert "kompetitive Hemmung und allosterische Hemmung" in heard.text
        assert "nicht nebeneinander" in heard.text
    assert pair("compare apples") is None


async def test_an_answer_that_gives_the_one_thing_its_own_is_not_mixed_up(library: Library) -> None:
    student = Student(await with_notes(library, CODE))
    await student.says("compare merge sort and quicksort")
    heard = await student.says("mergesort is stable but needs memory, quicksort is slow when the pivot is the smallest")
    assert "isn't it" not in heard.text
    await student.says("compare merge sort and quicksort")
    heard = await student.says("quicksort is stable but needs memory, merge sort chooses a pivot")
    assert "isn't it" in heard.text


async def test_a_follow_up_exchanges_what_was_named_last(library: Library) -> None:
    student = Student(await with_notes(library, CASES, CODE))
    await student.says("What did the Court decide in Soering?")
    heard = await student.says("and in McCann?")
    assert "planned poorly" in heard.text
    student = Student(library)
    await student.says("how fast is a membership test in a dict?")
    assert "| membership test |" in (await student.says("and in a list?")).text


async def test_a_why_that_the_notes_leave_open_is_not_answered_by_the_same_once_more(library: Library) -> None:
    student = Student(await with_notes(library, CASES))
    before = await student.says("When is an application admissible?")
    assert "in your own words: when is an application admissible?" in before.text
    assert "Strasbourg" not in before.text
    heard = await student.says("why?")
    assert heard.text.startswith("Beyond what I just quoted, your notes say nothing on that.")
    assert heard.quotes == []
    assert heard.dialogue["pending"] == before.dialogue["pending"]


async def test_how_many_steps_and_code_are_found_where_it_leans_on_what_it_leans_on(library: Library) -> None:
    await with_notes(library, CODE)
    assert "O(log n) steps" in (await Student(library).says("how many steps does binary search take?")).text
    assert "def binary_search" in (await Student(library).says("show me the code for binary search")).text


async def test_a_list_of_causes_comes_with_the_line_above_it_and_is_asked_for(library: Library) -> None:
    await with_notes(library, ENZYME)
    with speaking("de"):
        heard = await Student(library).says("Was waren die Ursachen der Energiekrise?")
        assert "- wenig Sauerstoff" in heard.text
        assert heard.dialogue["pending"]["form"] == "list"
        heard = await Student(library).says("Gedächtnisprotokoll zur friedlichen Teilung")
        assert "**Die friedliche Teilung**" in heard.text
        assert "Zytokinese" in (await Student(library).says("Was heist Zytokinese?")).text
        heard = await Student(library).says("Wo findet die Milchsäuregärung statt?")
        assert "Muskelzellen" in heard.text


async def test_a_list_that_is_asked_for_by_name_is_asked_back_once_more(library: Library) -> None:
    await with_notes(library, ENZYME)
    with speaking("de"):
        student = Student(library)
        for _ in range(2):
            heard = await student.says("Was waren die Ursachen der Energiekrise?")
            assert heard.dialogue["pending"]["form"] == "list"
            assert "Teilweise." in (await student.says("wenig Sauerstoff")).text


async def test_after_its_code_a_thing_is_explained_in_words(library: Library) -> None:
    student = Student(await with_notes(library, CODE))
    await student.says("show me the code for binary search")
    assert "It compares the target" in (await student.says("how does it work?")).text


async def test_what_is_asked_about_a_whole_place_is_answered_by_any_of_what_was_quoted(library: Library) -> None:
    notes = """# Functions

## Both ways

Every differentiable function is continuous. The converse is false: $|x|$ is continuous but has a corner.
"""
    student = Student(await with_notes(library, notes))
    heard = await student.says("is every continuous function differentiable?")
    assert "How would you put what your notes say under" in heard.text
    assert "Not quite" not in (await student.says("no, for example |x| has a corner")).text


async def test_no_one_is_told_to_be_wrong_by_a_word_that_stands_against_another_thing(library: Library) -> None:
    notes = """# Convention

## Article 8

It protects private life, family life, home and correspondence.

It pursues a legitimate aim, such as national security, public safety or the rights of others.
"""
    student = Student(await with_notes(library, notes))
    await student.says("brain dump on article 8")
    heard = await student.says("protects private and family life and the home")
    assert "is not what your notes say" not in heard.text
    assert "1 of the 2 points" in heard.text


@pytest.mark.parametrize(
    ("said", "is_asked"),
    [
        ("is quicksort stable?", True),
        ("ist Quicksort immer stabil?", True),
        ("state the ratio test", True),
        ("Wieviel ATP entsteht?", True),
        ("and in McCann?", True),
        ("is it pyruvate?", False),
        ("is that the answer?", False),
        ("pyruvate?", False),
        ("ist es Wasser?", False),
        ("state aid is forbidden", False),
    ],
)
def test_a_question_is_told_from_a_guess(said: str, *, is_asked: bool) -> None:
    assert (read(said, open_question=True).intent is Intent.ASK) is is_asked


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("When is an application admissible?", Want.CONDITION),
        ("When did the war end?", Want.TIME),
        ("Wann ist ein Antrag zulässig?", Want.CONDITION),
        ("Wann begann der Krieg?", Want.TIME),
        ("Was waren die Ursachen der Krise?", Want.LIST),
        ("Was ist die Ursache?", Want.DEFINITION),
    ],
)
def test_when_may_ask_for_a_condition(question: str, want: Want) -> None:
    assert wanted(question) is want


def test_it_points_at_nothing_where_it_only_opens_a_clause() -> None:
    assert not points_back("What does it mean that a sequence converges?")
    assert not points_back("Is it possible that a sequence has two limits?")
    assert points_back("What does it mean?")
    assert points_back("When does it converge?")


def test_a_question_is_asked_back_in_the_spelling_of_the_notes() -> None:
    notes = ["States enjoy a margin of appreciation.", "The sequence converges; the Reichspräsident appoints."]
    assert as_written("What is the margin of apreciation?", notes) == "What is the margin of appreciation?"
    assert as_written("When does it converge?", notes) == "When does it converge?"
    assert as_written("Was darf der Reichsprasidnet?", notes) == "Was darf der Reichspräsident?"
    assert as_written("What is a mutation?", notes) == "What is a mutation?"
