import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest

from studyin.web import highlight
from studyin.web.highlight import coloured
from studyin.web.markdown import to_html
from tests.web.safe_html import problems


def plain(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html))


def test_code_is_coloured_by_its_language():
    assert to_html("```Python title=x\ndef f():\n    return 'a'  # b\n```\n") == (
        '<figure class="code" data-language="Python"><pre tabindex="0"><code>'
        '<span class="k">def </span><span class="nf">f</span>():\n'
        '    <span class="k">return </span><span class="s">\'a\'  </span><span class="c"># b\n</span>'
        "</code></pre></figure>"
    )


@pytest.mark.parametrize("info", ["", "brainfuck", "text", "x" * 40])
def test_code_of_no_known_language_stays_plain(info):
    assert "<span" not in to_html(f"```{info}\nif x: return 1\n```")


def test_the_language_is_told_to_the_page_where_it_is_a_word():
    assert re.findall('data-language="(.*?)"', to_html('```c++\n```\n\n```"x\n```\n\n```py{1}\n```\n')) == ["c++", "py"]


def test_indented_code_is_code():
    assert to_html("    a <b>\n") == '<figure class="code"><pre tabindex="0"><code>a &lt;b&gt;\n</code></pre></figure>'


@pytest.mark.parametrize("language", sorted(set(highlight.NAMES.values())))
def test_every_language_can_be_coloured_and_loses_nothing(language):
    code = 'class A: # b\n\t"c\\n" /* d */ <e f="g">&h;\n\n  -- 42 + x1 `i` ${j} @k %l\n\n'
    html = coloured(code, language)
    assert plain(html) == code
    assert problems(html) == []


@pytest.mark.parametrize(
    "code", ["x " * 30_000, " " * 200, "x" * 1_001, "\n" * 150], ids=["long", "spaces", "line", "lines"]
)
def test_code_that_could_keep_a_lexer_busy_stays_plain(code):
    assert coloured(f"int x;{code}", "c") == f"int x;{code}"


def test_what_is_not_coloured_in_time_stays_plain():
    ticks = iter([0.0, 0.01, 0.02, 99.0])
    html = highlight._coloured("a = 1\nb = 2\nc = 3\n", "python", clock=lambda: next(ticks))
    assert html.startswith('a <span class="o">= </span>')
    assert html.endswith("</span>b = 2\nc = 3\n")


def test_code_in_all_of_a_message_is_coloured_up_to_a_bound():
    html = to_html("\n\n".join(f"```python\nx = {number}\n{'y = 1' * 100}\n```" for number in range(200)))
    figures = html.split("</figure>")[:-1]
    assert "<span" in figures[0]
    assert "<span" not in figures[-1]
    assert len(figures) == 200


def test_the_time_that_a_lexer_takes_to_load_does_not_count(monkeypatch):
    now = 0.0

    def slowly(name):
        nonlocal now
        now += 99.0
        return lexer(name)

    lexer = highlight._lexer
    monkeypatch.setattr(highlight, "_lexer", slowly)
    assert "<span" in highlight._coloured("return 1\n", "python", clock=lambda: now)


def test_messages_can_be_drawn_in_threads():
    markdown = "\n\n".join(
        f"```{name}\nif x: return 'a' # b\n```\n$x_{{{name[0]}}}$" for name in sorted(set(highlight.NAMES.values()))
    )
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(to_html, [markdown] * 16))
    assert set(drawn) == {to_html(markdown)}
