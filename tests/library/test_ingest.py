"""From a text to passages: what stays together, what is split and where, and that nothing gets lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyin.library.extract import Text, extract
from studyin.library.ingest import LIMIT, TARGET, cut
from studyin.library.reading_room import SHORT_BYTES
from studyin.store.passages import Draft

PROSE = "Energy can neither be created nor destroyed, only changed from one form to another. " * 3


def passages(content: str) -> list[Draft]:
    return cut(Text(content))


def test_passages_carry_the_headings_above_them() -> None:
    pieces = passages("# Heat\nIntro.\n## Work\n### Engines\nThey turn.\n## *Entropy*\nIt grows.\n# Light\nIt shines.")
    assert [(piece.heading, piece.content) for piece in pieces] == [
        ("Heat", "Intro."),
        ("Heat › Work › Engines", "They turn."),
        ("Heat › Entropy", "It grows."),
        ("Light", "It shines."),
    ]


def test_a_heading_with_nothing_below_it_is_a_passage_itself() -> None:
    pieces = passages("# Facts\n## ATP carries energy\n## NADH carries electrons\n")
    assert [(piece.heading, piece.content) for piece in pieces] == [
        ("Facts", "## ATP carries energy"),
        ("Facts", "## NADH carries electrons"),
    ]


def test_small_paragraphs_are_joined_up_to_the_target() -> None:
    pieces = passages("\n\n".join([PROSE.strip()] * 9))
    assert all(len(piece.content) <= TARGET for piece in pieces)
    assert len(pieces) == 3


def test_offsets_point_at_the_passage_in_the_text() -> None:
    content = "# A\n\n" + "\n\n".join([PROSE.strip()] * 9) + "\n\n- one\n- two\n"
    assert all(content[piece.start : piece.end] == piece.content for piece in passages(content))


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    intro = PROSE + "\n\n**The three laws are:**"
    items = "\n".join(f"{n}. Law number {n} says something about energy and its forms." for n in range(1, 8))
    contents = [piece.content for piece in passages(PROSE + "\n\n" + intro + "\n\n" + items)]
    assert any("laws are:**\n\n1. Law" in content and content.endswith("forms.") for content in contents)


@pytest.mark.parametrize(
    "block",
    [
        "| a | b |\n|---|---|\n" + "\n".join(f"| cell {n} | value number {n} |" for n in range(36)),
        "\n".join(f"- item number {n} of a list that fits in one passage" for n in range(20)),
        "```\n" + "\n".join(f"line_{n} = {n} * 2  # doubled" for n in range(36)) + "\n```",
    ],
)
def test_a_table_a_list_or_code_that_fits_stays_whole(block: str) -> None:
    assert TARGET < len(block) <= LIMIT
    assert block in [piece.content for piece in passages(PROSE + "\n\n" + block + "\n\n" + PROSE)]


def test_a_long_table_repeats_its_header_in_each_part() -> None:
    header = "| name | value |\n|---|---|\n"
    rows = [f"| row {n} | {'x' * 60} |" for n in range(60)]
    pieces = passages(header + "\n".join(rows))
    assert len(pieces) > 2
    assert all(piece.content.startswith(header) for piece in pieces)
    assert [row for piece in pieces for row in piece.content.removeprefix(header).split("\n")] == rows


def test_long_code_is_fenced_in_each_part() -> None:
    code = "~~~python\n" + "\n".join(f"value_{n} = compute({n})  # the {n}th" for n in range(120)) + "\n~~~"
    pieces = passages(code)
    assert len(pieces) > 2
    assert all(piece.content.startswith("~~~python\n") and piece.content.endswith("\n~~~") for piece in pieces)


def test_a_long_paragraph_is_split_between_sentences() -> None:
    pieces = passages("".join(f"Sentence number {n} says that heat flows from warm to cold. " for n in range(60)))
    assert len(pieces) > 2
    assert all(piece.content.startswith("Sentence") and piece.content.endswith("cold.") for piece in pieces)


def test_an_endless_word_is_cut_between_characters_that_belong_together() -> None:
    content = "e\u0301" * 3_000
    pieces = passages(content)
    assert all(len(piece.content) <= LIMIT for piece in pieces)
    assert "".join(piece.content for piece in pieces) == content
    assert all(piece.content.startswith("e") for piece in pieces)


def test_passages_know_their_page_and_end_with_it() -> None:
    pieces = passages("One.\n\nTwo.\n\f\nThree.\n\n# New\n\nFour.\n\f\n\n\f\nFive.")
    assert [(piece.content, piece.page) for piece in pieces] == [
        ("One.\n\nTwo.", 1),
        ("Three.", 2),
        ("Four.", 2),
        ("Five.", 4),
    ]


def test_without_pages_there_is_no_page_number() -> None:
    assert passages("One.")[0].page is None


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "# Head\n",
                    "word " * 300 + "\n\n",
                    "Short one.\n\n",
                    "The list:\n\n",
                    "- item\n",
                    "1. one\n",
                    "  indented\n",
                ),
                *("| a | b |\n|---|---|\n", "| 1 | 2 |\n", "```\n", "$$\n", "x" * 1500 + "\n", "细胞。" * 500 + "\n"),
            ]
        ),
        max_size=25,
    )
)
def test_no_passage_is_empty_or_too_long_and_no_word_is_lost(parts: list[str]) -> None:
    content = "".join(parts)
    pieces = passages(content)
    assert all(piece.content.strip() and len(piece.content) <= LIMIT for piece in pieces)
    assert all(before.end <= after.start for before, after in pairwise(pieces))
    kept = "".join(content[piece.start : piece.end] for piece in pieces)
    for word in ("word", "Short", "item", "细胞", "x"):
        assert kept.count(word) == content.count(word)


@pytest.mark.parametrize(
    "piece",
    [".", ". ", "\\( ", "# *a ", "# [", " ", "\f", "\u0301", "`", "$$ ", "](", "http://", "| ", "> ", "- a\n\n", "<a "],
)
def test_a_file_of_nothing_but_marks_takes_no_square_of_its_length(piece: str) -> None:
    """The largest that the server reads itself; each of these once took minutes."""
    text = piece * (SHORT_BYTES // len(piece)) + "end"
    assert "end" in passages(extract("marks.md", text.encode()).content)[-1].content
