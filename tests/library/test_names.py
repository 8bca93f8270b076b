"""File names: what a person would recognise stays, what could do harm goes."""

import pytest

from studyin.library.names import MAX_NAME, tidy_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Lecture 3 (final), v2.md", "Lecture 3 (final), v2.md"),
        ("Wärmelehre — Übung.txt", "Wärmelehre — Übung.txt"),
        ("细胞 🔬 notes.md", "细胞 🔬 notes.md"),
        ("/home/me/notes.md", "notes.md"),
        ("C:\\Users\\me\\notes.md", "notes.md"),
        ("../../../etc/passwd", "passwd"),
        ("a\x00b\nc\x7f.md", "a b c.md"),
        ("evil\u202egpj.md", "evilgpj.md"),
        ("cafe\u0301.md", "café.md"),
        ("bad\ud800name.md", "bad name.md"),
        ("  spaced   out .md ", "spaced out.md"),
        ("...", "notes.txt"),
        ("", "notes.txt"),
        ("folder/", "folder"),
    ],
)
def test_a_name_is_tidied(given: str, kept: str) -> None:
    assert tidy_name(given) == kept


def test_a_long_name_keeps_its_extension() -> None:
    name = tidy_name("x" * 500 + ".markdown")
    assert len(name) == MAX_NAME
    assert name.endswith("xx.markdown")
