"""Cards cut from the notes: of what an answer missed, or of a sentence that the student wants to keep."""

from __future__ import annotations

from collections.abc import Mapping

from studyin.coach.grading import Grade, Verdict
from studyin.coach.keys import Said, keys
from studyin.coach.question import Form, Question
from studyin.coach.questions import GAP, candidates, gap_at
from studyin.coach.quotable import Kind, quotables
from studyin.coach.quoting import JOINER
from studyin.language import say
from studyin.library.terms import plain
from studyin.store.materials import Passage
from studyin.store.proposals import Proposal, Source

# Questions that a card can ask again on another day.
CARD_FORMS = (Form.GAP, Form.LIST, Form.EXPLAIN)
# More would be work, and not an offer.
MOST = 2


def missed(
    question: Question, answer: str, graded: Grade, rarity: Mapping[str, float], passage: Passage | None
) -> list[Proposal]:
    """Cards of what an answer lacks, at most two; none of a right one. answer: empty where there was none.

    Who had part of a sentence gets it back with the term left out that was missing, who had nothing is asked the
    question again. passage: where the question is from, None where that is no longer among the materials.
    """
    if graded.verdict is Verdict.RIGHT:
        return []
    source = source_of(passage) if passage else None
    whole = "\n\n".join(question.expected)
    if question.form is Form.GAP:
        return [Proposal(Form.GAP, _gapped(question), question.answer, whole, source)]
    if question.form is Form.LIST:
        items = "\n".join(f"- {item}" for item in question.expected)
        return [Proposal(Form.LIST, question.text, items, items, source)]
    lacking = [question.expected[n] for n in graded.missing] or list(question.expected)
    cards: list[Proposal] = []
    if graded.verdict is Verdict.PARTLY:
        # "Its inner membrane is ____": whose? Nobody knows on another day.
        leaning = {unit.text for unit in quotables(passage) if unit.leans} if passage else set()
        for sentence in lacking:
            cut = None if sentence in leaning else _cut(sentence, question, answer, rarity)
            if cut:
                cards.append(Proposal(Form.GAP, *cut, sentence, source))
    return cards[:MOST] or [
        Proposal(Form.EXPLAIN, question.alone or question.text, "\n\n".join(lacking), whole, source)
    ]


def of_sentence(passage: Passage, sentence: str, rarity: Mapping[str, float]) -> Proposal:
    """A card of a sentence in a passage: the best gap in it, or else what its heading says, as a question."""
    wanted = _letters(sentence)
    units = [unit for unit in quotables(passage) if _letters(unit.text) and _letters(unit.text) in wanted]
    # A level of 1: a gap is the easiest question, and here the surest.
    for made in candidates([unit for unit in units if unit.kind is not Kind.LIST], rarity, 1):
        question = made.question
        if question.form is Form.GAP and GAP in question.text:
            return Proposal(Form.GAP, _gapped(question), question.answer, question.expected[0], source_of(passage))
    front = say("What do your notes say under *{heading}*?", heading=passage.title)
    return Proposal(Form.EXPLAIN, front, sentence, sentence, source_of(passage))


def places_of(quotation: str, content: str) -> list[tuple[int, int]]:
    """From where to where the pieces of a card's quotation stand in a passage, in order; empty where one is missing."""
    pieces = [piece.removeprefix("- ") for piece in quotation.split("\n\n" if "\n\n" in quotation else "\n")]
    if quotation in content:
        pieces = [quotation]
    starts = [content.find(piece) for piece in pieces]
    if not quotation or min(starts) < 0:
        return []
    return sorted((start, start + len(piece)) for start, piece in zip(starts, pieces, strict=True))


def source_of(passage: Passage) -> Source:
    return Source(passage.material_id, passage.position, passage.filename, passage.heading, passage.page)


def _gapped(question: Question) -> str:
    """The sentence with its gap, without the words and the marks that it is asked with in a conversation."""
    lead, _, quote = question.text.partition("\n\n> ")
    return quote.replace("\n> ", "\n").replace("\n>", "\n").replace(JOINER, "") if GAP in quote else lead


def _cut(sentence: str, question: Question, answer: str, rarity: Mapping[str, float]) -> tuple[str, str] | None:
    """A sentence with the most telling term left out that the answer lacks, and that term."""
    asked, told = Said(plain(question.text)), Said(answer)
    lacking = [key for key in keys(sentence, rarity, asked) if not key.quantity and not key.means & told.means]
    for key in sorted(lacking, key=lambda key: -key.weight):
        cut = gap_at(sentence, key.word)
        if cut:
            return cut
    return None


def _letters(text: str) -> str:
    """What a text says, whatever its marks and blanks."""
    return "".join(letter for letter in plain(text).casefold() if letter.isalnum())
