"""How a model's reply ends: with exactly one question or task, and the dialogue knowing which one that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from studyin.coach.answer import Picker
from studyin.coach.brief import Brief
from studyin.coach.dialogue import Dialogue
from studyin.coach.lesson import Lesson, Told, your_turn
from studyin.coach.moves import Move
from studyin.coach.question import Form, Question
from studyin.coach.questions import GAP, explain, in_place_of_gap
from studyin.coach.shown import shown
from studyin.library.search import MAX_TERMS, Found
from studyin.library.sentences import sentences
from studyin.library.terms import plain, stem, subject

# A model that was given a question may put it a little differently: with so many words in common it is the same (Dice's
# coefficient).
SAME = 0.6
# A question of the model's own is one to be graded where its passages have so much of it.
ANSWERED = 0.6
MAX_QUESTION = 400

_CITATION = re.compile(r"\s*\[\[\d+\]\]")
_ASKS = re.compile(r"[?？][\"'”’»)\]*_]*$")
_TASK = re.compile(
    r"[\W\d]*(?:your turn\W+|now,? |next,? |please |then )*(?:explain|describe|try|name|list|compare|write|think"
    r"|tell me|give|calculate|compute|find|work out|sketch|solve|say|summari[sz]e|complete|fill|show|put|use|pick"
    r"|choose)\b",
    re.IGNORECASE,
)
_GERMAN_TASK = re.compile(
    r"[\W\d]*(?:(?:du bist dran|jetzt|nun|bitte|dann|als nächstes|versuche?)\W+)*"
    r"(?:erkläre?|beschreibe?|versuche?|nenne?|liste|vergleiche?|schreibe?|denke?|überlege?|sage?|gib|berechne|finde"
    r"|bestimme|skizziere|löse?|fasse?|ergänze|fülle?|zeige?|wähle?|formuliere|probiere?|setze?|begründe|zähle?|ordne"
    r"|zeichne|rechne|definiere?)\b",
    re.IGNORECASE,
)
_QUOTE_MARK = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)


async def close(lesson: Lesson, told: Told, brief: Brief, reply: str, found: Sequence[Found]) -> tuple[str, Dialogue]:
    """What has to be added to a reply (nothing where it asks), and the dialogue after it.

    A model that asks something else than it was given is taken at its word where its passages answer that, so that an
    answer can be graded; else the question that was decided on is asked.
    """
    asked, after = asks(reply), told.dialogue
    if brief.opens is None:
        if not asked:
            return brief.closing, after
        if after.pending is None and lesson.move in (Move.NOTHING, Move.QUIZ):
            after = after.asking(_of_the_models_own(asked), shown=False)
        return "", after
    if asked and is_same(reply, brief.opens):
        return "", after
    opens = brief.opens
    if opens.form is Form.GAP and shown(reply).gives(opens.answer):
        # The model has said what was to be asked for.
        opens = in_place_of_gap(opens)
        after = replace(after, pending=opens, asked=(*after.asked[:-1], opens.key))
    if not asked:
        return your_turn(opens.text), after
    own = await _graded(lesson, asked, found)
    if own is None and lesson.move is Move.UNCHECKED:
        own = _of_the_models_own(asked)
    if own is None:
        return your_turn(opens.text), after
    return "", replace(after, pending=own, asked=(*after.asked[:-1], own.key))


def asks(reply: str) -> str:
    """The question or task that a reply ends with, in a line; empty where it ends with none."""
    text = _CITATION.sub("", reply).strip()
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    if not blocks:
        return ""
    if GAP in blocks[-1]:
        return " ".join(_QUOTE_MARK.sub("", "\n".join(blocks[-2:])).split())[-MAX_QUESTION:]
    last = _QUOTE_MARK.sub("", blocks[-1])
    said = [last[start:end] for start, end in sentences(last)][-2:]
    for sentence in reversed(said):
        if _ASKS.search(sentence):
            return plain(sentence)[-MAX_QUESTION:]
    is_task = bool(said) and any(task.match(said[-1]) for task in (_TASK, _GERMAN_TASK))
    return plain(said[-1])[:MAX_QUESTION] if is_task else ""


def is_same(reply: str, question: Question) -> bool:
    """Whether the end of a reply asks this question, in these words or nearly."""
    blocks = [block for block in _CITATION.sub("", reply).strip().split("\n\n") if block.strip()]
    parts = question.text.count("\n\n")  # what is quoted with a question stands in a block of its own
    end = "\n\n".join(blocks[-1 - parts :]) if parts else asks(reply)
    if (GAP in question.text) != (GAP in end):
        return False
    wanted, said = (set(map(stem, subject(plain(text)))) for text in (question.text, end))
    return 2 * len(wanted & said) >= SAME * (len(wanted) + len(said))


async def _graded(lesson: Lesson, asked: str, found: Sequence[Found]) -> Question | None:
    """A question that a model thought of, with what its passages say to it."""
    weights = await lesson.library.rarity(lesson.account_id, subject(asked)[:MAX_TERMS])
    picker = Picker(asked, weights)
    best = next(iter(picker.score(found)), None)
    if best is None or best.coverage < ANSWERED:
        return None
    return explain(asked, [best.unit])


def _of_the_models_own(asked: str) -> Question:
    """One that the notes say nothing to; its answer is not graded."""
    return Question(Form.EXPLAIN, asked, (), "", "", key=f"{Form.EXPLAIN}::0-0")
