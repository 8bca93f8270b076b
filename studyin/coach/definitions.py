"""Sentences that say what something is: "Glycolysis is the splitting of …", "**Term**: what it means"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from studyin.coach.quotable import Kind, Quotable
from studyin.library.terms import plain, stems

MAX_TERM_WORDS = 6

_ALIAS = r"\s*(?:\((?P<alias>[^)]{1,40})\))?"
_ASIDE = r",?(?:\s+(?:written|denoted|abbreviated|or)\s[^,]{1,40},)?"
_COPULA = re.compile(
    rf"(?P<article>(?:A|An|The)\s+)?(?P<term>[^.,;:!?()]{{2,60}}?){_ALIAS}{_ASIDE}\s+"
    r"(?:(?:is|are)\s+(?:called|defined as|known as)|is|are|was|were|means?|refers to|describes|denotes|measures|says)"
    r"\s+(?P<rest>.{12,})",
    re.DOTALL,
)
_GERMAN_COPULA = re.compile(
    rf"(?:(?:Der|Die|Das|Ein|Eine)\s+)?(?P<term>[A-ZÄÖÜ][^.,;:!?()]{{1,60}}?){_ALIAS}\s+"
    r"(?:ist|sind|war|waren|heißt|heißen|bezeichnet|bedeutet|beschreibt|nennt\s+man)\s+(?P<rest>.{12,})",
    re.DOTALL,
)
_GLOSS = re.compile(
    rf"(?P<term>[^.,;:!?()]{{2,50}}?(?:\(\w*\))?){_ALIAS}\s*(?::|\s[-–—])\s+(?P<rest>.{{8,}})", re.DOTALL
)
# "**Mean value theorem.** If …"
_TITLE = re.compile(
    r"(?P<mark>\*\*|__)(?=\S)(?P<term>[^*_]{2,80}?)(?:\.(?P=mark)|(?P=mark)\.)\s+(?P<rest>\S.{8,})", re.DOTALL
)
# What stands where a term would, and is none.
_NO_TERM = re.compile(
    r"(?:it|they|this|that|these|those|there|here|he|she|we|you|what|which|who|if|when|while|because|in|on|at|for|from"
    r"|by|with|one|each|every|some|most|many|all|its|their|his|her|both|such|so|no|our|my|your|as|after|before|two"
    r"|three|only|another|other|not|also|today's|somebody|knowing|without)\b"
    r"|.*\b(?:that|which|who|and|or|than|if|because|will|can|may|must|should|does|do|has|have|had|not"
    r"|is|are|was|were)\b"
    r"|.*\b(?:of|to|in|for|with|by|from)$",
    re.IGNORECASE,
)
_NO_GERMAN_TERM = re.compile(
    r"(?:er|sie|es|man|wir|ihr|ich|dies(?:e[rnms]?)?|das|jene[rs]?|hier|dort|da|wer|was|wenn|weil|während|wo|in|im|an|am"
    r"|auf|bei|beim|für|von|vom|mit|durch|nach|vor|seit|jede[rs]?|einige|viele|alle|beide|kein[er]?|nicht|auch|nur"
    r"|andere[rs]?|zwei|drei|vier|seine?|ihre?|unsere?|meine?|dabei|dadurch|daher|danach|dann|so|zuerst|außerdem)\b"
    r"|.*\b(?:und|oder|die|der|das|dass|als|hat|haben|wird|werden|kann|können|muss|ist|sind|war|von|mit|zu|für)\b",
    re.IGNORECASE,
)
# "X is the …" defines; "X is faster" does not.
_STRONG = re.compile(r"(?:an?|the|any|one of|how|what|when|where|those|that)\b", re.IGNORECASE)
_GERMAN_STRONG = re.compile(
    r"(?:ein(?:e[rnms]?)?|der|die|das|jede[rs]?|wie|was|wenn)\b(?!\s+(?:Stunde|Minute|Jahr|Tag))"
)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_CALLED = re.compile(
    r"\b(?:called|known as|named|termed)\s+(?:the\s+|an?\s+)?"
    r"(\*{1,2}|_{1,2})(?=\S)(?P<term>[^*_\n]+?)(?<=\S)\1"
)
_LINKING = {"a", "an", "the", "of", "in", "to", "for", "and"}


@dataclass(frozen=True, slots=True)
class Definition:
    """term: what is defined, as the notes write it; article: before it; alias: its short or other form; rest: what is
    said of it; marked: whether the notes set the term in bold."""

    term: str
    rest: str
    alias: str = ""
    article: str = ""
    marked: bool = False

    def of(self, asked: set[str]) -> float:
        """How far it defines what these stems name, 0 to 1: "event" is half of "the probability of an event"."""
        by_alias = _share(asked, self.alias)
        head = set(stems(re.split(r" of ", self.term)[0]))
        return max(by_alias, _share(asked, self.term)) if by_alias or head & asked else 0.0


def definition(unit: Quotable) -> Definition | None:
    """What a sentence or item defines, where it does."""
    if unit.kind not in (Kind.SENTENCE, Kind.ITEM, Kind.FORMULA):
        return None
    title = _TITLE.match(unit.text)
    if title and _is_term(term := plain(title["term"]).strip(" .:")):
        return Definition(term, plain(title["rest"]), marked=True)
    if unit.kind is Kind.FORMULA:
        return None
    bold = {term.casefold() for term in emphasised(unit.text)}
    gloss = _GLOSS.match(unit.plain)
    if gloss and (unit.kind is Kind.ITEM or gloss["term"].casefold() in bold) and _is_term(gloss["term"]):
        term = gloss["term"].strip()
        return Definition(term, gloss["rest"], gloss["alias"] or "", marked=term.casefold() in bold)
    return _english(unit, bold) or _german(unit, bold)


def _english(unit: Quotable, bold: set[str]) -> Definition | None:
    copula = _COPULA.match(unit.plain)
    if not copula or not _is_term(copula["term"]):
        return None
    term, alias, article = copula["term"].strip(), copula["alias"] or "", (copula["article"] or "").strip().casefold()
    marked = bool({term.casefold(), f"{term} ({alias})".casefold(), f"{article} {term}".casefold()} & bold)
    if not marked and not _STRONG.match(copula["rest"]):
        return None
    return Definition(term, copula["rest"], alias, article, marked)


def _german(unit: Quotable, bold: set[str]) -> Definition | None:
    """Without its article, which changes with what is said of it."""
    copula = _GERMAN_COPULA.match(unit.plain)
    if not copula or not _is_term(copula["term"], _NO_GERMAN_TERM):
        return None
    term, marked = copula["term"].strip(), copula["term"].strip().casefold() in bold
    if not marked and not _GERMAN_STRONG.match(copula["rest"]):
        return None
    return Definition(term, copula["rest"], copula["alias"] or "", marked=marked)


def emphasised(text: str) -> list[str]:
    """The terms that the notes set in bold, as they write them."""
    return [plain(match[2]) for match in _BOLD.finditer(text)]


def named(text: str) -> list[str]:
    """Terms that a sentence introduces by "called …", set apart by bold or italics."""
    return [match["term"] for match in _CALLED.finditer(text)]


def _share(asked: set[str], name: str) -> float:
    term = set(stems(name)) - _LINKING
    return len(asked) / len(term) if asked and asked <= term else 0.0


def _is_term(term: str, none: re.Pattern[str] = _NO_TERM) -> bool:
    return len(term.split()) <= MAX_TERM_WORDS and none.match(term) is None
