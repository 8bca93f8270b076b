"""What the margin shows of a passage. tests/browser has the same examples for the page's own excerpts."""

from __future__ import annotations

import pytest

from studyin.web.excerpt import excerpt

EXAMPLES = {
    "a table": (
        "| Process | Place |\n| --- | :---: |\n| Glycolysis | Cytosol |\n",
        "Process · Place\nGlycolysis · Cytosol",
    ),
    "emphasis": (
        "The **inner** *membrane* is __folded__ into _cristae_.",
        "The inner membrane is folded into cristae.",
    ),
    "emphasis over two lines": ("**the inner\nmembrane**", "the inner\nmembrane"),
    "a formula": ("So $E = mc^2$, and\n$$a^2 + b^2$$", "So E = mc^2, and\na^2 + b^2"),
    "a formula in brackets": (r"So \(a + b\) and \[c\]", "So a + b and c"),
    "headings, lists, quotations": ("# Cells\n\n* one\n+ two\n> said", "Cells\n\n- one\n- two\nsaid"),
    "code": ("Call `run`:\n```python\nrun()\n```", "Call run:\n\nrun()"),
    "prices": ("It costs $5, not $6.", "It costs $5, not $6."),
    "names with underscores": ("snake_case and x_1 + x_2", "snake_case and x_1 + x_2"),
    "a condition": ("P(A|B) = 2 * 3 * 4", "P(A|B) = 2 * 3 * 4"),
    "a list with dashes": ("- one\n- two", "- one\n- two"),
}


@pytest.mark.parametrize(("passage", "words"), EXAMPLES.values(), ids=EXAMPLES)
def test_an_excerpt_has_the_words_and_not_the_marks(passage: str, words: str):
    assert excerpt(passage) == words


def test_an_excerpt_of_hostile_length_takes_no_longer_than_its_length_asks():
    for hostile in ("|" * 20_000, "*" * 20_000, "$a" * 10_000, "_a" * 10_000, "- " * 10_000, "**a" * 7_000):
        assert len(excerpt(hostile)) <= len(hostile)
