"""Words of the same meaning, of the opposite, and words misspelt."""

import pytest

from studyin.coach.families import root
from studyin.coach.meaning import is_misspelt, meaning, meanings, opposites
from studyin.library.slips import is_slip


@pytest.mark.parametrize(("one", "other"), [("produces", "makes"), ("broken", "split"), ("chance", "probability")])
def test_everyday_words_stand_for_each_other(one: str, other: str) -> None:
    assert meaning(one) == meaning(other)


def test_words_of_the_subject_stand_for_themselves() -> None:
    assert meaning("pyruvate") != meaning("lactate")
    assert meanings("mitochondria") & meanings("mitochondrion")


@pytest.mark.parametrize(
    ("word", "opposite"),
    [("increase", "decrease"), ("aerobic", "anaerobic"), ("anaerobic", "aerobic"), ("possible", "impossible")],
)
def test_opposites_are_known_by_pair_or_prefix(word: str, opposite: str) -> None:
    assert root(opposite) in opposites(word)


@pytest.mark.parametrize(
    ("written", "meant", "slip"),
    [
        ("glucos", "glucose", True),
        ("pyruvaet", "pyruvate", True),
        ("photosythesys", "photosynthesis", True),
        ("lactate", "lactose", False),
        ("oxygen", "hydrogen", False),
        ("ape", "ATP", False),
        ("mitosis", "meiosis", False),
    ],
)
def test_a_slip_of_the_keyboard_is_forgiven_and_another_word_is_not(written: str, meant: str, *, slip: bool) -> None:
    assert is_slip(written, meant.casefold()) is slip


def test_a_first_letter_that_sounds_alike_is_a_slip_and_one_with_another_slip_is_another_word() -> None:
    assert is_misspelt("kodon", "codon")
    assert not is_misspelt("exports", "imports")
    assert not is_misspelt("cold", "solid")
