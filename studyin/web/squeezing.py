"""What only readers of our scripts and sheets need is left out of what is served: comments, indentation, spaces.

Names stay as they are, and where a line's end may mean something, there is one: whoever looks at it in a browser's
tools finds their way. It knows the forms that our own files are written in; tests hold each against a real parser.
"""

from __future__ import annotations

import re

_TEXT = r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
_COMMENT = r"//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/"


def _template(depth: int) -> str:
    """A template literal with so many others inside each other in its gaps."""
    inner = f"|{_template(depth - 1)}" if depth else ""
    braces = f"(?:[^`{{}}\"']|{_TEXT}{inner})*"
    gap = rf"\$\{{(?:[^`{{}}\"']|{_TEXT}|\{{{braces}\}}{inner})*\}}"
    return rf"`(?:[^`\\$]|\\.|{gap}|\$(?!\{{))*`"


# A division has a space on each side. An expression is behind what opens something, or begins with something else.
_EXPRESSION = r"(?:(?<=[(\[{,;:=!?&|])|(?<=\s)(?!/\s))/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/"
_SCRIPT = re.compile(rf"((?:\s|{_COMMENT})+)|{_TEXT}|{_template(1)}|{_EXPRESSION}", re.S)
_NAME = re.compile(r"[\w$#\\]")
# Behind these and before those no statement ends.
_OPEN = frozenset(["", *"{([;,=:?&|<>*%.!"])
_CLOSING = frozenset(")]},;.:?&|=<>*%")

_SHEET = re.compile(rf"({_TEXT})|;\s*(?=\}})|(?:/\*(?:[^*]|\*(?!/))*\*/|\s)+")


def squeezed_script(code: str) -> str:
    # By paragraphs, or the thousands of pieces that a long one falls into would be the program's largest heap.
    squeezed = ""
    for paragraph in code.split("\n\n"):
        piece = _SCRIPT.sub(_squeeze_script, paragraph).strip()
        is_open = not piece or squeezed[-1:] in _OPEN or piece[0] in _CLOSING
        squeezed += piece if is_open else f"\n{piece}"
    return squeezed


def _squeeze_script(found: re.Match[str]) -> str:
    gap = found[1]
    if gap is None:
        return found[0]
    code = found.string
    before, after = code[found.start() - 1 : found.start()], code[found.end() : found.end() + 1]
    if "\n" in gap and before not in _OPEN and after not in _CLOSING:
        return "\n"
    # `a - -b` is no `a--b`.
    is_needed = (_NAME.match(before) and _NAME.match(after)) or (before == after and after in "+-/")
    return " " if is_needed else ""


def squeezed_sheet(sheet: str) -> str:
    return _SHEET.sub(_squeeze_sheet, sheet).strip()


def _squeeze_sheet(found: re.Match[str]) -> str:
    if found[1] or found[0].startswith(";"):
        return found[1] or ""
    sheet = found.string
    before, after = sheet[found.start() - 1 : found.start()], sheet[found.end() : found.end() + 1]
    # A space before a colon is one between an element and another's state, around + one of a sum.
    return "" if before in "{};:," or after in "{};," else " "
