"""Words as the search and the coach compare them: folded, stemmed, and without those that carry no subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from studyin.library.languages import language_of, without_asking, without_endings
from studyin.store import spelling
from studyin.store.spelling import UNSPACED, is_piece, pieces

# The same algorithm as the index's tokenizer ("porter unicode61"), so that both join the same words.
_PORTER = Stemmer.Stemmer("porter", 0)

fold = spelling.fold

_LETTER = rf"[^\W\d_{UNSPACED}]"
_WORD = re.compile(rf"\d+(?:[.,]\d+)*|[{UNSPACED}]+|{_LETTER}+(?:'{_LETTER}+)*\d*|[^\W_{UNSPACED}]+")
# French and Italian join a small word to the one it belongs to.
_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|all|dall|dell|nell|quell|sull)'(?=\w{2})")
_BARE_NUMBER = re.compile(r"(?!(?:1\d|20)\d\d$)\d[\d.,]*")
# Plurals that Latin and Greek left in the sciences, which no English stemmer joins: mitochondrion, mitochondria.
_CLASSICAL = (("ia", "ion"), ("ia", "ium"), ("a", "um"), ("a", "on"), ("i", "us"), ("es", "is"), ("ae", "a"))
_MARKUP = (
    (re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)"), r"\1"),  # a link or picture: its words
    (re.compile(r"\[\^\w+\]"), ""),
    (re.compile(r"</?[a-zA-Z][^<>\n]*>"), " "),
    (re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE), ""),
    (re.compile(r"(?<!\\)(\*{1,3}|~~|==)(?=\S)(.+?)(?<=\S)\1", re.DOTALL), r"\2"),
    (re.compile(r"(?<![\w}])(_{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w{])", re.DOTALL), r"\2"),
    (re.compile(r"`+([^`]+)`+"), r"\1"),
    (re.compile(r"\\([*_#`>~|!.-])"), r"\1"),
    (re.compile(r"\s+"), " "),
)


def plain(markdown: str) -> str:
    """The words of a piece of Markdown in one line, without emphasis, links and quote marks."""
    for mark, instead in _MARKUP:
        markdown = mark.sub(instead, markdown)
    return markdown.strip()


def words(text: str) -> Iterator[str]:
    """The words and numbers of a text, folded: no capitals, no accents, straight apostrophes. 3.14 is one word.

    Where no spaces are written, the pieces that stand for words.
    """
    for match in _WORD.finditer(fold(text)):
        word = match[0]
        if is_piece(word):
            yield from pieces(word)
        else:
            yield _ELISION.sub("", word, count=1).removesuffix("'s") if "'" in word else word


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The stem of a folded word; what it shares with its other forms."""
    return str(_PORTER.stemWord(word))


def stems(text: str) -> list[str]:
    """The stems of all words of a text, in order."""
    return [stem(word) for word in words(text)]


def subject(text: str) -> list[str]:
    """The words of a question or statement that say what it is about, folded, each once, in order.

    Stop words go only where the text tells its language, and only those of that one; elsewhere all words stay, and what
    is common among them weighs little by its rarity. Where nothing but framing is left, or a number with it ("what is
    type 2?"), the framing is the subject.
    """
    every = list(dict.fromkeys(words(text)))
    if any(map(is_piece, every)):
        every = without_endings(list(dict.fromkeys(words(without_asking(text)))) or every)
    language = language_of(text, every)
    if language is None:
        return every
    told = [word for word in every if word not in language.stop_words]
    own = [word for word in told if word not in language.frame]
    return own if any(not is_bare_number(word) for word in own) else told


def is_bare_number(word: str) -> bool:
    """Whether a folded word is a number that names nothing by itself; a year does: "what happened in 1789?"."""
    return _BARE_NUMBER.fullmatch(word) is not None


def forms(word: str) -> list[str]:
    """The word and, for a long one, its classical plural or singular: mitochondria, mitochondrion, mitochondrium."""
    found = [word]
    if len(word) >= 6 and word.isascii():
        for plural, singular in _CLASSICAL:
            if word.endswith(plural):
                found.append(word.removesuffix(plural) + singular)
            if word.endswith(singular):
                found.append(word.removesuffix(singular) + plural)
    return found
