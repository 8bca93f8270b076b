"""Hostile Markdown, whole and cut at every character; tests/web/safe_html.py says what may come out."""

import pytest

from studyin.web.markdown import to_html
from studyin.web.render import LiveRender
from tests.web.hostile_markdown import VECTORS
from tests.web.safe_html import elements, problems


def test_there_are_hundreds_of_different_attacks():
    assert len(set(VECTORS.values())) == len(VECTORS) >= 900


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick=x>y</p>",
        "<p style='x'>y</p>",
        "<a href='javascript:x'>y</a>",
        "<a href='/x'>y</a>",
        "<a href='https://x' target=_top>y</a>",
        "<img src=x>",
        "<p id=x>y</p>",
        "<div class='composer'>y</div>",
        "<p>y",
        "<p><em>y</p></em>",
        "<p>x<div>y</div></p>",
        "<math><mtext><img></mtext></math>",
        "<mi>x</mi>",
        "<table><p>x</p></table>",
        "<!-- x -->",
        "<svg></svg>",
        "<a href='https://x'><a href='https://y'>z</a></a>",
    ],
)
def test_the_check_itself_sees_what_is_not_allowed(html):
    found: object
    try:
        found = problems(html)
    except AssertionError as wrong_namespace:
        found = wrong_namespace
    assert found


@pytest.mark.parametrize("name", VECTORS)
def test_an_attack_comes_out_as_text_or_not_at_all(name):
    html = to_html(VECTORS[name], citations=3)
    assert problems(html) == []
    assert "text" not in elements(html)


def test_an_attack_next_to_honest_text_leaves_that_as_it_is():
    for name, vector in VECTORS.items():
        html = to_html(f"**before**\n\n{vector}\n\n", citations=3)
        assert html.startswith("<p><strong>before</strong></p>"), name


# An eighth of them has most of the ways to be cut.
@pytest.mark.parametrize("first", [0, *(pytest.param(each, marks=pytest.mark.thorough) for each in range(1, 8))])
def test_an_attack_cut_at_any_character_is_safe_at_every_moment(first):
    """Each drawing is read to the letter, every ninth as a browser would; tests/browser/ has Chromium read them all."""
    before, after = "- **a**\n  ", "\n\nb $x$ [[1]]\n"
    seen = {""}
    for name in list(VECTORS)[first::8]:
        text = before + VECTORS[name] + after
        render = LiveRender(citations=3)
        for end in range(len(before), len(text) - len(after) + 1):
            render.update(text[:end])
            cut = LiveRender(citations=3)
            cut.update(text[:end] + "\n")  # as if the line ended here
            for html in {render.html, cut.html} - seen:
                assert problems(html, as_a_browser=len(seen) % 9 == 0) == [], f"{name}, cut at {end - len(before)}"
                seen.add(html)
        render.finish(text)
        assert render.html == to_html(text, citations=3), name
