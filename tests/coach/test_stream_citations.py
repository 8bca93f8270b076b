"""Citations in a stream: those that lead nowhere never reach the reader, however they are cut up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyin.coach.stream_citations import Citing


def shown(*pieces: str, citations: int = 2) -> str:
    citing = Citing(citations)
    return "".join([*map(citing.feed, pieces), citing.end()])


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("ATP [[1]] and [[2]].", "ATP [[1]] and [[2]]."),
        ("ATP [[3]].", "ATP."),
        ("ATP [[0]] [[12]].", "ATP."),
        ("ATP [[1, 2]], [[1;9]].", "ATP [[1]][[2]], [[1]]."),
        ("[[ 2 ]]", "[[2]]"),
        ("[[[[9]]9]] [[9[[9]]]]", ""),
        ("[[[[9]]1]]", "[[1]]"),
        ("an [x](y), [1], [[a]], [[9]x] and [[", "an [x](y), [1], [[a]], [[9]x] and"),
        ("f[", "f["),
        ("```python\nx = [[9]], [[1, 2]]\n```\n[[9]]", "```python\nx = [[9]], [[1, 2]]\n```\n"),
        ("- a\n  ```\nb [[9]]", "- a\n  ```\nb"),
        ("``` a`b\n[[9]]", "``` a`b\n"),
    ],
)
def test_what_leads_nowhere_is_left_out_whole_and_in_single_characters(said: str, seen: str) -> None:
    assert shown(said) == seen
    # the blank before it may be out already when the brackets come
    assert re.sub(r" (?=[.,\s]|$)", "", shown(*said)) == re.sub(r" (?=[.,\s]|$)", "", seen)


def test_only_an_open_bracket_is_held_back() -> None:
    citing = Citing(1)
    assert [citing.feed(piece) for piece in ["It makes ", "ATP [", "[1", "]", "]", ", and"]] == [
        "It makes ", "ATP", "", "", " [[1]]", ", and",
    ]  # fmt: skip


def test_brackets_and_digits_without_end_are_dropped_and_not_kept() -> None:
    citing = Citing(1)
    assert "".join(citing.feed("[[1") for _ in range(10_000)) == ""
    assert citing.feed("23]]") == ""
    assert len(citing.feed(" so")) < 250


@given(st.lists(st.text("[]0129, ;\n`ab", max_size=12), max_size=30), st.integers(0, 3))
def test_no_way_to_cut_up_brackets_lets_a_dangling_citation_through(pieces: list[str], citations: int) -> None:
    seen = shown(*pieces, citations=citations)
    outside = re.sub(r"^```[^`\n]*$.*?(?:^```[^`\n]*$|\Z)", "", seen, flags=re.MULTILINE | re.DOTALL)
    assert all(1 <= int(number) <= citations for number in re.findall(r"\[\[(\d+)\]\]", outside))


@given(st.text(max_size=200), st.integers(1, 7))
def test_text_without_brackets_passes_as_it_is_at_once(text: str, size: int) -> None:
    citing = Citing(1)
    for start in range(0, len(text), size):
        piece = text[start : start + size].replace("[", "")
        assert citing.feed(piece) == piece
    assert citing.end() == ""
