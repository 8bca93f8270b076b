"""Text as it is compared: folded, and in pieces where no spaces are written."""

import json

import pytest

from studyin.store.spelling import fold, folded_text, is_kana, is_piece, pieces, vocabulary, vocabulary_json


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Größe", "grosse"),
        ("Ångström", "angstrom"),
        ("FADH₂", "fadh2"),
        ("don’t", "don't"),
        ("Ёлка йод", "елка йод"),
        ("И\u0306од", "йод"),
        ("σοφός", "σοφοσ"),
        ("ガ ｶﾞ", "ガ ガ"),
        ("세포", "세포"),
        ("１２Ｂ", "12b"),
    ],
)
def test_what_is_one_to_a_reader_is_folded_to_one(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_writing_without_spaces_is_cut_into_pieces_of_one_script() -> None:
    assert list(pieces("光合作用")) == ["光合", "合作", "作用"]
    assert list(pieces("核")) == ["核"]
    assert list(pieces("細胞の核とミト")) == ["細胞", "の", "核", "と", "ミト"]
    assert list(pieces("세포막")) == ["세포", "포막"]
    assert list(pieces("หัวใจ")) == ["หัว", "ัวใ", "วใจ"]
    assert all(map(is_piece, ("光", "の", "세포", "หัว")))
    assert not any(map(is_piece, ("cell", "клетка", "", "2")))
    assert (is_kana("のは"), is_kana("核は"), is_kana("")) == (True, False, False)


def test_only_a_text_with_letters_beyond_ascii_is_folded_for_the_index() -> None:
    assert folded_text("The cell → 2 × 3 – “done”") == ""
    assert folded_text("DNA复制, Größe") == "复制 复 制 dna , grosse"


def test_the_vocabulary_of_a_text_has_each_word_once() -> None:
    text = "The Größe of größe, 细胞膜壁, don't H2O " + "x" * 41
    assert vocabulary(text) == {"grosse"}
    assert json.loads(vocabulary_json("Beta alpha")) == ["alpha", "beta"]
