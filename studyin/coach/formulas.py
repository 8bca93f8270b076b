"""Formulas and code as a reader takes them: \\frac{1}{1-q} is 1/(1-q), blanks say nothing."""

from __future__ import annotations

import re
from collections import Counter

# Where they stand in Markdown.
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$]+\$|`[^`]+`", re.DOTALL)

_NAMES = {
    "ε": "epsilon",
    "ϵ": "epsilon",
    "δ": "delta",
    "α": "alpha",
    "β": "beta",
    "λ": "lambda",
    "π": "pi",
    "σ": "sigma",
}
_NAMES |= {"μ": "mu", "Δ": "delta", "Σ": "sum", "∑": "sum", "∫": "int", "√": "sqrt", "∞": "inf", "≤": "<=", "≥": ">="}
_NAMES |= {
    "≠": "!=",
    "→": "->",
    "·": "",
    "×": "",
    "−": "-",
    "–": "-",
    "²": "^2",
    "³": "^3",
    "₀": "0",
    "₁": "1",
    "₂": "2",
}
_COMMANDS = {"varepsilon": "epsilon", "le": "<=", "leq": "<=", "ge": ">=", "geq": ">=", "ne": "!=", "neq": "!="}
_COMMANDS |= {
    "to": "->",
    "cdot": "",
    "times": "",
    "infty": "inf",
    "circ": "∘",
    "dots": "...",
    "ldots": "...",
    "quad": "",
}
_COMMANDS |= {"left": "", "right": "", "mathbb": "", "mathrm": "", "text": "", "displaystyle": ""}
_FRACTION = re.compile(r"\\d?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
# "f'(x)" is written "f'" where it is plain what of.
_ARGUMENT = re.compile(r"(?<=[\w'′)])\(\s*[cnstxyz](?:_?0)?\s*\)")
_DROPPED = re.compile(r"\\[,;:! ]|[\s$`{}()\[\]_*]|(?<=\w)\.(?!\w)")
_SIDES = re.compile(r"<=|>=|!=|->|=|≈|<|>")
_ROOT = re.compile(r"\b(?:square )?root (?:of )?(?=\d)")
_LOOKS_LIKE_ONE = re.compile(r"[=^\\$∘≤≥√]|'\s*\(|\bO\([^()]+\)|\w\(\w*\)")

# In characters: what is shorter stands in every text.
LEAST = 3
LONGEST = 120
# Nearly the same, with a sign or a letter astray.
NEARLY = 0.75


def normal(text: str) -> str:
    """A formula, or a text with some, in one writing, without blanks and brackets."""
    text = _ROOT.sub("sqrt", text).replace("**", "^").replace("infinity", "inf").replace("\\varepsilon", "\\epsilon")
    while (spelt := _FRACTION.sub(r"(\1)/(\2)", text)) != text:
        text = spelt
    text = _COMMAND.sub(lambda command: _COMMANDS.get(command[1], command[1]), text)
    text = "".join(_NAMES.get(letter, letter) for letter in text)
    return _DROPPED.sub("", _ARGUMENT.sub("", text)).casefold().strip(".,;")


def looks_like_a_formula(text: str) -> bool:
    return _LOOKS_LIKE_ONE.search(text) is not None


def tells(formula: str) -> bool:
    """Whether a formula in its normal writing is long enough to be told from a letter in a text."""
    return LEAST <= len(formula) <= LONGEST and not (formula.isalpha() and len(formula) < LEAST + 1)


def has(text: str, formula: str) -> bool:
    """Whether a student's text has a formula in its normal writing, or the right side of its equation."""
    if formula.isalpha():
        return re.search(rf"(?<!\w){re.escape(formula)}(?!\w)", text.casefold()) is not None
    said, sides = normal(text), _SIDES.split(formula)
    right = sides[-1] if len(sides) > 1 and "=" in formula else ""
    return formula in said or (len(right) > LEAST and not right.isalnum() and right in said)


def is_nearly(text: str, formula: str) -> bool:
    """Whether most signs of two formulas are the same (Dice's coefficient)."""
    one, other = Counter(normal(text)), Counter(normal(formula))
    return 2 * (one & other).total() >= NEARLY * (one.total() + other.total()) > 0
