"""Textbook-like notes of any length, always the same, and questions about them in a student's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random


def _list(words: str, separator: str | None = None) -> list[str]:
    return words.split(separator)


_FIRST = _list("hydro photo cyto thermo electro chromo lipo glyco neuro osteo cardio hemo lympho myo phago micro")
_SECOND = _list("pseudo meta endo ecto iso poly mono hetero homo amphi peri para hyper hypo trans sub")
_LAST = _list(
    "lysis genesis tropism stasis phoresis plasty taxis metry kinesis gram phyll cline some derm blast trope mere phore"
    " scope static philia gamy morphism clasis centesis pexy rrhagia trophy"
)
_PEOPLE = _list("Almeida Bergström Chandra Dufour Eriksen Fujita Grabowski Haddad Ivanova Jansen Kowalski Lindqvist")
_PLACES = _list("liver|spleen|root tip|bark|retina|harbour mud|upper atmosphere|deep ocean|thyroid|bone marrow", "|")
_CAUSES = _list("a lack of iron|low pressure|bright light|salt water|strong acids|cold nights|heavy rain|old age", "|")
_EFFECTS = _list("fever|faster growth|blue colour|loss of water|louder noise|smaller leaves|thicker walls|pain", "|")
_PLAIN = _list(
    "system process energy level structure pressure example effect surface water light cell theory method result form"
    " change rate number group function part value body force field matter model state scale order range source"
    " layer factor growth region study figure period measure signal pattern material balance limit path cycle phase"
    " content reaction element product volume weight current motion tissue organ plant animal metal rock market price"
    " court law treaty empire river island climate storm planet star orbit wave particle charge circuit memory"
)
_VERBS = _list("is was shows gives takes holds makes keeps moves meets needs leaves reaches follows carries becomes")
_SMALL = _list("the a of in to and with for on by from as at that this which its their more than between each")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its text, and questions that it alone answers."""

    heading: str
    text: str
    questions: tuple[str, ...]


def sections(count: int) -> Iterator[Section]:
    """So many different sections of about 700 characters each; every one has facts about a term of its own."""
    random = Random(7)
    terms = ["".join(parts) for parts in product(_FIRST, _SECOND, _LAST)]
    random.shuffle(terms)
    for number in range(count):
        term = terms[number % len(terms)]
        if number >= len(terms):
            term = f"{terms[(number * 31) % len(terms)]} of {random.choice(_PLAIN)} {number // len(terms)}"
        yield _section(term.capitalize(), random, number)


def _section(term: str, random: Random, number: int) -> Section:
    person, place = random.choice(_PEOPLE), random.choice(_PLACES)
    cause, effect, year = random.choice(_CAUSES), random.choice(_EFFECTS), 1700 + number % 300
    facts = [
        f"{term} was first described by {person} in {year}.",
        f"It takes place in the {place}.",
        f"It is caused by {cause} and leads to {effect}.",
    ]
    filler = [_sentence(random) for _ in range(7)]
    text = " ".join([f"**{term}** is a {random.choice(_PLAIN)}.", *filler[:3], *facts, *filler[3:]])
    slip = _slip(term, random)
    return Section(
        term,
        text,
        (
            f"who came up with {term.lower()}?",
            f"where in the body or the world do you get {term.lower()}",
            f"why does {slip.lower()} happen and what does it do",
            f"i don't get {term.lower()}, can you explain it?",
        ),
    )


def _sentence(random: Random) -> str:
    said = [random.choice(_SMALL if n % 2 == 0 else _VERBS if n % 5 == 3 else _PLAIN) for n in range(14)]
    return " ".join(said).capitalize() + f" {random.randrange(10, 5000)}."


def _slip(term: str, random: Random) -> str:
    """The term with two neighbouring letters swapped behind its first three."""
    at = random.randrange(3, min(len(term.split(maxsplit=1)[0]) - 1, 8))
    return term[:at] + term[at + 1] + term[at] + term[at + 2 :]
