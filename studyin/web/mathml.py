"""MathML for the page, from the element tree that latex2mathml builds: only known elements, checked attributes.

latex2mathml's own text output is not used: it leaves what a formula says unescaped (`\\text{<script>}` comes out as a
tag), and asks for MathML 3 features that browsers no longer draw. This writer escapes every text, and rewrites what
MathML Core (https://www.w3.org/TR/mathml-core/) has dropped.
"""

from __future__ import annotations

import re
from html import escape, unescape
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import category

from studyin.web.mathml_letters import styled

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TRUTH = re.compile(r"true|false")
_LENGTH = re.compile(r"[+-]?(?:\d{1,2}(?:\.\d{1,4})?|\.\d{1,4})(?:em|ex|px|pt|mu|mm|cm)|[+-]?0")
# Padding by a signed length meant "so much more" in MathML 3, and means "so much in all" now.
_UNSIGNED = re.compile(rf"(?![+-])(?:{_LENGTH.pattern})")
_PADDED = {
    "width": _UNSIGNED,
    "height": _UNSIGNED,
    "depth": _UNSIGNED,
    "lspace": _LENGTH,
    "voffset": _LENGTH,
}
_OPERATOR = {
    "stretchy": _TRUTH,
    "fence": _TRUTH,
    "separator": _TRUTH,
    "largeop": _TRUTH,
    "movablelimits": _TRUTH,
    "form": re.compile(r"prefix|infix|postfix"),
    "lspace": _LENGTH,
    "rspace": _LENGTH,
    "minsize": _LENGTH,
    "maxsize": _LENGTH,
}
_RULED = re.compile(r"ruled")
_NONE: dict[str, re.Pattern[str]] = {}

# Every element that may come out, each with the attributes it may have and what their values must match in full.
# href, style, id, and the elements that can hold HTML or act (annotation-xml, maction, semantics) are not here.
ELEMENTS: dict[str, dict[str, re.Pattern[str]]] = {
    "math": {"display": re.compile(r"block|inline")},
    "mrow": _NONE,
    "mi": {"mathvariant": re.compile(r"normal")},
    "mn": _NONE,
    "mo": _OPERATOR,
    "mtext": {"mathvariant": re.compile(r"bold|italic|monospace|sans-serif")},
    "mspace": {"width": _LENGTH, "height": _LENGTH, "depth": _LENGTH},
    "mpadded": _PADDED,
    "mphantom": _NONE,
    "mstyle": {
        "displaystyle": _TRUTH,
        "scriptlevel": re.compile(r"[+-]?[0-3]"),
        "mathcolor": re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,20}"),
        "mathsize": _LENGTH,
    },
    "menclose": {"notation": re.compile(r"[a-z ]{3,60}")},
    "mfrac": {"linethickness": _LENGTH},
    "msqrt": _NONE,
    "mroot": _NONE,
    "msub": _NONE,
    "msup": _NONE,
    "msubsup": _NONE,
    "munder": {"accentunder": _TRUTH},
    "mover": {"accent": _TRUTH},
    "munderover": _NONE,
    "mtable": {"displaystyle": _TRUTH},
    "mtr": {"class": _RULED},
    "mtd": {"class": _RULED, "columnalign": re.compile(r"left|center|right")},
}

_NAMED_SPACES = {
    "thinmathspace": "0.1667em",
    "mediummathspace": "0.2222em",
    "thickmathspace": "0.2778em",
    "negativethinmathspace": "-0.1667em",
    "negativemediummathspace": "-0.2222em",
    "negativethickmathspace": "-0.2778em",
}
# Operators that take their limits below and above in display style; MathML moves them aside in running text.
_TAKES_LIMITS = frozenset("∏∐∑⋀⋁⋂⋃⨀⨁⨂⨃⨄⨅⨆")
_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
# Symbols that stand for a thing: as operators they would get an operator's space around them.
_THINGS = frozenset("∞∅")
_THIN = '<mspace width="0.1667em"></mspace>'
_ROWS = frozenset(("mrow", "mtd", "msqrt", "mstyle"))
_SPACED = frozenset(("mo", "mspace"))
_LIMIT_NAMES = frozenset(("lim", "sup", "inf", "max", "min"))
_ESCAPED = re.compile(r"\\([ $%&#_{}])")
_COMMAND = re.compile(r"\\[A-Za-z]")
_DEEPEST = 100


class FormulaError(Exception):
    """The formula holds something that can't be drawn as it was meant."""


def write(math: Element) -> str:
    """The HTML of a <math> element. Raises FormulaError."""
    out: list[str] = []
    _write(math, out, 0)
    return "".join(out)


def _write(element: Element, out: list[str], depth: int) -> None:
    text = unescape(element.text or "")
    if depth > _DEEPEST or element.tag not in ELEMENTS or _COMMAND.match(text):
        raise FormulaError  # latex2mathml writes a command that it does not know as it is
    tag = _tag(element, text)
    attributes = _attributes(element, tag, text)
    variant = element.get("mathvariant", "")
    if tag == "mtext":
        text = _ESCAPED.sub(r"\1", text)
    elif variant not in ("", "normal"):
        text = styled(text, variant)
    out.append(f"<{tag}{attributes}>{escape(text, quote=False)}")
    if tag == "mtable":
        _rule(element)
    if tag in _ROWS:
        _write_row(element, out, depth)
    else:
        for child in element:
            _write(child, out, depth + 1)
    out.append(f"</{tag}>")


def _write_row(row: Element, out: list[str], depth: int) -> None:
    """Children side by side: a thin space goes between a function's name and what it stands next to, as in sin x; bars
    beside a table grow to its height."""
    for left, right in pairwise(row):
        if "mtable" in (left.tag, right.tag):
            _stretch(left, "prefix")
            _stretch(right, "postfix")
    before: Element | None = None
    for child in row:
        if before is not None and (_is_named(before) or _is_named(child)) and not {before.tag, child.tag} & _SPACED:
            out.append(_THIN)
        _write(child, out, depth + 1)
        before = child


def _stretch(element: Element, form: str) -> None:
    if element.tag == "mo" and unescape(element.text or "") in ("|", "‖"):
        element.attrib.update(stretchy="true", form=form)


def _rule(table: Element) -> None:
    """Lines between rows and columns, as a class of the rows and cells behind them: browsers dropped the attributes."""
    rows, columns = table.get("rowlines", "").split(), table.get("columnlines", "").split()
    for number, row in enumerate(table):
        if number and rows[number - 1 : number] == ["solid"]:
            row.set("class", "ruled")
        for line, cell in zip(columns, row[1:], strict=False):
            if line == "solid":
                cell.set("class", "ruled")


def _is_named(element: Element) -> bool:
    """Whether it is a function by name (sin, log, rank), perhaps with an index or a power."""
    if element.tag in _LIMITS and len(element):
        element = element[0]
    return element.tag in ("mi", "mo") and _is_name(element.text or "") and not _has_limits(element)


def _is_name(text: str) -> bool:
    return len(text) > 1 and text.isascii() and text.isalpha()


def _tag(element: Element, text: str) -> str:
    """MathML's element for it, where latex2mathml chose another."""
    tag = element.tag
    if tag == "mpadded" and element.get("width", "").startswith("+"):
        return "mrow"  # room around what stands over an arrow
    if tag in _LIMITS and len(element) and _has_limits(element[0]):
        return _LIMITS[tag]
    if tag == "mi" and len(text) == 1 and text not in _THINGS and category(text) in ("Sm", "Ps", "Pe"):
        return "mo"
    if tag == "mo" and (text in _THINGS or (_is_name(text) and not _has_limits(element))):
        return "mi"
    return tag


def _has_limits(element: Element) -> bool:
    text = unescape(element.text or "")
    return element.tag == "mo" and bool(
        text in _TAKES_LIMITS or text in _LIMIT_NAMES or element.get("movablelimits") == "true"
    )


def _attributes(element: Element, tag: str, text: str) -> str:
    given = dict(element.attrib)
    if tag == "mo":
        if element.tag == "mi" and category(text) in ("Ps", "Pe"):
            given["stretchy"] = "false"  # a bracket grows only where \left and \right ask for it
        elif len(text) > 1:
            given |= {"movablelimits": "true", "lspace": "0", "rspace": "0.1667em"}
    elif tag in ("mover", "munder") and len(element) == 2 and element[1].tag == "mo":
        given.setdefault("accent" if tag == "mover" else "accentunder", "true")
    allowed = ELEMENTS[tag]
    out = []
    for name, written in given.items():
        value = _NAMED_SPACES.get(written, written)
        if name in allowed and allowed[name].fullmatch(value):
            out.append(f' {name}="{escape(value)}"')
    return "".join(out)
