"""Formulas: LaTeX to MathML that the page may show, or None where that can't be done.

Parsing costs 100 to 400 microseconds for each formula, so that results are cached; a reply is rendered several times.
"""

import re
from functools import lru_cache

from studyin.web import mathml

LONGEST = 3_000  # characters; a worked derivation of 40 lines has about 2,000
_DEEPEST = 40  # nested braces, \left and \begin; latex2mathml takes a Python frame or two for each

# Commands that make commands: a few lines of them expand to gigabytes.
_MACROS = re.compile(r"\\(?:re)?new|\\providecommand|\\[egx]?def\b|\\let\b|\\DeclareMath|\\loop\b|\\csname\b")
_OPENS_OR_CLOSES = re.compile(r"\\[{}\\]|(?P<open>\{|\\left\b|\\begin\b)|(?P<close>\}|\\right\b|\\end\b)")

# What latex2mathml lacks, said in its words. A chat numbers no equations, and refers to none.
_WORDS = (
    (re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![a-zA-Z])"), ""),
    (re.compile(r"\\tag(?![a-zA-Z])"), r"\\qquad\\tag"),
    (re.compile(r"\\(arg|sgn|rank|tr|Tr|diag|span)(?![a-zA-Z])"), r"\\operatorname{\1}"),
)
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([a-zA-Z]+)\*?\}(?:(?<=at\})\{\d\})?")
_SAME_AS = {
    "align": "align*",
    "aligned": "align*",
    "alignat": "align*",
    "alignedat": "align*",
    "eqnarray": "align*",
    "flalign": "align*",
    "gather": "displaylines",
    "gathered": "displaylines",
    "multline": "displaylines",
    "dcases": "cases",
    "equation": "",
    "displaymath": "",
    "math": "",
}


@lru_cache(maxsize=256)
def to_mathml(source: str, *, display: bool) -> str | None:
    """A <math> element for LaTeX source without its dollars; None where it is too long or deep, or not understood."""
    if len(source) > LONGEST or _MACROS.search(source) or not _is_nested_well(source):
        return None
    # Imported on first use: its table of 2,500 symbols takes 80 ms and 13 MB, and most sessions have no formula.
    from latex2mathml.converter import convert_to_element  # noqa: PLC0415

    try:
        return mathml.write(convert_to_element(_rewrite(source), display="block" if display else "inline"))
    except Exception:  # noqa: BLE001 - broken formulas raise KeyError, IndexError, StopIteration, RecursionError, …
        return None


def _rewrite(source: str) -> str:
    for word, ours in _WORDS:
        source = word.sub(ours, source)
    return _ENVIRONMENT.sub(_environment, source)


def _environment(found: re.Match[str]) -> str:
    which, name = found.groups()
    same = _SAME_AS.get(name)
    if same is None:
        return found[0]
    return rf"\{which}{{{same}}}" if same else ""


def _is_nested_well(source: str) -> bool:
    """Whether everything that opens is closed, and not too deep."""
    depth = 0
    for found in _OPENS_OR_CLOSES.finditer(source):
        depth += 1 if found["open"] else -1 if found["close"] else 0
        if not 0 <= depth <= _DEEPEST:
            return False
    return depth == 0
