"""What a text is made of: headings, paragraphs, lists, tables, code and formulas, each where it stands."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from studyin.library.blocks import BlockKind, blocks


def outline(text: str) -> list[tuple[str, str]]:
    return [(block.kind.value, text[block.start : block.end]) for block in blocks(text)]


def titles(text: str) -> list[tuple[int, str]]:
    return [(block.level, block.title) for block in blocks(text) if block.kind is BlockKind.HEADING]


def test_headings_are_found_in_both_markdown_forms() -> None:
    text = "# One #\n\nTwo\n===\n\nThree\n---\n\n###### Six\n\n#hashtag is no heading"
    assert titles(text) == [(1, "One"), (1, "Two"), (2, "Three"), (6, "Six")]


def test_blocks_are_told_apart() -> None:
    text = (
        "# Heat\nA paragraph\nof two lines.\n\n"
        "- one\n- two\n  more of two\n\n- three\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "```python\nx = 1\n\n# no heading\n```\n\n"
        "$$\nE = mc^2\n$$\n\n---\n\nThe end."
    )
    assert outline(text) == [
        ("heading", "# Heat"),
        ("paragraph", "A paragraph\nof two lines."),
        ("list", "- one\n- two\n  more of two\n\n- three"),
        ("table", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("code", "```python\nx = 1\n\n# no heading\n```"),
        ("formula", "$$\nE = mc^2\n$$"),
        ("paragraph", "The end."),
    ]


def test_a_list_may_interrupt_a_paragraph_but_a_wrapped_number_does_not() -> None:
    assert outline("The stages:\n- one\n- two") == [("paragraph", "The stages:"), ("list", "- one\n- two")]
    assert outline("The war began in\n1914. It ended in 1918.") == [
        ("paragraph", "The war began in\n1914. It ended in 1918.")
    ]


def test_what_is_never_closed_ends_somewhere() -> None:
    assert outline("```\ncode to the end\n\nmore") == [("code", "```\ncode to the end\n\nmore")]
    assert outline("$$\nx + y\n\nWords.") == [("formula", "$$\nx + y"), ("paragraph", "Words.")]


def test_front_matter_is_left_out() -> None:
    assert outline("---\ntitle: Heat\ntags: [a]\n---\nWords.") == [("paragraph", "Words.")]
    assert outline("---\nWords without metadata.\n\nMore.")[0] == ("paragraph", "Words without metadata.")


def test_a_short_line_above_other_text_is_a_heading_where_none_is_marked() -> None:
    text = "The Cell\n\nEvery living thing is made of cells, large or small.\n\n1.2 Membranes\n\nThey keep it together."
    assert titles(text) == [(1, "The Cell"), (2, "1.2 Membranes")]


def test_short_lines_in_a_row_are_notes_not_headings() -> None:
    assert titles("Mitosis makes two cells\n\nMeiosis makes four cells\n\nBoth copy DNA once") == []


def test_marked_headings_leave_short_lines_alone() -> None:
    assert titles("# Cells\n\nShort line\n\nA longer paragraph follows here.") == [(1, "Cells")]


@given(st.text(alphabet=" \n\t#-*|`~$=1.:a\\[]{}é", max_size=200))
def test_every_word_belongs_to_exactly_one_block_or_to_a_rule(text: str) -> None:
    found = blocks(text)
    assert all(0 <= block.start < block.end <= len(text) for block in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    inside = {n for block in found for n in range(block.start, block.end)}
    outside = [n for n, character in enumerate(text) if character == "a" and n not in inside]
    # Only front matter may hold words that belong to no block.
    assert not outside or text.startswith("---")
