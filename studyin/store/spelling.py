"""Text as it is compared: folded, and where no spaces are written, in pieces that stand for words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

# Ranges for a character class. A word of Chinese has one or two characters most often: pairs find it, wherever it
# begins. Thai and its neighbours write syllables of two to five signs: pairs of those are in every text.
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff"
_HANGUL = "\uac00-\ud7a3"
_THAI = "\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u1049\u1780-\u17d3"
UNSPACED = _HAN + _HIRAGANA + _KATAKANA + _HANGUL + _THAI

_UNSPACED = re.compile(f"[{UNSPACED}]")
_RUN = re.compile("|".join(f"[{script}]+" for script in (_HAN, _HIRAGANA, _KATAKANA, _HANGUL, _THAI)))
_OF_SYLLABLES = re.compile(f"[{_THAI}]")
_STANDS_ALONE = re.compile(f"[{_HAN}{_HANGUL}]")
_BEYOND_ASCII = re.compile(r"(?![\x00-\x7f])[^\W_]")
_KANA = re.compile(f"[{_HIRAGANA}]+")
# Beside those above; what is longer is no word, and what is shorter has too few trigrams to tell it by.
_SPACED = re.compile(rf"[^\W\d_{UNSPACED}]+")
SHORTEST, LONGEST = 4, 40
# They make a kana another one, as no accent does.
_VOICING = "\u3099\u309a"
# Decomposed and whole: no и with an accent, but a letter that Russian endings are told by.
_SHORT_I = ("\u0438\u0306", "\u0439")


def fold(text: str) -> str:
    """Without capitals, accents and the different widths of one character, with straight apostrophes."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded).replace(*_SHORT_I)
    kept = "".join(c for c in decomposed if not unicodedata.combining(c) or c in _VOICING)
    return unicodedata.normalize("NFC", kept).replace("’", "'")


def is_piece(word: str) -> bool:
    """Whether a word is of a script that writes no spaces, or, as Korean, joins what belongs to a word to it."""
    return _UNSPACED.match(word) is not None


def is_kana(word: str) -> bool:
    """Whether a piece is of hiragana alone, in which Japanese writes its endings and particles."""
    return _KANA.fullmatch(word) is not None


def pieces(run: str) -> Iterator[str]:
    """The pieces of folded text without spaces: pairs of neighbours in one script, or threes; a shorter run itself."""
    for match in _RUN.finditer(run):
        size = 3 if _OF_SYLLABLES.match(match[0]) else 2
        for start in range(max(len(match[0]) - size, 0) + 1):
            yield match[0][start : start + size]


def folded_text(text: str) -> str:
    """The folded words of a text, its pieces and the single characters that are words; nothing where all is ASCII.

    FTS5's own tokenizer folds the letters of western Europe, and no others: to it, ё and е are two letters, and ₂ is no
    2. It takes marks that are vowels for blanks, and a Chinese sentence for one word.
    """
    if text.isascii() or not _BEYOND_ASCII.search(text):
        return ""
    folded = fold(text)
    found = [*pieces(folded), *_STANDS_ALONE.findall(folded), *_UNSPACED.sub(" ", folded).split()]
    return " ".join(found)


def vocabulary(text: str) -> set[str]:
    """The different words of a text, folded, that something misspelt may have meant."""
    # Folded one by one: most words of a text are in it many times.
    every = {fold(word) for word in set(_SPACED.findall(text.replace("’", "'")))}
    return {word for word in every if SHORTEST <= len(word) <= LONGEST}


def vocabulary_json(text: str) -> str:
    """The vocabulary as a JSON list: for SQL."""
    return json.dumps(sorted(vocabulary(text)))
