"""Neighbouring passages that are found together come as one, which says nothing twice and is cited rightly."""

from collections.abc import Sequence

import pytest

from studyin.library import Library
from studyin.library.search import Found
from tests.library.documents import pdf

ROWS = "\n".join(f"| enzyme {n} | splits bonds of molecule {n} in the gut |" for n in range(60))
TABLE = f"# Enzymes\n\n| Name | What it does |\n| --- | --- |\n{ROWS}\n\n# Other\n\nNo enzyme splits this.\n"


def places(found: Sequence[Found]) -> list[int]:
    return [each.passage.position for each in found]


async def test_the_parts_of_a_long_table_come_as_one_with_one_header(library: Library) -> None:
    await library.add("local", "enzymes.md", TABLE.encode())
    await library.settled()
    apart = await library.find("local", "Which enzymes split bonds in the gut?")
    assert sorted(places(apart)) == [0, 1, 2, 3]
    (whole, *rest) = await library.find("local", "Which enzymes split bonds in the gut?", join=True)
    assert rest == []
    assert whole.passage.content == TABLE.split("\n\n")[1]
    assert (whole.passage.position, whole.passage.heading) == (0, "Enzymes")
    assert whole.coverage == max(each.coverage for each in apart)
    shown = await library.surroundings("local", whole.passage.material_id, whole.passage.position)
    assert whole.passage.content.startswith(shown.passage.content)


@pytest.mark.parametrize("heading", ["# B", ""])
async def test_passages_under_two_headings_stay_apart(library: Library, heading: str) -> None:
    filler = "word " * 170
    notes = f"# A\n\nAlpha enzyme {filler}\n\n{heading}\n\nBeta enzyme {filler}"
    await library.add("local", "notes.md", notes.encode())
    await library.settled()
    found = await library.find("local", "enzyme", join=True)
    assert places(found) == ([0] if not heading else sorted(places(found)))
    assert len(found) == (2 if heading else 1)
    assert all(each.passage.content.count("enzyme") == 2 // len(found) for each in found)


async def test_passages_of_two_pages_stay_apart(library: Library) -> None:
    await library.add("local", "notes.pdf", pdf([["Alpha enzyme is here."], ["Beta enzyme is there."]]))
    await library.settled()
    found = await library.find("local", "enzyme", join=True)
    assert sorted((each.passage.page, each.passage.position) for each in found) == [(1, 0), (2, 1)]


async def test_joined_passages_keep_the_rank_of_the_best(library: Library) -> None:
    filler = "word " * 170
    notes = f"# A\n\nAlpha {filler}\n\nBeta gamma delta {filler}\n\n# B\n\nAlpha beta gamma. {filler}"
    await library.add("local", "notes.md", notes.encode())
    await library.settled()
    apart = await library.find("local", "alpha beta gamma delta")
    found = await library.find("local", "alpha beta gamma delta", join=True)
    assert len(apart) == 3
    assert [each.passage.heading for each in found] == list(dict.fromkeys(each.passage.heading for each in apart))
    (first,) = [each for each in found if each.passage.heading == "A"]
    assert first.passage.content.startswith("Alpha")
    assert "Beta gamma delta" in first.passage.content
