"""What a model is to word in a turn: the task that was decided, and what it may use for that.

The task is in our own words. Whatever comes from materials or from the student is data, to be quoted between marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studyin.coach.grading import Verdict
from studyin.coach.lesson import Lesson, Told
from studyin.coach.moves import Move
from studyin.coach.problems import EXAMPLE, ORIENT, RULE, SOLUTION, STEP, TRIED
from studyin.coach.question import Question
from studyin.language import phrase, say
from studyin.library.sentences import sentences

_TASKS = {
    Move.TALK: "This needs no teaching: answer in a sentence or two, to the effect of the draft.",
    Move.ABOUT: "Say what you can do: all that the draft has, as its list, and nothing that it has not.",
    Move.EXPLAIN: "Answer the student's question from the passages.",
    Move.NEAREST: "The passages come near the question and do not answer it. Say so in one line, then help.",
    Move.NOTHING: (
        "Nothing in the student's materials answers this. Say so in one line; then help from general knowledge."
    ),
    Move.OVERVIEW: "Sum up what the passages say, in their order.",
    Move.MORE: "Go on with what the passages say next.",
    Move.ASK_FIRST: (
        "Explain nothing yet, and give away nothing of the answer: the student tries first, as even a wrong guess "
        "helps. Say so in one sentence, and ask."
    ),
    Move.QUIZ: "Ask the student a question, with no more than a few words before it.",
    Move.UNCHECKED: (
        "The student's message follows a question that the materials say nothing to. From general knowledge, and "
        "saying that it is that, judge the answer, give one hint, or tell the answer: whichever is wanted."
    ),
    Move.INSIST: "The student said no more than yes or no. Ask for a real answer, to the effect of the draft.",
    Move.HINT: (
        "The student is stuck. Give the hint, in your own words, and nothing beyond it: never the answer. Never say "
        "how many hints are left."
    ),
    Move.TELL: (
        "The student wants to be told: tell the answer plainly from the passages, without a word about giving up."
    ),
}
_VERDICTS = {
    Verdict.RIGHT: "It is right. Say so, and name what the student had.",
    Verdict.PARTLY: (
        "It is partly right. Say first what the student had, in the student's own words; then what is missing, from "
        "the expected answer, with its source."
    ),
    Verdict.WRONG: "It is not right. Say so kindly, then what the expected answer is, with its source.",
    Verdict.UNCLEAR: (
        "Its words are other than those of the expected answer, so it may be right or wrong. Compare the two with "
        "the student, and quote the source."
    ),
}
_WRONG_WITH_HINT = (
    "It is not right yet. Say so kindly, and give the hint, in your own words, and nothing beyond it: never the "
    "answer. Never say how many hints are left."
)
_RUNGS = {
    TRIED: "Ask what the student has tried. Give no hint, no rule, no step.",
    ORIENT: "Ask one question that shows where to look. Give no rule and no step.",
    RULE: "Give the rule that the problem needs, with its source. Do not apply it to the problem.",
    EXAMPLE: "Work a similar example with other numbers, step by step. Do not work the problem itself.",
    STEP: "Give the next step of the problem alone, and leave all that follows to the student.",
    SOLUTION: "Give the whole solution, step by step. Then at once set a similar problem with other numbers.",
}
_OWN_CLOSING = "End with exactly one question or task for the student, and nothing after it."
_SOME_CLOSING = "End with exactly one question or task for the student, such as the closing one, and nothing after it."
_GIVEN_CLOSING = "End with the closing question, word for word, and nothing after it; ask no other question."

_ANYTHING = phrase("What would you like to look at next?")


@dataclass(frozen=True, slots=True)
class Brief:
    """task: what to do, in our words alone. data: pieces with their names, from materials or the student. opens: the
    question that the reply opens; closing: what it ends with where the model asks nothing. withheld: whether there are
    passages that the model is not shown, so that it can't give them away."""

    move: Move
    task: str
    data: Sequence[tuple[str, str]]
    opens: Question | None
    closing: str
    withheld: bool = False


def brief(lesson: Lesson, told: Told, before: Question | None) -> Brief:
    """before: the question that was open until now."""
    move, after = lesson.move, told.dialogue.pending
    # A problem is the student's own: nobody puts it to the student.
    opens = after if after is not None and after != before and move is not Move.PROBLEM else None
    if after and told.text.endswith(after.text):
        closing = after.text
    else:
        closing = say(_ANYTHING) if move is Move.NOTHING else _last_sentence(told.text)
    return Brief(
        move,
        f"{_task(lesson)} {_closing(move, opens)}",
        [(name, text) for name, text in _data(lesson, told, before, closing) if text],
        opens,
        closing,
        withheld=move in (Move.ASK_FIRST, Move.QUIZ, Move.HINT, Move.INSIST)
        or (move is Move.CHECK and bool(lesson.hint))
        or (move is Move.PROBLEM and lesson.rung < RULE),
    )


def _task(lesson: Lesson) -> str:
    if lesson.move is Move.PROBLEM:
        return f"{_problem(lesson)} Rung {lesson.rung} of the help for it: {_RUNGS[lesson.rung]} Never mention rungs."
    if lesson.move is Move.CHECK and lesson.grade:
        verdict = _WRONG_WITH_HINT if lesson.hint else _VERDICTS[lesson.grade.verdict]
        told = f"The student answers the question that was asked. The answer was compared with the materials: {verdict}"
        return told if lesson.hint else f"{told} Where the message also asks something, answer that in a sentence."
    return _TASKS[lesson.move]


def _problem(lesson: Lesson) -> str:
    attempts, twin = lesson.dialogue.attempts, lesson.dialogue.shown
    which = "the similar problem that you set last" if twin else "a problem of their own"
    if not attempts:
        return f"The student works on {which}."
    return (
        f"The student works on {which}, and has made an attempt: say first, by working it out for yourself, what in it "
        "is right. Where it solves the problem, say so, and set a similar one instead of helping."
    )


def _last_sentence(text: str) -> str:
    last = text.rpartition("\n\n")[2]
    start, end = sentences(last)[-1]
    return last[start:end]


def _closing(move: Move, opens: Question | None) -> str:
    if opens and move is not Move.UNCHECKED:
        return _GIVEN_CLOSING
    return _OWN_CLOSING if move in (Move.NOTHING, Move.PROBLEM, Move.UNCHECKED, Move.QUIZ) else _SOME_CLOSING


def _data(lesson: Lesson, told: Told, before: Question | None, closing: str) -> list[tuple[str, str]]:
    move, grade = lesson.move, lesson.grade
    # All one knows of a topic may come with the wish to be asked for it, while another question is open.
    before = lesson.graded or before
    data = [("what the student had right earlier", "\n".join(f"- {phrase}" for phrase in lesson.dialogue.known))]
    if move in (Move.CHECK, Move.UNCHECKED, Move.TELL, Move.HINT, Move.INSIST) and before:
        data.append(("the question that was asked", before.text))
    if move is Move.PROBLEM and lesson.dialogue.pending:
        data.append(("the problem", lesson.dialogue.pending.text))
    if move is Move.CHECK and grade and before:
        data.append(("right in the answer", "\n".join(f"- {phrase}" for phrase in grade.covered)))
        data.append(("against the materials in the answer", "\n".join(f"- {phrase}" for phrase in grade.against)))
        if not lesson.hint:
            data.append(("missing from the answer", "\n".join(f"- {before.expected[n]}" for n in grade.missing)))
            data.append(("the expected answer", _expected(before)))
    if move is Move.TELL and before:
        data.append(("the expected answer", _expected(before)))
    data.append(("the hint", lesson.hint))
    if move in (Move.TALK, Move.ABOUT, Move.INSIST):
        data.append(("the draft", told.text))
    elif move is not Move.UNCHECKED:
        data.append(("the closing question", closing))
    return data


def _expected(question: Question) -> str:
    return "\n".join([*([question.answer] if question.answer else []), *question.expected])
