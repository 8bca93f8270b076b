"""The ladder for a problem that a student brings: from what they tried up to the whole solution, and then its twin.

What each rung may give away is decided here. The notes coach fills the rungs with quotations, and can't work out a
solution; a model words them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from studyin.coach.answer import Picked, Picker
from studyin.coach.base import Profile
from studyin.coach.intent import Intent
from studyin.coach.lesson import Lesson, Told, count, place_of
from studyin.coach.moves import Move
from studyin.coach.question import Form, Question
from studyin.coach.questions import expected_of
from studyin.coach.quotable import Quotable, quotables
from studyin.language import say
from studyin.library.search import MAX_TERMS, Found
from studyin.library.terms import subject

# The rungs of COACH.md.
TRIED, ORIENT, RULE, EXAMPLE, STEP, SOLUTION = range(6)
START = {Profile.FAST: EXAMPLE, Profile.STUDY: ORIENT, Profile.DEEP: TRIED}

MAX_PROBLEM = 2_000
# Passages whose sentences are compared, and the pieces of them that are quoted.
POOL = 6
MOST = 2
QUOTES_SHARE = 0.6
# A text with numbers in it and a question is a problem from so many words on; a shorter one asks for a fact.
STORY_WORDS = 12

_POLITE = (
    r"\W*(?:(?:please|now|ok(?:ay)?|so|help me|(?:can|could|would) you|how (?:do|can|would) (?:i|you|we)|bitte|jetzt"
    r"|hilf mir[ ,]+und)[ ,]+)*"
)
_SOLVE = re.compile(
    rf"{_POLITE}(?:solve|calculate|compute|evaluate|simplify|factori[sz]e|factor|differentiate|integrate|expand|convert"
    r"|balance|work out|determine|find|prove|show that"
    r"|löse?|berechne|bestimme|vereinfache|faktorisiere|differenziere|integriere|beweise?|zeige?,? dass|rechne|finde"
    r"|gleiche)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\W*(?:my |this )?(?:home ?work |practice )?(?:problem|exercise|(?:haus|übungs|rechen)?aufgabe|übung)(?: \d+\w?)?"
    r"\s*[:.]",
    re.IGNORECASE,
)
_TELLING = re.compile(r"[^\W\d_]{3,}(?:[-'’][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# What only stands where there is something to work out.
_TO_WORK_OUT = re.compile(r"\d\s*[-+*/^=×·÷%]|[=^√∫∑]|\\(?:frac|int|sum|sqrt|lim)|→|->")
_ASKS = re.compile(
    r"\b(?:how (?:many|much|far|long|fast|likely|big|old|often|high)|what(?:'s| is| are| was| will)|find|which"
    r"|wie (?:viele?|groß|weit|lange?|schnell|wahrscheinlich|alt|hoch|oft|schwer)|was (?:ist|sind)|welche[rsn]?)\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:example|for instance|e\.g\.|suppose|imagine|say|let"
    r"|beispiel|z\. ?b\.|angenommen)(?!\w)|=",
    re.IGNORECASE,
)


def is_problem(text: str) -> bool:
    """Whether a message poses something to be worked out, rather than asks about a subject."""
    said = text[:MAX_PROBLEM]
    if _LABEL.match(said):
        return True
    numbers = len(_NUMBER.findall(said))
    if _SOLVE.match(said):
        return bool(_TO_WORK_OUT.search(said)) or numbers >= 2
    return numbers >= 2 and len(said.split()) >= STORY_WORDS and "?" in said and _ASKS.search(said) is not None


async def pose(lesson: Lesson, problem: str, *, direct: bool) -> Told:
    """Take up a problem on the rung where its mode starts. direct: the solution is wanted at once."""
    found, picked = await _look_up(lesson, problem)
    passage = picked.best.passage if picked else None
    question = Question(
        Form.PROBLEM,
        problem[:MAX_PROBLEM],
        expected_of(picked.core) if picked else (),
        passage.id if passage else "",
        passage.filename if passage else "",
        passage.heading if passage else "",
        key=f"{Form.PROBLEM}:{passage.id if passage else ''}:0-0",
    )
    lesson.dialogue = replace(lesson.dialogue.asking(question, shown=False), topic=problem[:300])
    return _stand(lesson, question, SOLUTION if direct else START[lesson.profile], found, picked)


async def follow(lesson: Lesson, question: Question, intent: Intent) -> Told | None:
    """One rung up for an attempt or a hint, the last one for "just tell me"; None for anything else."""
    if intent not in (Intent.ATTEMPT, Intent.HINT, Intent.TELL):
        return None
    rung = SOLUTION if intent is Intent.TELL else min(lesson.dialogue.rung + 1, SOLUTION)
    if intent is Intent.ATTEMPT:
        lesson.dialogue = replace(lesson.dialogue, attempts=lesson.dialogue.attempts + 1)
    found, picked = await _look_up(lesson, question.text)
    return _stand(lesson, question, rung, found, picked)


async def _look_up(lesson: Lesson, problem: str) -> tuple[Sequence[Found], Picked | None]:
    # An x finds every formula of the notes, and a 3 every list: the words tell what kind of problem it is.
    said = " ".join(_TELLING.findall(_SOLVE.sub("", problem)))
    found = await lesson.library.find(lesson.account_id, said, POOL) if said else []
    weights = await lesson.library.rarity(lesson.account_id, subject(said)[:MAX_TERMS])
    return found, Picker(said, weights).pick(found, most=MOST, room=int(lesson.cap * QUOTES_SHARE))


def _stand(lesson: Lesson, question: Question, rung: int, found: Sequence[Found], picked: Picked | None) -> Told:
    """The reply on a rung. Behind the last one a problem of the same kind waits, with a ladder of its own."""
    lesson.move, lesson.rung = Move.PROBLEM, rung
    if rung >= RULE:
        lesson.sources.expect(found)
    lead, units, closing = _said(rung, picked)
    room = lesson.cap - count(lead) - count(closing)
    quotes = lesson.quote(units, room) if units else ""
    if rung < SOLUTION:
        return lesson.told(replace(lesson.dialogue, rung=rung), lead, quotes, closing)
    twin = lesson.dialogue.asking(question, shown=True, rung=START[lesson.profile])
    return lesson.told(twin, lead, quotes, closing)


def _said(rung: int, picked: Picked | None) -> tuple[str, Sequence[Quotable], str]:
    """What the notes coach says on a rung, what it quotes, and the question that ends it."""
    if rung == TRIED:
        return (
            say("Before any rule comes your own start."),
            (),
            say("What have you tried so far, and where did it stop?"),
        )
    if picked is None:
        closing = say("Which rule could help here?") if rung < SOLUTION else say("Which part of it shall we look at?")
        return say("Your notes have no rule for this, and without them I can't work it out."), (), closing
    place, example = place_of(picked.best.passage), _example(picked)
    if example:
        an_example = say("An example from your notes:")
    else:
        an_example = say("Your notes have no example of this; the rule is:")
    told: dict[int, tuple[str, Sequence[Quotable], str]] = {
        ORIENT: (
            say("Look at what your notes say under {place}.", place=place),
            (),
            say("Which rule there fits your problem?"),
        ),
        RULE: (say("The rule, as your notes have it:"), picked.core, say("How does it apply to your problem?")),
        EXAMPLE: (an_example, example or picked.core, say("Can you do the same with your problem?")),
        STEP: (
            say("I can't take a step for you, as I only quote. It begins here:"),
            picked.core,
            say("What is your next step?"),
        ),
        SOLUTION: (
            say("I can't work out a solution, as I only quote. All that your notes have to it:"),
            picked.units,
            say("Now change one number of the problem: what comes out then?"),
        ),
    }
    return told[rung]


def _example(picked: Picked) -> list[Quotable]:
    """A piece near the rule that shows it at work."""
    core = picked.core
    units = [unit for unit in quotables(picked.best.passage) if not any(unit.overlaps(other) for other in core)]
    return [unit for unit in units if _EXAMPLE.search(unit.plain)][:1]
