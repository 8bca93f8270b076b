"""HTML elements as they open and close, so that what is written is balanced whatever comes."""

import re
from html import escape

# Deeper elements are left out, their text stays: browsers stop at 512, and nobody can read ten.
DEEPEST = 64

_MOST_RAW = 4  # raw tags within one another

# The raw HTML that Markdown may use, for models like it: line breaks in table cells, and H<sub>2</sub>O.
RAW_TAG = re.compile(r"<(/?)(br|sub|sup|kbd|mark)\s*/?>", re.IGNORECASE)


# Letters of scripts that run from right to left.
_LEFTWARD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_OPENING = re.compile(r"<(?:p|h[3-6]|ul|ol|blockquote|div)\b")


def directed(block: str) -> str:
    """A block whose text may run from right to left finds out for itself, with its marks and edges."""
    opening = _OPENING.match(block) if _LEFTWARD.search(block) else None
    return f'{opening[0]} dir="auto"{block[opening.end() :]}' if opening else block


class Elements:
    """A growing piece of HTML with the elements that are open in it."""

    def __init__(self) -> None:
        self._out: list[str] = []
        # For each open element what closes it, and behind it what closes raw tags within.
        self._open: list[list[str]] = []
        self._flat = 0  # how many of the innermost were left out

    def write(self, html: str) -> None:
        self._out.append(html)

    def text(self, text: str) -> None:
        self._out.append(escape(text, quote=False))

    def start(self, opening: str, closing: str, *, room: int = 1) -> None:
        """room: how many elements deep it is at least; where they do not fit, none of them is written."""
        if self._flat or len(self._open) + room > DEEPEST:
            self._flat += 1
            opening = closing = ""
        self._out.append(opening)
        self._open.append([closing])

    def end(self) -> None:
        self._flat = max(0, self._flat - 1)
        self._out.extend(reversed(self._open.pop()))

    def raw(self, html: str) -> None:
        """A raw tag: one of the few that are let through, else its text. One that closes nothing is left out."""
        found = RAW_TAG.fullmatch(html)
        if found is None or not self._open:
            self.text(html)
            return
        closes, name, within = found[1], found[2].lower(), self._open[-1]
        if name == "br":
            self._out.append("<br>")
        elif not closes:
            if len(within) > _MOST_RAW:
                return
            self._out.append(f"<{name}>")
            within.append(f"</{name}>")
        elif len(within) > 1 and within[-1] == f"</{name}>":
            self._out.append(within.pop())

    def take(self) -> str:
        """What was written since the last time."""
        html = "".join(self._out)
        self._out.clear()
        return html
