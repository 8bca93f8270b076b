import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studyin.web import markdown_parser, render
from studyin.web.markdown import to_blocks, to_html
from studyin.web.render import LiveRender
from tests.web.safe_html import elements, problems

# Pieces that Markdown is made of; what they make together is often odd. Definitions, which reach across blocks, are not
# among them.
PIECES = [
    "word ", "**b** ", "*i* ", "~~s~~ ", "`c` ", "text\n", "more\n\n", "\n", "\n\n", "\r\n", "é", "😀", "\t", "\\",
    "&amp;", "- ", "* ", "+ ", "1. ", "2) ", "> ", "    ", "  ", "- [ ] ", "# ", "## ", "---\n", "===\n",
    "```\n", "```py\n", "````\n", "~~~\n", "| a | b |\n", "|---|---|\n", "| ", "|",
    "$x_1$ ", "$5 ", "\\(a*b\\) ", "\\[", "\\]", "$$", "$$\n", "$$\na\n- b\n$$\n", "\\[\n= x\n\\]\n",
    "<br>", "<sub>", "<div>\n", "</div>", "<!--", "-->", "[[1]]", "[a](http://b.example) ", "![i](http://b.example) ",
]  # fmt: skip
DEFINITIONS = ["[a]: http://b.example\n", "[a]", "[^1]: note\n", "[^1]", "[a]:", "\n'title'\n"]

REPLY = """## Photosynthesis

Green plants make **sugar** from light [[1]]:

1. Water is split, and $\\text{O}_2$ leaves.
2. Sugar is built:
   $$
   6\\,\\text{CO}_2 \\to \\text{C}_6
   - x
   $$

   | Where | What |
   |:------|-----:|
   | Stroma | Sugar |

```python
def rate(light):
    return light / (light + 1)
```

> A leaf
that is lazy

Costs $5 and $10.

- [x] done
"""


class Page:
    """A reader as PROTOCOL.md has it: each state replaces everything from its block on."""

    def __init__(self, live: LiveRender) -> None:
        self._live = live
        self._held = 0  # finished blocks
        self.blocks: list[str] = []
        self.upto = 0

    def read(self) -> None:
        state = self._live.since(self._held)
        names = elements(state.html)
        assert "text" not in names  # the page counts elements
        assert state.block <= len(self.blocks)
        assert state.upto >= self.upto
        self.blocks[state.block :] = _split(state.html, len(names))
        self._held, self.upto = self._live.finished, state.upto

    @property
    def html(self) -> str:
        return "".join(self.blocks)


def _split(html: str, count: int) -> list[str]:
    """HTML cut into its top-level elements."""
    parts, depth, start = [], 0, 0
    for tag in re.finditer(r"<(/?)(\w+)[^>]*>", html):
        depth += 0 if tag[2] in ("br", "hr") else -1 if tag[1] else 1
        if depth == 0 and (tag[1] or tag[2] == "hr"):
            parts.append(html[start : tag.end()])
            start = tag.end()
    assert len(parts) == count
    return parts


def stream(text: str, pages: int = 1, citations: int = 2) -> tuple[LiveRender, list[Page]]:
    """Writes a text character by character; each page reads at its own pace."""
    live = LiveRender(citations=citations)
    readers = [Page(live) for _ in range(pages)]
    finished: list[str] = []
    for end in range(1, len(text) + 1):
        live.update(text[:end])
        assert live.since(0).upto <= end
        now = _split(live.since(0).html, len(elements(live.since(0).html)))[: live.finished]
        assert now[: len(finished)] == finished, "a finished block changed"
        finished = now
        for pace, reader in enumerate(readers, start=1):
            if end % pace == 0:
                reader.read()
    return live, readers


def test_a_reply_is_rendered_up_to_its_last_line_end():
    live = LiveRender()
    live.update("# A")
    assert live.since(0) == render.RenderState(0, "", 0)
    live.update("# A\nb *c")
    assert live.since(0) == render.RenderState(0, "<h3>A</h3>", 4)
    live.update("# A\nb *c*\nd")
    assert live.since(0) == render.RenderState(0, "<h3>A</h3><p>b <em>c</em></p>", 10)


def test_a_reader_gets_only_what_it_lacks():
    live = LiveRender()
    live.update("# A\n\nb\n\nc\n")
    assert live.finished == 2
    assert live.since(2) == render.RenderState(2, "<p>c</p>", 10)
    assert live.since(1) == render.RenderState(1, "<p>b</p><p>c</p>", 10)
    assert live.since(99).block == 2


@pytest.mark.parametrize(
    ("markdown", "finished"),
    [
        ("para\n", 0),
        ("para\n\n", 1),
        ("Title\n===\n", 1),
        ("# title\n", 1),
        ("***\n", 1),
        ("```\ncode\n", 0),
        ("```\ncode\n\n\n", 0),
        ("```\ncode\n```\n", 1),
        ("````\ncode\n```\n", 0),
        ("    code\n\n", 0),
        ("    code\ntext\n", 1),
        ("| a |\n|---|\n", 0),
        ("| a |\n|---|\n| b |\n\n", 1),
        ("- a\n\n", 0),
        ("- a\n\nb\n", 1),
        ("- a\n* b\n", 1),
        ("1. a\n\n   b\n\n", 0),
        ("> a\n", 0),
        ("> a\n>\n", 0),
        ("> a\n\n", 1),
        ("<div>\n\n", 0),
        ("$$\na\n", 0),
        ("$$\na\n$$\n", 0),
        ("$$\na\n$$\n\n", 1),
        ("para\n\n[a]: http://b.example\n", 1),
        ("- a\n\n[a]: http://b.example\n", 1),
        ("> - a\n>\n> [a]: http://b.example\n", 0),
        ("[a]: http://b.example\n", 0),
    ],
)
def test_a_block_is_finished_when_nothing_can_change_it(markdown, finished):
    live = LiveRender()
    live.update(markdown)
    assert live.finished == finished


@pytest.mark.parametrize("pages", [1, 5])
def test_all_readers_hold_the_whole_reply_in_the_end(pages):
    live, readers = stream(REPLY, pages)
    before = live.finished
    live.finish(REPLY)
    for reader in readers:
        reader.read()
        assert reader.html == to_html(REPLY, citations=2)
        assert reader.upto == len(REPLY)
    assert live.finished > before


def test_what_one_reader_has_caused_the_next_one_sees_too():
    live = LiveRender()
    live.update("a\n\nb\n")
    live.update("a\n\nb\n")
    live.update("a\n")  # a reader that is behind the others
    assert live.since(0).upto == 5


def test_code_is_coloured_when_it_is_finished():
    live = LiveRender()
    live.update("```py\nreturn 1\n")
    assert "<span" not in live.html
    live.update("```py\nreturn 1\n```\n")
    assert "<span" in live.html


def test_an_unfinished_formula_is_its_source_and_holds_back_what_may_be_its_lines():
    live = LiveRender()
    live.update("so\n\\[\n<b>\n- a\n")
    assert live.since(0).html == '<p>so\n<code class="formula">\\[\n&lt;b&gt;\n- a\n</code></p>'
    live.update("so\n\\[\n<b>\n- a\n\\]\n")
    assert live.html.count("<math") == 1


def test_a_formula_that_is_never_closed_was_text():
    text = "so\n\\[\n- a\n\n- b\n"
    live, _ = stream(text)
    live.finish(text)
    assert live.html == "<p>so\n[</p><ul><li><p>a</p></li><li><p>b</p></li></ul>"


def test_definitions_at_the_end_reach_back_when_the_reply_is_finished():
    text = "See [the page] and[^1].\n\nMore.\n\n[the page]: https://a.example\n[^1]: A note.\n"
    live, (reader,) = stream(text)
    assert "<a " not in reader.html.partition("</p>")[0]
    live.finish(text)
    reader.read()
    assert reader.html == live.html == to_html(text)
    assert reader.html.count("<a ") == 3


def test_offsets_are_characters_whatever_they_weigh():
    text = "é😀\n\n漢 $x$ é\n\n- 😀\n- $y$\n\nend"
    live, (reader,) = stream(text)
    assert reader.upto == len(text) - 3
    live.finish(text)
    reader.read()
    assert reader.html == to_html(text)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example("$$```\n```\n$$\na\n- b\n$$\n$$\n$$\na\n- b\n$$\n```\n")
@example("word $$\na\n- b\n$$\n- ```\n$$\na\n- b\n$$\n\n")
@example("$$\na\n- b\n$$\nmore\n\n    $$\na\n- b\n$$\n")
def test_finished_blocks_are_already_what_they_will_be(text):
    live, (reader,) = stream(text)
    finished = reader.blocks[: live.finished]
    assert problems(reader.html) == []
    live.finish(text)
    assert to_blocks(text, citations=2)[: len(finished)] == finished
    reader.read()
    assert reader.html == to_html(text, citations=2)


@given(st.lists(st.sampled_from(PIECES + DEFINITIONS), max_size=20).map("".join))
def test_every_moment_of_any_reply_is_safe_and_the_end_is_exact(text):
    live, seen = LiveRender(citations=2), {""}
    reader = Page(live)
    for end in range(1, len(text) + 1):
        live.update(text[:end])
        if live.html not in seen:
            seen.add(live.html)
            assert problems(live.html) == []
            reader.read()
    live.finish(text)
    reader.read()
    assert reader.html == to_html(text, citations=2)


@pytest.mark.parametrize(
    "line",
    [
        "- an item\n",
        "- an item\n\n",
        "a line of text\n",
        "> quoted\n",
        "| a | b |\n",
        "code = 1\n",
        "[a]: b\n",
        "$$ x\n",
        "<p>\n",
    ],
)
@pytest.mark.thorough
@pytest.mark.parametrize("start", ["", "```\n", "| a | b |\n|---|---|\n", "````\n```\n"])
def test_the_work_for_one_huge_block_grows_with_its_length(line, start, monkeypatch):
    """Counted in characters given to the parser, for time would depend on the machine."""
    parsed = 0

    def counting(text):
        nonlocal parsed
        parsed += len(text)
        return parse(text)

    parse = markdown_parser.parse
    for module in ("studyin.web.markdown", "studyin.web.dollars"):
        monkeypatch.setattr(f"{module}.parse", counting)
    costs = []
    for size in (2_000, 4_000, 8_000):
        parsed = 0
        live, text = LiveRender(), start
        chunk = line * 20
        while len(text) < size:
            text += chunk
            live.update(text)
        costs.append(parsed / len(text))
    assert max(costs) < 250
    for one, twice in pairwise(costs):
        assert twice < one * 1.5


def test_what_follows_a_huge_block_does_not_wait_for_it():
    for block in ("- an item\n" * 2_000 + "\n", "```\n" + "code\n" * 2_000 + "```\n", "| a |\n|---|\n" * 2_000 + "\n"):
        live = LiveRender()
        for end in range(0, len(block), 1_000):
            live.update(block[:end])
        live.update(block)
        text = block + "And then.\n"
        live.update(text)
        assert live.finished >= 1
        assert live.since(0).upto == len(text)
