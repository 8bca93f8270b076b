"""From a question to the passages that may answer it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain
from math import log

from studyin.library.languages import ENGLISH, Language, language_of
from studyin.library.slips import parts, spellings
from studyin.library.terms import forms, is_bare_number, stem, stems, subject, words
from studyin.store.materials import Passage
from studyin.store.passage_index import PassageIndex
from studyin.store.passages import PassageStore
from studyin.store.spelling import LONGEST, SHORTEST, is_piece

# Below this share of a question's terms, weighted by rarity, a passage is no answer: where questions that the sample
# notes answer and questions about anything else part. bm25 can't draw this line, it has no absolute meaning.
COVERAGE_FLOOR = 0.34

# Passages of which the best are told, at most: ranking one takes 5 µs. Where more have one of a question's terms, those
# with the rarer terms are ranked, by all of them.
MAX_RANKED = 4_000
# In a larger library, a term that more than this share of the passages have tells nothing.
COMMON_SHARE = 0.25
COMMON_FROM = 400

# Of a question; whatever else it has says little more.
MAX_TERMS = 32
# Of all that was asked about some materials; past it, what is known of them is forgotten and counted anew.
MAX_REMEMBERED = 5_000
MAX_CHOICES = 50

# More passages than are asked for, where two indexes are asked and the better half of both is kept.
WIDER = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a question found. coverage: the share, 0 to 1, of the question's terms it has, rare ones more."""

    passage: Passage
    coverage: float


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question. forms: the folded words that stand for it in the passages, and how far each does, 0 to 1;
    count: passages that have one of them; weight: how much it tells; folded: whether only our own folding finds it."""

    word: str
    forms: Mapping[str, float]
    count: int
    weight: float
    folded: bool


@dataclass(slots=True)
class _Known:
    """What was counted of some materials. size: their passages; counts: how many of those have each word; folded:
    the words that only our own folding finds, where has_folded; spellings: what stands for a word, by language."""

    size: int
    has_folded: bool
    counts: dict[str, int] = field(default_factory=dict)
    folded: set[str] = field(default_factory=set)
    spellings: dict[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)


class Search:
    """FTS5 finds and ranks; how rare each term is among some passages is remembered until the account's change.

    material_ids: the materials that are searched, None for all of the account's.
    """

    def __init__(self, passages: PassageStore, index: PassageIndex) -> None:
        self._passages = passages
        self._index = index
        self._known: dict[str, dict[frozenset[str] | None, _Known]] = {}

    async def find(
        self, account_id: str, question: str, limit: int = 4, *, material_ids: Collection[str] | None = None
    ) -> Sequence[Found]:
        """The best passages, the best first; none where nothing in the materials answers the question."""
        size, terms = await self._terms(account_id, question, material_ids)
        evidence = [term for term in terms if term.count and not is_bare_number(term.word)]
        if not evidence:
            return []
        seen = [term for term in terms if term.count]
        telling = [term for term in seen if term.count <= size * COMMON_SHARE]
        searched = telling if telling and size >= COMMON_FROM else seen
        passages = await self._match(account_id, searched, limit, material_ids)
        found = [Found(passage, coverage(terms, passage)) for passage in passages if coverage(evidence, passage)]
        if any(term.folded for term in searched):
            found = sorted(found, key=lambda each: -each.coverage)[:limit]  # two ranks that can't be compared
        return found if any(each.coverage >= COVERAGE_FLOOR for each in found) else []

    async def whole(
        self, account_id: str, question: str, *, material_ids: Collection[str] | None = None, room: int
    ) -> Sequence[Found] | None:
        """All passages in order, where they have at most `room` characters. Nothing is given half: None otherwise."""
        passages = await self._passages.whole(account_id, material_ids, room)
        if passages is None:
            return None
        _, terms = await self._terms(account_id, question, material_ids)
        return [Found(passage, coverage(terms, passage)) for passage in passages]

    async def spellings(
        self, account_id: str, question: str, *, material_ids: Collection[str] | None = None
    ) -> dict[str, Sequence[str]]:
        """The words that stand for each word of a question's subject in the passages, folded, itself among them."""
        _, terms = await self._terms(account_id, question, material_ids)
        return {term.word: tuple(term.forms) for term in terms}

    async def _match(
        self, account_id: str, terms: Sequence[Term], limit: int, material_ids: Collection[str] | None
    ) -> Sequence[Passage]:
        every = [tuple(term.forms) for term in terms]
        if any(term.folded for term in terms):
            passages = await self._index.match_folded(account_id, chain(*every), limit * WIDER, material_ids)
            known = [form for term in terms if not term.folded for form in term.forms]
            others = await self._index.match(account_id, known, limit * WIDER, material_ids)
            return list({passage.id: passage for passage in (*passages, *others)}.values())
        rarest = _rarest(terms)
        if rarest:
            rest = [form for term in terms if term not in rarest for form in term.forms]
            rare = [form for term in rarest for form in term.forms]
            return await self._index.match(account_id, rare, limit, material_ids, beside=rest)
        passages = await self._index.match_all(account_id, every, limit, material_ids)
        return passages or await self._index.match(account_id, chain(*every), limit, material_ids)

    async def _terms(
        self, account_id: str, question: str, material_ids: Collection[str] | None
    ) -> tuple[int, Sequence[Term]]:
        """How many passages there are, and what is asked for, with how much each word counts."""
        asked = subject(question)[:MAX_TERMS]
        known = await self._count(account_id, asked, material_ids)
        if not known.size:
            return 0, ()
        language = language_of(question, list(words(question)))
        spelt = await self._spellings(account_id, asked, known, language, material_ids)
        return known.size, list(_weighted(asked, known, spelt))

    async def _spellings(
        self,
        account_id: str,
        asked: Sequence[str],
        known: _Known,
        language: Language | None,
        material_ids: Collection[str] | None,
    ) -> Mapping[str, Mapping[str, float]]:
        """How the materials write words of a question that they don't have as they are asked for: those words, and how
        far each may stand for it, 0 to 1. Of languages other than English also other forms of what they do have."""
        found: dict[str, Mapping[str, float]] = {}
        stemmed = language if language and language is not ENGLISH else None
        for word in asked:
            if is_piece(word) or not word.isalpha() or not SHORTEST <= len(word) <= LONGEST:
                continue
            if known.counts[word] and not stemmed:
                continue
            key = (word, language.name if language else "")
            if key not in known.spellings:
                known.spellings[key] = await self._spelt(
                    account_id, word, language, material_ids, missing=not known.counts[word]
                )
            found[word] = known.spellings[key]
        await self._count(account_id, {form for forms in found.values() for form in forms}, material_ids)
        return found

    async def _spelt(
        self,
        account_id: str,
        word: str,
        language: Language | None,
        material_ids: Collection[str] | None,
        *,
        missing: bool,
    ) -> Mapping[str, float]:
        for some in parts(word):
            candidates = await self._index.spelt_like(account_id, material_ids=material_ids, **some)
            found = spellings(word, candidates, language, missing=missing)
            if found or not missing:
                return found
        return {}

    async def rarity(
        self, account_id: str, asked: Iterable[str], *, material_ids: Collection[str] | None = None
    ) -> dict[str, float]:
        """How much each folded word tells: its inverse document frequency among the passages, above 0."""
        every = list(asked)
        known = await self._count(account_id, every, material_ids)
        return {word: _rarity(known.size, known.counts.get(word, 0)) for word in every}

    async def count(self, account_id: str, *, material_ids: Collection[str] | None = None) -> int:
        """How many passages there are."""
        return (await self._count(account_id, (), material_ids)).size

    def forget(self, account_id: str) -> None:
        """The account's passages changed."""
        self._known.pop(account_id, None)

    async def _count(self, account_id: str, asked: Collection[str], material_ids: Collection[str] | None) -> _Known:
        """What is known of the passages, with how many of them have each of the words."""
        choices = self._known.setdefault(account_id, {})
        choice = None if material_ids is None else frozenset(material_ids)
        known = choices.get(choice)
        if known is None:
            if len(choices) >= MAX_CHOICES:
                choices.clear()
            size = await self._passages.count(account_id, choice)
            known = choices[choice] = _Known(size, size > 0 and await self._index.has_folded(account_id))
        if len(known.counts) + len(asked) > MAX_REMEMBERED:
            # Another one, and not this one emptied: who waits for an index just now still reads from this.
            known = choices[choice] = _Known(known.size, known.has_folded)
        missing = {word: forms(word) for word in asked if word not in known.counts}
        if not known.size:
            known.counts |= dict.fromkeys(missing, 0)
        elif missing:
            plainly = {word: its for word, its in missing.items() if not is_piece(word)}
            counted = dict.fromkeys(missing, 0) | await self._index.frequencies(account_id, plainly, choice)
            rest = {word: its for word, its in missing.items() if not counted[word]}
            if rest and known.has_folded:
                folded = await self._index.folded_frequencies(account_id, rest, choice)
                counted |= folded
                known.folded.update(word for word, count in folded.items() if count)
            known.counts |= counted
        return known


def _rarest(terms: Sequence[Term]) -> Sequence[Term]:
    """The rarest terms, as many as can be ranked in a moment; none where even the rarest is too common for that."""
    rarest = sorted(terms, key=lambda term: term.count)
    ranked = list(accumulate(term.count for term in rarest))
    return [term for term, so_far in zip(rarest, ranked, strict=True) if so_far <= MAX_RANKED]


def _weighted(asked: Sequence[str], known: _Known, spelt: Mapping[str, Mapping[str, float]]) -> Iterator[Term]:
    """The terms of a question, each with how much it counts."""
    terms = []
    for word in asked:
        standing = dict.fromkeys(forms(word), 1.0) | dict(spelt.get(word, {}))
        count = max(known.counts[form] for form in (word, *spelt.get(word, ())))
        folded = any(form in known.folded for form in (word, *spelt.get(word, ())))
        terms.append(Term(word, standing, count, _rarity(known.size, count), folded))
    seen = [term.weight for term in terms if term.count]
    # A word that the notes don't have is no rarer than those they do have: it may be chat, or another word for it.
    average = sum(seen) / len(seen) if seen else 0.0
    for term in terms:
        yield term if term.count else replace(term, weight=average)


def _rarity(size: int, count: int) -> float:
    return log((size + 1.5) / (count + 0.5))


def coverage(terms: Iterable[Term], passage: Passage) -> float:
    """The share of the terms, weighted, that the passage has in its headings or below."""
    text = f"{passage.heading} {passage.content}"
    has = set(stems(text))
    met = total = 0.0
    for term in terms:
        total += term.weight
        met += term.weight * max((alike for form, alike in term.forms.items() if _has(text, has, form)), default=0.0)
    return met / total if total else 0.0


def _has(text: str, stemmed: Collection[str], form: str) -> bool:
    return stem(form) in stemmed or (len(form) == 1 and is_piece(form) and form in text)
