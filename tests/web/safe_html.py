"""What HTML from a message may be, written down a second time, apart from the program, and checked with other parsers.

`problems` reads HTML as it is written, tag by tag (html.parser), and as a browser would (html5lib); both must see
the same elements, or the text could mean one thing to a sanitizer and another to a page.
"""

import re
from html.parser import HTMLParser
from typing import Any

import html5lib

VOID = {"br", "hr"}
HTML = {
    "p", "h3", "h4", "h5", "h6", "hr", "br", "blockquote", "ul", "ol", "li", "em", "strong", "del", "sub", "sup",
    "kbd", "mark", "code", "pre", "figure", "a", "div", "span", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
MATHML = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mpadded", "mphantom", "mstyle", "menclose", "mfrac",
    "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd",
}  # fmt: skip
LENGTH = r"[-+]?\d*\.?\d*(em|ex|px|pt|mu|mm|cm)?"
# For each attribute: the elements it may stand on, and what its value looks like.
ATTRIBUTES = {
    "href": ("a", r"https?://[^\s]+|mailto:[^\s]+|#passage-[1-9]\d*|#note-[0-9a-f]{8}-\d+(-back)?"),
    "title": ("a", r"(?s:.*)"),
    "target": ("a", r"_blank"),
    "rel": ("a", r"noopener noreferrer nofollow"),
    "role": ("a div span", r"doc-noteref|doc-backlink|group|note|img"),
    "id": ("a div", r"note-[0-9a-f]{8}-\d+(-back)?"),
    "data-passage": ("a", r"[1-9]\d*"),
    "aria-label": ("a div span", r"Source \d+|Footnote \d+|Back to the text|Table|Done|To do"),
    "tabindex": ("div span pre", r"0"),
    "data-language": ("figure", r"[A-Za-z0-9+#._-]{1,32}"),
    "start": ("ol", r"\d+"),
    "dir": ("p h3 h4 h5 h6 ul ol blockquote div", r"auto"),
    "scope": ("th", r"col"),
    "class": (
        "a div span code figure th td mtr mtd",
        r"citation|scroll|footnote|task|task done|formula|code|left|center|right|ruled|[a-z]{1,2}",
    ),
    "display": ("math", r"block|inline"),
    "mathvariant": ("mi mtext", r"normal|bold|italic|monospace|sans-serif"),
    "stretchy": ("mo", r"true|false"),
    "fence": ("mo", r"true|false"),
    "separator": ("mo", r"true|false"),
    "largeop": ("mo", r"true|false"),
    "movablelimits": ("mo", r"true|false"),
    "form": ("mo", r"prefix|infix|postfix"),
    "lspace": ("mo mpadded", LENGTH),
    "rspace": ("mo", LENGTH),
    "minsize": ("mo", LENGTH),
    "maxsize": ("mo", LENGTH),
    "width": ("mspace mpadded", LENGTH),
    "height": ("mspace mpadded", LENGTH),
    "depth": ("mspace mpadded", LENGTH),
    "voffset": ("mpadded", LENGTH),
    "displaystyle": ("mstyle mtable", r"true|false"),
    "scriptlevel": ("mstyle", r"[-+]?\d"),
    "mathcolor": ("mstyle", r"#[0-9a-fA-F]+|[a-zA-Z]+"),
    "mathsize": ("mstyle", LENGTH),
    "notation": ("menclose", r"[a-z ]+"),
    "linethickness": ("mfrac", LENGTH),
    "accent": ("mover", r"true|false"),
    "accentunder": ("munder", r"true|false"),
    "columnalign": ("mtd", r"left|center|right"),
}

Step = tuple[Any, ...]


class _Reader(HTMLParser):
    """Reads HTML to the letter: nothing is repaired, everything odd is a problem."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.steps: list[Step] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in HTML | MATHML:
            self.problems.append(f"element {tag}")
        if len({name for name, _ in attrs}) != len(attrs):
            self.problems.append(f"attribute twice on {tag}")
        for name, value in attrs:
            elements, pattern = ATTRIBUTES.get(name, ("", ""))
            if tag not in elements.split() or not re.fullmatch(pattern, value or ""):
                self.problems.append(f"attribute {tag} {name}={value!r}")
        if tag == "a" and "a" in self._open:
            self.problems.append("link within a link")
        self.steps.append(("open", tag, tuple(sorted((name, value or "") for name, value in attrs))))
        if tag in VOID:
            self.steps.append(("close", tag))
        else:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.problems.append(f"<{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}> closes something else")
        self.steps.append(("close", tag))

    def handle_data(self, data: str) -> None:
        _add_text(self.steps, data)

    def handle_comment(self, data: str) -> None:
        self.problems.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.problems.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.problems.append("processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.problems.append("unknown declaration")

    def close(self) -> None:
        super().close()
        self.problems += [f"{tag} is never closed" for tag in self._open]


def problems(html: str, *, as_a_browser: bool = True) -> list[str]:
    """What is wrong with it, in words; an empty list where it is safe and well formed.

    as_a_browser: also read it as a browser would, which takes five times as long.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if as_a_browser and not reader.problems and reader.steps != _as_a_browser(html):
        return ["a browser reads it otherwise"]
    return reader.problems


def _add_text(steps: list[Step], text: str | None) -> None:
    if text and steps and steps[-1][0] == "text":
        steps[-1] = ("text", steps[-1][1] + text)
    elif text:
        steps.append(("text", text))


def _as_a_browser(html: str) -> list[Step]:
    steps: list[Step] = []
    fragment = html5lib.parseFragment(html, container="div", treebuilder="etree", namespaceHTMLElements=False)
    _add_text(steps, fragment.text)
    for child in fragment:
        _walk(child, steps)
    return steps


def _walk(element: Any, steps: list[Step]) -> None:
    tag = element.tag.rpartition("}")[2]
    inside = "Math/MathML" in element.tag
    assert inside == (tag in MATHML), f"{element.tag} in the wrong namespace"
    steps.append(("open", tag, tuple(sorted(element.attrib.items()))))
    _add_text(steps, element.text)
    for child in element:
        _walk(child, steps)
    steps.append(("close", tag))
    _add_text(steps, element.tail)


def elements(html: str) -> list[str]:
    """The top-level elements' names, and "text" for text between them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    names, depth = [], 0
    for kind, *rest in reader.steps:
        if depth == 0:
            names.append(rest[0] if kind == "open" else "text")
        depth += (kind == "open") - (kind == "close")
    return names
