"""Words as the search and the coach compare them: folded, stemmed, and without those that carry no subject."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from studyin.library.english import FRAME_WORDS, STOP_WORDS, TELLTALES

# The same algorithm as the index's tokenizer ("porter unicode61"), so that both join the same words.
_PORTER = snowballstemmer.stemmer("porter")

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*\d*|[^\W_]+")
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
    """The words and numbers of a text, folded: no capitals, no accents, straight apostrophes. 3.14 is one word."""
    for match in _WORD.finditer(fold(text)):
        yield match[0].removesuffix("'s")


def fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("’", "'")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The stem of a folded word; what it shares with its other forms."""
    return str(_PORTER.stemWord(word))


def stems(text: str) -> list[str]:
    """The stems of all words of a text, in order."""
    return [stem(word) for word in words(text)]


def subject(text: str) -> list[str]:
    """The words of a question or statement that say what it is about, folded, each once, in order.

    Stop words go only where the text reads as English; other languages keep all their words, and what is common in
    them weighs little by its rarity. Where nothing but framing is left, or a number with it ("what is type 2?"), the
    framing is the subject.
    """
    every = list(dict.fromkeys(words(text)))
    if not TELLTALES.intersection(every):
        return every
    told = [word for word in every if word not in STOP_WORDS]
    own = [word for word in told if word not in FRAME_WORDS]
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
