"""The styled letters of mathematics: ℝ for a double-struck R, 𝐱 for a bold x.

MathML Core keeps only mathvariant="normal", and Chromium and Firefox draw nothing else, so that styles must be spelt
with the letters of Unicode's block "Mathematical Alphanumeric Symbols" (and a few older ones in "Letterlike Symbols").
"""

# The first capital A, small a, capital Alpha, small alpha and digit 0 of each style; 0 where the style has none.
_STARTS = {
    "bold": (0x1D400, 0x1D41A, 0x1D6A8, 0x1D6C2, 0x1D7CE),
    "italic": (0x1D434, 0x1D44E, 0x1D6E2, 0x1D6FC, 0),
    "bold-italic": (0x1D468, 0x1D482, 0x1D71C, 0x1D736, 0x1D7CE),
    "script": (0x1D49C, 0x1D4B6, 0, 0, 0),
    "fraktur": (0x1D504, 0x1D51E, 0, 0, 0),
    "double-struck": (0x1D538, 0x1D552, 0, 0, 0x1D7D8),
    "sans-serif": (0x1D5A0, 0x1D5BA, 0, 0, 0x1D7E2),
    "sans-serif-italic": (0x1D608, 0x1D622, 0, 0, 0x1D7E2),
    "monospace": (0x1D670, 0x1D68A, 0, 0, 0x1D7F6),
}
# Letters that Unicode had before the block was made: their places in the block are holes.
_OLDER = {
    "italic": {"h": "ℎ"},
    "script": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "fraktur": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "double-struck": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}
_RANGES = (("A", 26), ("a", 26), ("Α", 25), ("α", 25), ("0", 10))


def _letters(style: str) -> dict[int, str]:
    letters = {}
    for start, (first, count) in zip(_STARTS[style], _RANGES, strict=True):
        if start:
            letters.update({ord(first) + i: chr(start + i) for i in range(count)})
    letters.update({ord(plain): older for plain, older in _OLDER.get(style, {}).items()})
    return letters


_STYLES = {style: _letters(style) for style in _STARTS}


def styled(text: str, style: str) -> str:
    """The text in a style by its MathML name ("bold", "double-struck", …); what the style lacks stays as it is."""
    return text.translate(_STYLES.get(style, {}))
