"""From bytes to text: what is read, what is refused, and in which words."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyin.errors import Code, StudyinError
from studyin.library.extract import extract


def refusal(filename: str, data: bytes) -> StudyinError:
    with pytest.raises(StudyinError) as raised:
        extract(filename, data)
    return raised.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_a_mark(encoding: str) -> None:
    text = "The cell’s wall is 5 µm thick: naïve, but true. " * 3
    assert extract("cell.txt", text.encode(encoding)).content == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Café au lait: l’énergie est conservée."),
        ("cp1252", "El niño añade azúcar mañana."),
        ("cp1252", "naïve Bayes at 25 °C ± 2"),
        ("cp1251", "Клетка — это структурная единица живого организма."),
        ("koi8_r", "Клетка является структурной единицей живого организма."),
        ("cp1250", "Buňka je základní jednotka života. Žluťoučký kůň."),
        ("cp1253", "Το κύτταρο είναι η βασική μονάδα της ζωής."),
        ("shift_jis", "細胞は生物の基本単位です。ミトコンドリアはエネルギーを作ります。"),
        ("gb18030", "细胞是生物体的基本单位。线粒体产生能量。"),
        ("euc_kr", "세포는 생물의 기본 단위이다."),
    ],
)
def test_older_encodings_are_told_from_the_text(encoding: str, text: str) -> None:
    assert extract("notes.txt", text.encode(encoding)).content == text


def test_a_large_file_in_an_older_encoding_is_told_from_its_beginning() -> None:
    text = "細胞は生物の基本単位です。ミトコンドリアはエネルギーを作ります。\n" * 4_000
    assert extract("notes.txt", text.encode("shift_jis")).content == text


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else() -> None:
    data = "Größe, Wärme, Höhe, Fläche, Übung, Süßholz".encode() + b" \xff end"
    assert extract("notes.txt", data).content == "Größe, Wärme, Höhe, Fläche, Übung, Süßholz \ufffd end"


def test_line_ends_and_unseen_characters_are_tidied() -> None:
    data = "one\r\ntwo\rthree\u2028four\x00 so\u00adft ze\u200bro".encode()
    assert extract("notes.txt", data).content == "one\ntwo\nthree\nfour soft zero"


def test_decomposed_accents_are_composed() -> None:
    assert extract("notes.txt", "cafe\u0301".encode()).content == "café"


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    data = b"\xff\xfe" + "ab".encode("utf-16-le") + b"\x00\xd8" + "cd".encode("utf-16-le")
    assert extract("notes.txt", data).content == "ab\ufffdcd"


def test_form_feeds_end_pages() -> None:
    text = extract("paper.txt", b"first page\n\x0csecond page\n\x0cthird\x0c")
    assert text.pages == ["first page", "second page", "third"]


def test_a_text_without_form_feeds_has_no_pages() -> None:
    assert extract("paper.txt", b"first page").pages == ["first page"]


@pytest.mark.parametrize("data", [b" \n\t\r\n ", b"\xef\xbb\xbf", "\u200b\u00a0\n".encode(), b"\x0c\x0c"])
def test_a_file_of_blanks_is_told_so(data: bytes) -> None:
    error = refusal("notes.md", data)
    assert error.code is Code.EMPTY
    assert "only blank space in a file named notes.md" in error.message


def test_bytes_that_are_no_text_are_refused() -> None:
    error = refusal("notes.md", random.Random(7).randbytes(4_000))
    assert error.code is Code.UNSUPPORTED_TYPE
    assert "isn't text" in error.message


@given(st.binary(max_size=400))
def test_whatever_comes_ends_in_clean_text_or_a_sentence(data: bytes) -> None:
    try:
        content = extract("x.txt", data).content
    except StudyinError:
        return  # a sentence; any other error fails the test
    assert content.strip()
    assert "\x00" not in content
    content.encode()
