import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyin.web import dollars
from studyin.web.markdown import text_to_html, to_blocks, to_html
from tests.web.safe_html import elements, problems


def test_paragraphs_lists_and_quotations_become_their_elements():
    html = to_html("One *two* **three** ~~four~~ `five`\n\n- a\n- b\n\n3. c\n\n> d\n\n---\n")
    assert html == (
        "<p>One <em>two</em> <strong>three</strong> <del>four</del> <code>five</code></p>"
        '<ul><li>a</li><li>b</li></ul><ol start="3"><li>c</li></ol><blockquote><p>d</p></blockquote><hr>'
    )


def test_every_top_level_block_is_one_element():
    blocks = to_blocks(
        "# a\n\nb\n- c\n\n```\nd\n```\n| e |\n|---|\n\n$$f$$\n\n<div>\n\n> g\n\n***\n\n[^1]\n\n[^1]: h\n\n<br>\n"
    )
    assert [elements(block) for block in blocks] == [
        ["h3"], ["p"], ["ul"], ["figure"], ["div"], ["p"], ["p"], ["blockquote"], ["hr"], ["p"], ["div"],
    ]  # fmt: skip


def test_headings_follow_the_message_and_skip_no_level():
    levels = re.findall(
        r"<h(\d)>", to_html("### a\n\n##### b\n\n# c\n\n## d\n\n### e\n\n#### f\n\n##### g\n\n###### h\n")
    )
    assert levels == ["3", "4", "3", "4", "5", "6", "6", "6"]


def test_a_table_scrolls_takes_the_keyboard_and_aligns_without_style():
    assert to_html("| a | b | c |\n|:--|:-:|--:|\n| 1 | 2 | 3 |\n") == (
        '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table><thead><tr>'
        '<th scope="col" class="left">a</th><th scope="col" class="center">b</th><th scope="col" class="right">c</th>'
        '</tr></thead><tbody><tr><td class="left">1</td><td class="center">2</td><td class="right">3</td></tr>'
        "</tbody></table></div>"
    )


def test_tasks_say_whether_they_are_done():
    assert re.findall(r'aria-label="(.*?)"', to_html("- [ ] read\n- [x] sleep\n")) == ["To do", "Done"]


def test_footnotes_lead_there_and_back():
    html = to_html("Cells divide[^mitosis] and divide[^mitosis].\n\n[^mitosis]: Into two.\n")
    there, again, back = re.findall(r'href="#([^"]+)"', html)
    assert there == again
    assert f'<div class="footnote" id="{there}"' in html
    assert html.count(f'id="{back}"') == 1
    assert "Footnote 1" in html


def test_a_footnote_that_is_defined_twice_has_its_id_once():
    html = to_html("a[^1]\n\n[^1]: [^1]: b\n\n[^1]: c\n")
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 2
    assert html.count('class="footnote"') >= 2


def test_footnotes_of_two_messages_do_not_share_their_ids():
    def ids(markdown):
        return set(re.findall(r'\bid="([^"]+)"', to_html(markdown)))

    one, other = ids("a[^1]\n\n[^1]: b"), ids("c[^1]\n\n[^1]: d")
    assert one
    assert other
    assert not one & other


@pytest.mark.parametrize("address", ["https://example.org/a?b=c&d=e#f", "HTTP://example.org", "mailto:a@example.org"])
def test_a_link_opens_elsewhere_and_tells_nobody_where_it_was(address):
    html = to_html(f'[x]({address} "A title")')
    shown = address.replace("&", "&amp;")
    assert html == f'<p><a href="{shown}" title="A title" target="_blank" rel="noopener noreferrer nofollow">x</a></p>'


@pytest.mark.parametrize("address", ["javascript:alert(1)", "/logout", "//example.org", "#top", "data:,x", "ftp://a.b"])
def test_a_link_to_anything_else_is_its_text(address):
    assert to_html(f"[x]({address})") == "<p>x</p>"


def test_an_address_in_angle_brackets_is_a_link():
    assert re.findall('href="(.*?)"', to_html("<https://a.example> <b@c.example>")) == [
        "https://a.example",
        "mailto:b@c.example",
    ]


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("![A *leaf*](https://a.example/i.png)", "A leaf"),
        ("![](https://a.example/i.png)", "https://a.example/i.png"),
    ],
)
def test_an_image_is_a_link_to_it(image, shown):
    html = to_html(image)
    assert html.startswith('<p><a href="https://a.example/i.png"')
    assert f">{shown}</a>" in html


def test_an_image_that_can_not_be_linked_is_its_description():
    assert to_html("![A leaf](leaf.png)") == "<p>A leaf</p>"
    assert to_html("[![A leaf](https://a.example/i.png)](https://b.example)").count("<a ") == 1


def test_raw_html_is_shown_as_text():
    assert to_html("a <b>c</b> <!-- d -->") == "<p>a &lt;b&gt;c&lt;/b&gt; &lt;!-- d --&gt;</p>"
    assert to_html("  <div>\nx\n</div>") == "<p>&lt;div&gt;<br>\nx<br>\n&lt;/div&gt;</p>"


def test_the_few_raw_tags_that_models_like_work_and_are_closed():
    assert to_html("H<sub>2</sub>O<br>x<sup>2") == "<p>H<sub>2</sub>O<br>x<sup>2</sup></p>"
    assert to_html("*<kbd>a*</kbd> b") == "<p><em><kbd>a</kbd></em> b</p>"
    assert to_html("<br>") == to_html("  <br>\n") == ""


def test_a_citation_is_a_link_to_its_passage():
    assert to_html("So it is [[2]].", citations=2) == (
        '<p>So it is <a class="citation" href="#passage-2" data-passage="2" aria-label="Source 2">2</a>.</p>'
    )


@pytest.mark.parametrize("text", ["[[3]]", "[[0]]", "[[01]]", "[[x]]", "[[1, 2]]", "[[ 1 ]]", "[1]", "[[]]"])
def test_other_brackets_stay_text(text):
    assert to_html(text, citations=2) == f"<p>{text}</p>"


@pytest.mark.parametrize(
    "text", ["`[[1]]`", "    [[1]]", "$[[1]]$", "[see [[1]] there](https://a.example)", "<x y=[[1]]>"]
)
def test_what_looks_like_a_citation_in_code_formulas_and_links_is_none(text):
    assert "citation" not in to_html(text, citations=2)


def test_a_citation_that_its_passage_does_not_bear_out_says_so_in_words():
    html = to_html("So [[1]], so [[2]] and `[[1]]` so [[1]].", citations=2, unsupported=frozenset({(1, 1)}))
    assert html.count("citation") == 3
    assert html.endswith(
        '<a class="citation unsupported" href="#passage-1" data-passage="1" title="Not in the passage"'
        ' aria-label="Source 1, which does not say this">1</a>.</p>'
    )


def test_citations_work_wherever_there_is_running_text():
    html = to_html("# [[1]]\n\n- *[[1]]*\n\n| [[1]] |\n|---|\n| [[1]][[1]] |\n\n> [[1]]\n", citations=1)
    assert html.count('class="citation"') == 6


def test_plain_text_keeps_its_lines_and_nothing_else():
    assert text_to_html("a <b>\n*c* [[1]]\r\n\nd") == "<p>a &lt;b&gt;<br>*c* [[1]]<br><br>d</p>"
    assert problems(text_to_html("\x00\ud800<script>")) == []


def test_characters_that_html_can_not_hold_are_replaced_not_dropped():
    assert to_html(f"a\x00b\ud800c{dollars.MARK}d") == "<p>a�b�c�d</p>"


def test_nothing_gives_nothing():
    assert (
        to_html("") == to_html(" \n\n") == to_html("[a]: https://a.example") == text_to_html("").replace("<p></p>", "")
    )


@pytest.mark.parametrize(
    "text",
    [
        ">" * 20_000 + "a",
        "- " * 20_000 + "a",
        "1. " * 9_000 + "| a |\n",
        "[" * 20_000,
        "![" * 20_000,
        "*a " * 20_000,
        "**a_b" * 10_000,
        "`" * 20_000,
        "[^a]" * 5_000 + "\n\n[^a]: x",
        "<sub>" * 20_000,
        "$" * 20_000,
        "$$ " * 10_000,
        "\\(" * 20_000,
        "\\[\n" * 10_000,
        "$$\n- a\n" * 5_000,
        "$x$ " * 5_000 + " ".join(f"${number}$" for number in range(1_000)),
        "a" * 100_000,
        " " * 100_000,
        "\n" * 100_000,
        "[[1]]" * 10_000,
        "|a" * 1_000 + "\n" + "|-" * 1_000 + "\n" + "|\n" * 500,
    ],
    ids=lambda text: repr(text[:12]),
)
@pytest.mark.thorough
def test_hostile_length_and_depth_give_bounded_and_safe_html(text):
    html = to_html(text, citations=1)
    assert problems(html) == []
    depth = deepest = 0
    for slash in re.findall(r"<(/?)(?!br|hr)\w", html):
        depth += -1 if slash else 1
        deepest = max(deepest, depth)
    assert deepest < 200
    assert len(html) < 40 * len(text) + 1_000


@given(st.text(max_size=200), st.integers(0, 3))
def test_any_text_gives_safe_html(text, citations):
    blocks = to_blocks(text, citations=citations)
    assert [name for block in blocks for name in problems(block)] == []
    assert all(len(names) == 1 and names != ["text"] for names in map(elements, blocks))
    assert problems(text_to_html(text)) == []


def test_blocks_with_letters_that_run_from_right_to_left_find_out_which_way_they_read():
    assert to_blocks("Left.\n\nقال right.\n\n> שלום\n\n- נ\n- b\n\n# م\n\n```\nא\n```") == [
        "<p>Left.</p>",
        '<p dir="auto">قال right.</p>',
        '<blockquote dir="auto"><p>שלום</p></blockquote>',
        '<ul dir="auto"><li>נ</li><li>b</li></ul>',
        '<h3 dir="auto">م</h3>',
        '<figure class="code"><pre tabindex="0"><code>א\n</code></pre></figure>',
    ]
    assert to_html("| م | b |\n| --- | --- |").startswith('<div dir="auto" class="scroll"')
    assert text_to_html("م") == '<p dir="auto">م</p>'


@given(st.text(alphabet=st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=50))
def test_plain_text_reads_as_it_was_written(text):
    assert unescape(re.sub(r'</?p(?: dir="auto")?>', "", text_to_html(text))) == text


def test_texts_that_are_the_same_have_footnotes_of_their_own() -> None:
    text = "It folds.[^why]\n\n[^why]: For room."
    ids = [re.findall(r' id="([^"]+)"', to_html(text, name=name)) for name in ("one", "two")]
    assert len({*ids[0], *ids[1]}) == 4
    assert to_html(text, name="one") == to_html(text, name="one")
