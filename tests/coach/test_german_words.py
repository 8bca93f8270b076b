"""German words of one family, in compounds, and set apart by their sentence."""

import pytest

from studyin.coach.german_families import german_root, is_compound_of
from studyin.coach.german_meaning import german_meanings, german_opposites
from studyin.coach.keys import Said


@pytest.mark.parametrize(
    "family",
    [
        "teilung teilen geteilt teilt",
        "abbau abgebaut abbauen abzubauen",
        "herstellen hergestellt herstellung",
        "entstehen entsteht entstanden",
        "staat staatliche staatlich",
        "verlieren verlor verloren verlust",
        "versehen versehentlich",
        "kette ketten",
        "trager traeger",
    ],
)
def test_the_words_of_a_family_have_one_root(family: str) -> None:
    assert len({german_root(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("osmose", "diffusion"), ("mitose", "meiose"), ("saure", "base"), ("neue", "neun")]
)
def test_words_of_two_families_have_two(one: str, other: str) -> None:
    assert not german_meanings(one) & german_meanings(other)


@pytest.mark.parametrize(
    ("word", "part", "is_one"),
    [
        ("grenzsoldaten", "soldaten", True),
        ("zellteilung", "teilung", True),
        ("zellteilung", "zelle", True),
        ("zellkerns", "kern", True),
        ("wahlfalschung", "wahl", True),
        ("nachteil", "teil", False),
        ("unabhangigkeit", "abhangigkeit", False),
        ("einatmung", "atmung", False),
        ("kernel", "kern", False),
    ],
)
def test_a_compound_is_told_from_a_word_that_is_turned_by_its_prefix(word: str, part: str, *, is_one: bool) -> None:
    assert is_compound_of(word, part) is is_one


def test_a_verb_has_its_particle_wherever_that_stands() -> None:
    whole = german_meanings("festlegt")
    assert whole & Said("der Staat legt die Preise fest", german=True).means
    assert not whole & Said("der Staat legt die feste Regel vor", german=True).means


def test_nicht_at_the_end_denies_what_stands_before_it() -> None:
    assert [
        word.text for word in Said("eine Klausel gab es nicht, aber Regeln", german=True).words if word.negated
    ] == [
        "eine",
        "klausel",
        "gab",
        "es",
    ]
    assert [word.text for word in Said("nicht als Ausland", german=True).words if word.negated] == ["als", "ausland"]


def test_opposites_are_told_in_their_endings() -> None:
    assert german_meanings("niedrigeren") & german_opposites("hoheren")
    assert german_meanings("unsicher") & german_opposites("sicher")
