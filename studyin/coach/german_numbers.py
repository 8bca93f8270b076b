"""German numbers in words: drei, sechzigtausend, hundertfünfundfünfzig, neunzehnhundertneunundvierzig."""

from __future__ import annotations

import re

_ONES = {"ein": 1, "eins": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "eines": 1, "zwei": 2, "zwo": 2, "drei": 3}
_ONES |= {"vier": 4, "fünf": 5, "fuenf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11}
_ONES |= {"zwölf": 12, "zwoelf": 12, "sechzehn": 16, "siebzehn": 17, "zwanzig": 20, "dreißig": 30, "dreissig": 30}
_ONES |= {f"{ten}zig": 10 * n for ten, n in {"vier": 4, "fünf": 5, "fuenf": 5, "sech": 6, "sieb": 7}.items()}
_ONES |= {"achtzig": 80, "neunzig": 90, "dutzend": 12}
_BIG = {"hundert": 100, "tausend": 1000}
_WHOLE = {"million": 1e6, "millionen": 1e6, "milliarde": 1e9, "milliarden": 1e9, "hälfte": 0.5, "haelfte": 0.5}
_WHOLE |= {"drittel": 1 / 3, "viertel": 0.25, "doppelt": 2.0, "zweimal": 2.0, "dreimal": 3.0}

_PIECES = sorted((*_ONES, *_BIG, "und"), key=len, reverse=True)
_PIECE = re.compile("|".join(_PIECES), re.IGNORECASE)
# "Und" alone is no number, and a word begins with none.
GERMAN_NUMBER = rf"(?:{'|'.join(_WHOLE)})|(?!und)(?:{'|'.join(_PIECES)})+"


def is_an_article(word: str) -> bool:
    """Whether a number is written as the article is, and most often is one: "eine Membran"."""
    return _ONES.get(word.casefold()) == 1 and word.casefold() != "eins"


def german_number(word: str) -> float:
    """What a word that GERMAN_NUMBER matches as a whole counts."""
    if word.casefold() in _WHOLE:
        return float(_WHOLE[word.casefold()])
    total = current = 0.0
    for piece in _PIECE.findall(word.casefold()):
        if piece == "tausend":
            total, current = total + (current or 1.0) * 1000, 0.0
        elif piece == "hundert":
            current = (current or 1.0) * 100
        else:
            current += _ONES.get(piece, 0)
    return total + current
