"""Notes as they are read in the side panel: drawn, with the cited sentence marked, and from their beginning on."""

from __future__ import annotations

import re
from html import unescape

import aiohttp
import pytest

from studyin.store.materials import Passage
from studyin.store.passages import Surroundings
from studyin.web.reading import marked_html, place_html
from tests.web.hostile_markdown import VECTORS
from tests.web.safe_html import problems
from tests.web.studyin_server import StudyinServer
from tests.web.test_base_protocol import upload

PASSAGE = """The **matrix** is the space "inside"; it holds enzymes.

| Stage | Where | ATP |
| --- | --- | ---: |
| Glycolysis | *cytosol* | 2 |
| Krebs cycle | matrix | $2^1$ |

- Water is H<sub>2</sub>O & more
- The end: $x^2 + 1$

$$
E = mc^2
$$

The matrix is the space. See [a figure](https://example.org/a), it holds `code < 1` [[1]].

```python
def atp(n): return n  # twice
```

The matrix is the space."""
# What is cited, and what of it is marked, piece by piece.
CITED = {
    'The **matrix** is the space "inside"; it holds enzymes.': [
        "The ",
        "matrix",
        ' is the space "inside"; it holds enzymes.',
    ],
    'is the space "inside";': ['is the space "inside";'],
    "| Glycolysis | *cytosol* | 2 |": ["Glycolysis", "cytosol", "2"],
    "| Krebs cycle | matrix | $2^1$ |": ["Krebs cycle", "matrix", "<math>"],
    "- Water is H<sub>2</sub>O & more": ["Water is H", "2", "O & more"],
    "The end: $x^2 + 1$": ["The end: ", "<math>"],
    "$$\nE = mc^2\n$$": ["<math>"],
    "See [a figure](https://example.org/a), it holds `code < 1` [[1]].": [
        *("See ", "a figure", ", it holds ", "code < 1", " [[1]].")
    ],
    "```python\ndef atp(n): return n  # twice\n```": ["def", " ", "atp", "(n)", ": ", "return", " n  ", "# twice"],
}


def marks_of(html: str) -> list[str]:
    found = re.findall(r"<mark>(.*?)</mark>", html, re.S)
    return ["<math>" if each.startswith("<math") else unescape(each) for each in found]


@pytest.mark.parametrize("cited", CITED)
def test_a_cited_part_is_marked_where_it_is_read(cited: str) -> None:
    start = PASSAGE.index(cited)
    html = marked_html(PASSAGE, [(start, start + len(cited))], "p")
    assert html is not None
    marked = marks_of(html)
    if cited.startswith("```"):  # how code is cut is the highlighter's
        assert "".join(marked).split() == ["def", "atp(n):", "return", "n", "#", "twice"]
    else:
        assert marked == CITED[cited]
    assert re.sub("</?mark>", "", html) == marked_html(PASSAGE, [], "p")
    assert problems(html) == []


def test_of_equal_sentences_the_cited_one_is_marked_and_several_at_once() -> None:
    sentence = "The matrix is the space."
    first, last = PASSAGE.index(sentence), PASSAGE.rindex(sentence)
    assert first != last
    html = marked_html(PASSAGE, [(first, first + len(sentence)), (last, last + len(sentence))], "p")
    assert html is not None
    assert marks_of(html) == [sentence, sentence]
    alone = marked_html(PASSAGE, [(last, last + len(sentence))], "p")
    assert alone is not None
    assert alone.endswith(f"<mark>{sentence}</mark></p>")


def test_what_can_not_be_found_is_not_marked_elsewhere() -> None:
    note = "A cell, see [there](https://example.org/a)."
    hidden = (note.index("example"), note.index(")"))
    assert marked_html(note, [hidden], "p") is None
    assert marked_html("A — B", [(2, 3)], "p") is None  # nothing of it is read
    passage = Passage("p", "m", "a.md", 0, note, start=0, end=len(note))
    assert place_html(Surroundings(passage, "", ""), [hidden]) is None
    assert place_html(Surroundings(passage, "", ""), []) is not None


def test_around_a_passage_it_begins_and_ends_with_a_block() -> None:
    row = "| a | b |\n" * 20
    before = f"{row}\n\n{'Before it. ' * 20}"
    after = f"{'After it. ' * 20}\n\n{row}"
    passage = Passage("p", "m", "a.md", 5, "The passage.", start=5_000, end=5_012)
    html = place_html(Surroundings(passage, before, after), [(0, 12)])
    assert html is not None
    assert "|" not in html["before"] + html["after"]
    assert html["passage"] == "<p><mark>The passage.</mark></p>"
    first = Passage("p", "m", "a.md", 5, "The passage.", start=len(before), end=len(before) + 12)
    html = place_html(Surroundings(first, before, ""), [])
    assert html is not None
    assert "a | b" in html["before"]  # nothing was cut there


def test_attacks_stay_text_between_marks_too() -> None:
    for vector in VECTORS.values():
        text = f"Before it.\n\n{vector}\n\nBehind it, in words."
        start = text.index(vector) + len(vector) // 3
        for marks in ([(text.index("Behind"), len(text))], [(start, len(text))]):
            html = marked_html(text, marks, "p")
            assert html is None or problems(html) == [], vector


async def test_above_each_page_stands_its_number_once(http: aiohttp.ClientSession, server: StudyinServer) -> None:
    # A page without text, one with more than is read at once, and one that a paragraph goes on from.
    sentences = [
        "One.",
        "",
        "\n\n".join(f"Word {n} of a page. {'It goes on. ' * 60}" for n in range(60)),
        "Four.",
        "Five.",
    ]
    material_id = await upload(http, server, "pages.txt", "\f".join(sentences))
    url, texts, after = f"{server.url}/api/materials/{material_id}/text", [], ""
    while after is not None:
        async with http.get(url + after, headers={"Accept-Language": "de"}) as response:
            told = await response.json()
        texts.append(told["html"])
        after = None if told["next"] is None else f"?after={told['next']}"
    assert len(texts) > 2
    read = re.findall(r'class="page-mark">(.*?)<|(One|Word \d+|Four|Five)', "".join(texts))
    assert [mark or words for mark, words in read] == [
        *("Seite 1", "One", "Seite 3", *(f"Word {n}" for n in range(60)), "Seite 4", "Four", "Seite 5", "Five")
    ]
    material_id = await upload(http, server, "whole.md", "# All of it\n\nIt has no pages.")
    async with http.get(f"{server.url}/api/materials/{material_id}/text") as response:
        assert "page-mark" not in (await response.json())["html"]


async def test_a_material_is_read_from_its_beginning_to_its_end(
    http: aiohttp.ClientSession, server: StudyinServer
) -> None:
    table = "| n | square |\n| --- | --- |\n" + "\n".join(f"| {n} | {n * n} |" for n in range(60))
    sections = [
        f"## Part {n}\n\n{f'Sentence number {n} of the notes. ' * 30}\n\n{table if n == 5 else ''}" for n in range(40)
    ]
    material_id = await upload(http, server, "long.md", "# All of it\n\n" + "\n\n".join(sections))
    url, texts, after = f"{server.url}/api/materials/{material_id}/text", [], ""
    while True:
        async with http.get(url + after) as response:
            page = await response.json()
        texts.append(page["html"])
        if page["next"] is None:
            break
        after = f"?after={page['next']}"
    assert page["filename"] == "long.md"
    assert len(texts) > 1
    whole = "".join(texts)
    assert re.findall(r"<h\d[^>]*>(.*?)</h\d>", whole) == ["All of it", *(f"Part {n}" for n in range(40))]
    assert whole.count("Sentence number 39 of the notes.") == 30
    assert whole.count("<tr>") == 61
    assert "|" not in whole
    for wrong, status in (("?after=x", 400), ("?after=99999", 200)):
        async with http.get(url + wrong) as response:
            assert response.status == status
    async with http.get(f"{server.url}/api/materials/unknown/text") as response:
        assert response.status == 404
