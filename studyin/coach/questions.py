"""Questions made from the notes: a gap in a sentence, the items of a list, a cell of a table, an explanation."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from studyin.coach.definitions import definition, emphasised
from studyin.coach.generic import is_generic, is_reference
from studyin.coach.german_meaning import is_german
from studyin.coach.meaning import empty_words
from studyin.coach.numbers import quantities
from studyin.coach.question import Form, Question
from studyin.coach.quotable import Kind, Quotable, statements
from studyin.coach.quoting import quoted
from studyin.coach.shown import NOTHING, Shown
from studyin.language import phrase, say
from studyin.library.english import TELLTALES
from studyin.library.german import GERMAN_COUNTED
from studyin.library.terms import fold, plain, stems, words
from studyin.store.materials import HEADING_SEPARATOR

GAP = "____"

MIN_WORDS = 6
MAX_WORDS = 32
MAX_ITEMS = 8
MAX_ITEM_WORDS = 30
MAX_GAP_WORDS = 5
# A verb or an adjective is guessed from its sentence, or from nothing.
NO_NOUN = -0.65
NOT_TOLD = -0.2
# For a list of so many items.
_WHICH = {
    2: phrase("Which two?"),
    3: phrase("Which three?"),
    4: phrase("Which four?"),
    5: phrase("Which five?"),
    6: phrase("Which six?"),
    7: phrase("Which seven?"),
    8: phrase("Which eight?"),
}
_POINTS = {
    2: phrase("Your notes list two points under *{heading}*. What are they?"),
    3: phrase("Your notes list three points under *{heading}*. What are they?"),
    4: phrase("Your notes list four points under *{heading}*. What are they?"),
    5: phrase("Your notes list five points under *{heading}*. What are they?"),
    6: phrase("Your notes list six points under *{heading}*. What are they?"),
    7: phrase("Your notes list seven points under *{heading}*. What are they?"),
    8: phrase("Your notes list eight points under *{heading}*. What are they?"),
}

_KEY = re.compile(r"\+?\w+:(?P<passage>[^:]+):(?P<start>\d+)-(?P<end>\d+)")
_HIDDEN = re.compile(r"`[^`]*`|\$\$.*?\$\$|\$[^$\n]+?\$|\]\([^)]*\)", re.DOTALL)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])([*_])(?=[^\s*_])([^*_\n]+?)(?<=\S)\3(?![\w*])")
# What stands around the last noun of a phrase: "into the ____ through", "from ____,".
# "9. November 1989", "19. Jahrhundert": the number alone says nothing.
_DATED = re.compile(r"\.\s+([^\W\d_]+)(?:\s+\d{4}\b)?")
_BEFORE_NOUN = re.compile(
    r"\b(?:the|an?|of|in|into|from|with|by|as|called|and|or|to|its|their|on|through|[a-z]+(?:al|ic|ous|ive|ular|ar|ent))\s+$"
)
_BEHIND_NOUN = re.compile(
    r"\s*(?:[.,;:()]|$|(?:of|in|is|are|was|were|and|or|to|from|which|that|by|with|on|at|for|into|as|if|has|have|had|can"
    r"|may|must|will|because|when|\w{2,}(?:ed|[^s]s))\b)"
)
_IS_ADJECTIVE = re.compile(r"(?:al|ic|ous|ive|ular|[ai]ble|ary|less|ful)$")
# "Compares the target and continues in the half".
_BEFORE_VERB = re.compile(r"\b(?:and|or|to|as)\s+$")
_LONG_WORD = re.compile(r"[^\W\d_]{5,}(?:-[^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Candidate:
    question: Question
    score: float


def candidates(
    units: Sequence[Quotable],
    rarity: Mapping[str, float],
    level: int,
    known: frozenset[str] = frozenset(),
    above: Shown = NOTHING,
) -> list[Candidate]:
    """Every question that can be made from these pieces, the best first. level: 1 (beginner) to 5 (expert).

    A beginner is asked for what is missing in a sentence, an expert to explain. known: stems that the student said
    already; a gap for one of them is hardly a question. above: what will be read right before; what stands there is
    never asked for as a gap.
    """
    made: list[Candidate] = []
    for unit in units:
        if unit.is_about_the_text:
            continue
        if unit.kind is Kind.LIST:
            made += _of_list(unit, level)
        elif unit.kind is Kind.TABLE:
            made += _of_table(unit, above)
        elif unit.kind in (Kind.SENTENCE, Kind.ITEM) and MIN_WORDS <= unit.words <= MAX_WORDS:
            made += _explanations(unit, level)
            if unit.kind is Kind.SENTENCE or not unit.plain[:1].islower() or definition(unit):
                made += _gaps(unit, rarity, level, known, above)
        elif unit.kind is Kind.FORMULA:
            made += _explanations(unit, level)
    return sorted(made, key=lambda each: -each.score)


def first_new(made: Sequence[Candidate], asked: Collection[str], *, again: bool = True) -> Question | None:
    """The best that was not asked yet. again: in the end also about a sentence that was asked about in another form."""
    new = [each.question for each in made if each.question.key not in asked]
    fresh = [question for question in new if not any(meets(question.key, key) for key in asked)]
    return next(iter(fresh or (new if again else [])), None)


def meets(key: str, other: str) -> bool:
    """Whether two questions are about the same place in a passage: a sentence, or a list and one of its items."""
    mine, its = _KEY.match(key), _KEY.match(other)
    if not mine or not its or mine["passage"] != its["passage"]:
        return False
    return int(mine["start"]) < int(its["end"]) and int(its["start"]) < int(mine["end"])


def explain(text: str, units: Sequence[Quotable]) -> Question:
    """A question in the student's own words, answered by these pieces."""
    return _question(Form.EXPLAIN, text, units[0], expected_of(units))


def in_place_of_gap(question: Question) -> Question:
    """A question about the same sentence that its words do not answer yet."""
    place = f"*{question.heading.rpartition(HEADING_SEPARATOR)[2] or question.filename}*"
    text = say("How would you put what your notes say under {place} in your own words?", place=place)
    key = question.key.replace(Form.GAP, Form.EXPLAIN, 1)
    return replace(question, form=Form.EXPLAIN, text=text, answer="", key=key)


def expected_of(units: Sequence[Quotable]) -> tuple[str, ...]:
    """What the notes say in these pieces, sentence by sentence: whoever meets one of them well has answered."""
    found: list[str] = []
    # Code is shown, and not said in one's own words.
    told = [unit for unit in units if unit.kind is not Kind.CODE]
    for unit in told or units:
        if unit.kind in (Kind.SENTENCE, Kind.ITEM):
            found += [unit.text[start:end] for start, end in statements(unit.text)]
        else:
            found.append(unit.text)
    return tuple(found)


def start_of(question: Question) -> int:
    """Where in its passage the piece stands that a question is about."""
    match = _KEY.match(question.key)
    return int(match["start"]) if match else -1


def passage_of(key: str) -> str:
    """The passage that a question's key names; empty for one of no passage."""
    match = _KEY.match(key)
    return match["passage"] if match else ""


def _question(form: Form, text: str, unit: Quotable, expected: tuple[str, ...], answer: str = "") -> Question:
    passage = unit.passage
    key = f"{form}:{unit.place}"
    return Question(form, text, expected, passage.id, passage.filename, passage.heading, answer, key)


def _of_list(unit: Quotable, level: int) -> Iterator[Candidate]:
    texts = unit.item_texts
    if not 2 <= len(texts) <= MAX_ITEMS or any(len(text.split()) > MAX_ITEM_WORDS for text in texts):
        return
    introduction = unit.passage.content[unit.start : unit.lead].strip()
    if introduction and len(introduction.split()) <= 16:
        text = f"{quoted(introduction)}\n\n{say(_WHICH[len(texts)])}"
    else:
        text = say(_POINTS[len(texts)], heading=unit.passage.title)
    score = 2.6 if level >= 3 else 1.6
    if re.search(r"\b(?:this|these|that|it|sie|er|es|diese[rnms]?|dabei)\b", introduction, re.IGNORECASE):
        score -= 0.8  # it points at something that the question doesn't show
    yield Candidate(_question(Form.LIST, text, unit, tuple(texts)), score)


def _of_table(unit: Quotable, above: Shown) -> Iterator[Candidate]:
    """A cell, by the names of its row and its column."""
    rows = unit.passage.content[unit.lead : unit.end].split("\n")
    header, *lines = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in (rows[0], *rows[2:])]
    for number, cells in enumerate(lines):
        for column, cell in enumerate(cells[1:], start=1):
            if not cell or column >= len(header) or not header[column] or not cells[0] or len(cell.split()) > 6:
                continue
            if above.gives(plain(cell)):
                continue
            text = say(
                "In the table under *{heading}*, what stands for **{column}** at **{row}**?",
                heading=unit.passage.title,
                column=header[column],
                row=cells[0],
            )
            expected = (f"{rows[0]}\n{rows[1]}\n{rows[number + 2]}",)
            made = _question(Form.GAP, text, unit, expected, plain(cell))
            yield Candidate(replace(made, key=f"{made.key}:{number}:{column}"), 1.9 - 0.02 * (number + 3 * column))


def _explanations(unit: Quotable, level: int) -> Iterator[Candidate]:
    defined = definition(unit)
    if defined is None or unit.leans:
        return
    # In notes that set their terms in bold, what isn't bold is no term: "the products of one process are …".
    if not defined.marked and (emphasised(unit.passage.content) or " of " in defined.term):
        return
    term = f"{defined.article} {defined.term}".strip()
    text = say("How would you explain **{term}** in your own words?", term=term)
    yield Candidate(_question(Form.EXPLAIN, text, unit, (unit.text,)), 2.4 + 0.3 * (level - 3))


def _gaps(
    unit: Quotable, rarity: Mapping[str, float], level: int, known: frozenset[str], above: Shown
) -> Iterator[Candidate]:
    """The sentence with its most telling term or number left out; its heading is said with the question."""
    text = unit.text
    hidden = [match.span() for match in _HIDDEN.finditer(text)]
    title = set(stems(unit.passage.title))
    best: tuple[float, str] | None = None
    for value, span in _blanks(text, rarity):
        answer = plain(text[slice(*span)])
        if any(a < span[1] and span[0] < b for a, b in hidden) or not answer or len(answer.split()) > MAX_GAP_WORDS:
            continue
        said = set(stems(answer))
        if said <= title or above.gives(answer):
            continue
        score = value - (1.0 if said <= known else 0.0) - (0.5 if unit.leans else 0.0)
        if best is None or score > best[0]:
            best = (score, text[slice(*span)])
    if best is None or best[0] < 1.0:
        return
    score, blank = best
    gapped = _without(text, blank)
    shown = f"{say('What belongs in the gap?')}\n\n{quoted(gapped)}"
    yield Candidate(
        _question(Form.GAP, shown, unit, (text,), plain(blank)),
        score - 0.3 * (level - 3) - (0.2 if unit.words > 24 else 0),
    )


def _blanks(text: str, rarity: Mapping[str, float]) -> Iterator[tuple[float, tuple[int, int]]]:
    """What could be left out of a sentence, and how good a question that makes."""
    most = max(rarity.values(), default=1.0) or 1.0
    for match in _EMPHASIS.finditer(text):
        # "**Theorem.** Every …" is a title.
        if not plain(match[0]).endswith("."):
            yield 2.3, match.span()
    for number in quantities(text):
        if is_reference(text[: number.start]):
            continue
        dated = _DATED.match(text, number.end)
        if dated and dated[1].casefold() in GERMAN_COUNTED:
            yield 2.2, (number.start, dated.end())
            continue
        year = 1000 <= number.low <= 2100 and not number.unit
        if number.low > 2 or number.unit or number.low != number.high:
            yield (1.6 if year else 2.2), (number.start, number.end)
        elif number.low == 2:
            yield 1.4, (number.start, number.end)
    german, is_english = is_german(text), not TELLTALES.isdisjoint(words(text))
    empty, is_noun = empty_words(text, german=german), _nouns(text, german=german)
    for match in _LONG_WORD.finditer(text):
        word = fold(match[0])
        if word in empty or is_generic(word, german=german) or (not german and word.endswith(("ly", "ing", "ed"))):
            continue
        # What tells a noun is known of English and German.
        otherwise = NO_NOUN if german or is_english else NOT_TOLD
        yield 1.0 + 0.6 * rarity.get(word, 0.0) / most + (0.3 if is_noun(match) else otherwise), match.span()


def _nouns(text: str, *, german: bool) -> Callable[[re.Match[str]], bool]:
    """What tells a noun in this text: a word's neighbours, or its capital where German has one, but for the first."""
    if german:
        return lambda match: match.start() > 0 and match[0][0].isupper()
    return lambda match: bool(
        not _IS_ADJECTIVE.search(match[0])
        and _BEFORE_NOUN.search(text[: match.start()])
        and _BEHIND_NOUN.match(text, match.end())
        and not (match[0].endswith("s") and _BEFORE_VERB.search(text[: match.start()]))
    )


def gap_at(text: str, word: str) -> tuple[str, str] | None:
    """A sentence with a folded word left out, and what stood there: with the rest of its emphasised phrase, as that is
    the term. None where the word can't be taken out: it stands in a formula, in code, or in another form."""
    hidden = [match.span() for match in _HIDDEN.finditer(text)]
    terms = [match for match in _EMPHASIS.finditer(text) if len(match[0].split()) <= MAX_GAP_WORDS]
    for match in re.finditer(r"[^\W_]+(?:[-'’][^\W_]+)*", text):
        if word not in (fold(match[0]), *words(match[0])) or any(
            a < match.end() and match.start() < b for a, b in hidden
        ):
            continue
        blank = next((term[0] for term in terms if term.start() < match.start() < term.end()), match[0])
        return _without(text, blank), plain(blank)
    return None


def _without(text: str, blank: str) -> str:
    return re.sub(rf"(?<!\w)(?:{re.escape(blank)}|{re.escape(plain(blank))})(?!\w)", GAP, text)
