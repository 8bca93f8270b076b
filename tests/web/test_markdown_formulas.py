import re
from html import unescape

import pytest

from studyin.web import formulas
from studyin.web.formulas import LONGEST, to_mathml
from studyin.web.markdown import to_html
from tests.web.hostile_markdown import FORMULAS
from tests.web.safe_html import problems


def reading(markdown: str) -> str:
    """What a reader sees: ⟨a formula in a line⟩, ⟪a formula of its own⟫, `code`, and text."""

    def formula(found: re.Match[str]) -> str:
        text = re.sub(r"<[^>]*>", "", found[2])
        return f"⟨{text}⟩" if found[1] == "inline" else f"⟪{text}⟫"

    html = re.sub(r'<math display="(\w+)">(.*?)</math>', formula, to_html(markdown))
    html = re.sub(r"<code[^>]*>|</code>", "`", html)
    html = re.sub(r"</(p|li|h3|th|td)>", "/", html)
    return unescape(re.sub(r"<[^>]*>", "", html)).rstrip("/")


@pytest.mark.parametrize(
    ("markdown", "seen"),
    [
        # formulas, by Pandoc's rules
        ("so $x$ it is", "so ⟨x⟩ it is"),
        ("so $x^2 + y$", "so ⟨x2+y⟩"),
        ("$x$, $y$; ($z$)", "⟨x⟩, ⟨y⟩; (⟨z⟩)"),
        ("x$y$z", "x⟨y⟩z"),
        ("$x$-axis and the $y$s", "⟨x⟩-axis and the ⟨y⟩s"),
        ("$x$$y$", "⟨x⟩⟨y⟩"),
        ("$x\n+y$", "⟨x+y⟩"),
        ("$a_1*b_1$ and $c_1*d_1$", "⟨a1*b1⟩ and ⟨c1*d1⟩"),
        ("**$x$** _a_$y$", "⟨x⟩ a⟨y⟩"),
        ("$a\\$b$ is $\\$5$", "⟨a$b⟩ is ⟨$5⟩"),
        ("$\\text{costs \\$5}$", "⟨costs\xa0$5⟩"),
        ("a $$x$$ b", "a ⟪x⟫ b"),
        ("$$x$$ and $$y$$", "⟪x⟫ and ⟪y⟫"),
        ("$$\nx\n$$", "⟪x⟫"),
        ("so $$x\n$$ and $$y$$", "so ⟪x⟫ and ⟪y⟫"),
        ("\\(x\\) and \\( y_1*z_1 \\)", "⟨x⟩ and ⟨y1*z1⟩"),
        ("\\[x\\]", "⟪x⟫"),
        ("so\n\\[\n- x\n= y\n# z\n\\]\nand", "so\n⟪−x=y#z⟫\nand"),
        ("$$\nx\n+ y\n===\n$$\n", "⟪x+y===⟫"),
        ("# $x$", "⟨x⟩"),
        ("- $x$\n- \\(y\\)\n", "⟨x⟩/⟨y⟩"),
        ("1. $$\n   x\n   - y\n   $$\n2. z", "⟪x−y⟫/z"),
        ("> $$\n> x\n> - y\n> $$\n> z", "⟪x−y⟫\nz"),
        ("> $x\n> > y$", "$x/y$"),
        ("| $|x|$ | \\(y\\) |\n|---|---|\n| $$z$$ | $5 |", "⟨|x|⟩/⟨y⟩/⟪z⟫/$5"),
        ("[the $x$ axis](https://a.example/$y$)", "the ⟨x⟩ axis"),
        # money and other dollars
        ("costs $5 and $10", "costs $5 and $10"),
        ("$5-$10, $1,000 to $2,000, $.50 and $.75", "$5-$10, $1,000 to $2,000, $.50 and $.75"),
        ("from $5 to $10 for $x$ of them", "from $5 to $10 for ⟨x⟩ of them"),
        ("US$5 and US$6", "US$5 and US$6"),
        ("20$ and 30$", "20$ and 30$"),
        ("**$5** or **$6** ($7)", "$5 or $6 ($7)"),
        ("| a | b |\n|---|---|\n| $5 | $6 |", "a/b/$5/$6"),
        ("$x$5 is not", "$x$5 is not"),
        ("a $ b $ c, a $b $ c, a $ b$ c", "a $ b $ c, a $b $ c, a $ b$ c"),
        ("\\$x\\$ and \\$5", "$x$ and $5"),
        ("\\\\(x\\\\) is a backslash", "\\(x\\) is a backslash"),
        ("$HOME and $PATH", "$HOME and $PATH"),
        ("$ $$ $$$$", "$ $$ $$$$"),
        # what is never closed, or crosses a blank line
        ("$$x$ \\[y \\(z", "$$x$ [y (z"),
        ("$x\n\ny$ \\(x\n\ny\\)", "$x/y$ (x/y)"),
        ("$$\nx\n\ny\n$$", "$$\nx/y\n$$"),
        ("- $x\n- y$", "$x/y$"),
        # code
        ("`$x$` and ``\\(y\\)``", "`$x$` and `\\(y\\)`"),
        ("```\n$x$\n$$\ny\n$$\n```", "`$x$\n$$\ny\n$$\n`"),
        ("    $x$ \\(y\\)", "`$x$ \\(y\\)`"),
        ("- ```\n  $$\n  x\n  $$\n  ```", "`$$\nx\n$$\n`"),
        ("`a` $x$ `b`", "`a` ⟨x⟩ `b`"),
        ("$a`b$ c`", "$a`b$ c`"),
        ("$$\n```\nx\n```\n$$", "$$/`x\n`$$"),
        # what can't be drawn is shown as it was written
        ("so $\\undefined{x}$ it is", "so `$\\undefined{x}$` it is"),
        ("so \\(\\frac{a\\) it is", "so `\\(\\frac{a\\)` it is"),
        ("$$x^2^3$$", "`$$x^2^3$$`"),
    ],
)
def test_dollars_are_formulas_or_money(markdown, seen):
    assert reading(markdown) == seen


@pytest.mark.parametrize(
    ("latex", "drawn"),
    [
        ("\\mathbb{R}\\mathcal{L}\\mathbf{x}\\boldsymbol{\\beta}", "ℝℒ𝐱𝜷"),
        ("\\mathfrak{C}\\mathtt{12}\\mathsf{ab}\\mathit{h}", "ℭ𝟷𝟸𝖺𝖻ℎ"),
        ('\\text{<b> & "c"}', '<b>\xa0&\xa0"c"'),
        ("\\nonumber \\label{eq:1} x", "x"),
        ("\\operatorname{rank} A", "rankA"),
        ("\\text{é ü 漢}", "é\xa0ü\xa0漢"),
    ],
)
def test_letters_come_out_as_they_are_meant(latex, drawn):
    assert unescape(re.sub("<[^>]*>", "", to_mathml(latex, display=False))) == drawn


def test_what_mathml_dropped_is_said_in_other_words():
    assert "<mo>±</mo>" in to_mathml("a \\pm b", display=False)
    assert "<mi>∞</mi>" in to_mathml("x \\to \\infty", display=False)
    assert "<munder><mo" in to_mathml("\\lim_{x \\to 0} x", display=True)
    assert '<mi>sin</mi><mspace width="0.1667em"></mspace><mi>x</mi>' in to_mathml("\\sin x", display=False)
    assert to_mathml("\\begin{vmatrix} a \\end{vmatrix}", display=True).count('stretchy="true"') == 2
    assert (
        to_mathml("\\begin{array}{c|cc} a & b & c \\\\ \\hline d & e & f \\end{array}", display=True).count("ruled")
        == 3
    )


@pytest.mark.parametrize("name", ["align", "aligned", "align*", "gather", "gathered", "equation", "dcases", "split"])
def test_environments_that_models_write_are_drawn(name):
    html = to_mathml(
        f"\\begin{{{name}}} a &= b \\\\ c &= d \\end{{{name}}}".replace("&", "&" * (name[0] != "g")), display=True
    )
    assert html is not None
    assert "&amp;" not in html or name == "equation"
    assert "(1)" not in html


@pytest.mark.parametrize(
    "latex",
    [
        "{" * 1_500 + "}" * 1_500,
        "\\left(" * 150 + "\\right)" * 150,
        "\\begin{matrix}" * 60 + "\\end{matrix}" * 60,
        "\\sqrt" * 600,
        "\\frac" * 600,
        "x" * (LONGEST + 1),
        "\\def\\a{\\a\\a}\\a",
        "\\newcommand{\\a}{xx}\\a",
        "\\gdef\\a{\\b}\\let\\c\\a",
        "\\undefined",
        "x^2^3",
        "a}b{",
        "\\end{matrix}",
        "\\left(x",
        "\\unicode",
        "",
    ],
    ids=lambda latex: latex[:20],
)
def test_a_formula_that_is_too_much_or_broken_is_refused_not_raised(latex):
    assert to_mathml(latex, display=True) is None


@pytest.mark.parametrize("latex", FORMULAS)
def test_commands_that_reach_out_of_a_formula_do_not(latex):
    html = to_mathml(latex, display=True)
    assert html is None or problems(html) == []


def test_lengths_that_would_cover_the_page_are_left_out():
    html = to_mathml("\\rule{9999em}{9999em}\\kern{-9999em}\\raise{999em}{x}\\rule{2em}{1em}", display=True)
    assert re.findall(r'="([^"]*em)"', html) == ["2em", "1em"]


def test_a_formula_is_parsed_once():
    formulas.to_mathml.cache_clear()
    to_html("$x_{42}$ and $x_{42}$")
    to_html("$x_{42}$")
    assert formulas.to_mathml.cache_info().misses == 1


def test_a_message_draws_formulas_up_to_a_bound_and_shows_the_others_as_written():
    html = to_html(" ".join(f"$x_{{{number}}}$" for number in range(9_000)))
    assert 1_000 < html.count("<math") < 9_000
    assert html.count("<math") + html.count('<code class="formula">') == 9_000
