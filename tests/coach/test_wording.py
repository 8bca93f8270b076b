"""How long a model may go on: to its cap and half as much again, then to the end of its sentence."""

import pytest

from studyin.coach.wording import Wording
from tests.coach.desk import Paper

SENTENCE = "It makes ATP from sugar there. "


def said(*pieces: str, cap: int = 20) -> tuple[str, bool]:
    paper = Paper()
    wording = Wording(paper, 0, cap)
    for piece in pieces:
        if not wording.say(piece):
            break
    else:
        wording.end()
    assert paper.text == wording.text
    return paper.text, wording.was_cut


@pytest.mark.parametrize("size", [1, 3, 7, 400, 9_000])
def test_a_reply_far_above_its_cap_ends_with_a_sentence(size: int) -> None:
    text = SENTENCE * 40
    kept, cut = said(*[text[start : start + size] for start in range(0, len(text), size)])
    assert cut
    assert kept.endswith("there.")
    assert (kept + " ") in text
    assert 29 <= len(kept.split()) <= 36


def test_a_reply_a_little_above_its_cap_is_whole() -> None:
    text = (SENTENCE * 5).strip()
    assert said(*text.split("!"), cap=20) == (text, False)


def test_words_without_an_end_are_cut_at_twice_the_cap() -> None:
    kept, cut = said(*["word "] * 100)
    assert cut
    assert 38 <= len(kept.split()) <= 41


def test_a_piece_without_a_blank_does_not_grow_without_end() -> None:
    kept, cut = said("word " * 31, *["x" * 100] * 1_000)
    assert cut
    assert len(kept) < 5_000


def test_a_decimal_or_an_open_block_of_code_is_no_end_and_a_block_that_was_cut_is_closed() -> None:
    kept, cut = said("```python\n", *["x = f(1.5). y\n"] * 40)
    assert cut
    assert kept.endswith("\n```")
    assert kept.count("```") == 2
    kept, _ = said("$$ x ", *["+ 1.5 "] * 40)
    assert kept.endswith("\n$$")


def test_languages_without_blanks_are_counted_by_their_characters() -> None:
    kept, cut = said(*"光合作用在叶绿体中进行。" * 40)
    assert cut
    assert kept.endswith("。")
    assert 60 <= len(kept) <= 84


def test_pieces_below_the_cap_pass_at_once() -> None:
    paper = Paper()
    wording = Wording(paper, 1, 20)
    for number, piece in enumerate(["It ", "makes", " ATP", " [[1]]", "."], start=1):
        assert wording.say(piece)
        assert len(paper.all("say")) == number
