"""Practice in the chat: the cards that are due, asked one after the other, graded, and rated by the grade."""

from __future__ import annotations

import re
from dataclasses import replace

from studyin.coach import checking
from studyin.coach.cards import Deck, Rating
from studyin.coach.dialogue import Dialogue, Offering
from studyin.coach.grading import Verdict
from studyin.coach.intent import Intent, Message, is_yes_or_no
from studyin.coach.ladder import LAST_HINT, WHERE
from studyin.coach.lesson import Lesson, Told, Upcoming, count
from studyin.coach.phrases import english
from studyin.coach.question import Form, Question
from studyin.coach.questions import GAP
from studyin.coach.quoting import quoted
from studyin.coach.welcoming import STILL_OPEN
from studyin.language import phrase, say, say_number
from studyin.library.terms import plain
from studyin.store.cards import Card
from studyin.store.materials import HEADING_SEPARATOR

# Cards that are looked through for one that was not asked yet in this round.
LOOK_THROUGH = 100
# A back of so few words is a term, and graded as one.
MAX_TERM_WORDS = 3

_QUIZ = phrase("Say *quiz me* for questions on your notes.")

_CARD = re.compile(r"card:(?P<id>[0-9a-f]{32}):(?P<number>\d+)")
_NAMES_CARDS = re.compile(
    r"/?(?:(?:please|can you|could you|let'?s|let me|i want to|start|do|go through|show me|ask me|me|us|my|the|some|all"
    r"|quiz|test|drill|practi[cs]e|practi[cs]ing|review|revise|repeat|on|with|about|of|due|today'?s|\d+) )*"
    r"(?:flash ?)?cards(?: (?:please|that are due|which are due|due|now|today))*",
    re.IGNORECASE,
)
_BARE = re.compile(r"/?(?:let'?s )?practi[cs]e(?: now| please)?", re.IGNORECASE)


class Wish:
    """Whether a message wants to practise cards: it names them, or says no more than "practise"."""

    def __init__(self, text: str) -> None:
        said = " ".join(english(text).split()).strip(" .!?…").replace("’", "'")
        self.names_cards = _NAMES_CARDS.fullmatch(said) is not None
        self.is_bare = _BARE.fullmatch(said) is not None


def is_card(question: Question | None) -> bool:
    return question is not None and _CARD.fullmatch(question.key) is not None


def review_of(question: Question) -> tuple[str, int]:
    """Which card a question is, and which review of it its answer is."""
    match = _CARD.fullmatch(question.key)
    if match is None:
        raise ValueError("the question is no card's")
    return match["id"], int(match["number"])


def rating_of(verdict: Verdict, before: Dialogue) -> Rating | None:
    """How a card was remembered. before: the dialogue in which it was open.

    What was right at a second try, or after more of a hint than its heading, was not remembered. None where the grader
    can't tell: the student is shown the back, and the card stays due.
    """
    if verdict is Verdict.UNCLEAR:
        return None
    alone = before.attempts == 0 and before.rung <= WHERE
    return Rating.GOOD if verdict is Verdict.RIGHT and alone else Rating.AGAIN


async def begin(lesson: Lesson, deck: Deck) -> Told | None:
    """The first card that is due; None where none is."""
    lesson.dialogue = replace(lesson.dialogue, quiz="")
    first = await _next(lesson, deck, asked=())
    if first is None:
        return None
    due = (await deck.pending(lesson.account_id)).due
    cards = say_number(due, "One card is due.", "{number} cards are due.")
    return lesson.told(first.dialogue, f"{cards} {first.text}")


async def nothing_due(lesson: Lesson, deck: Deck) -> Told:
    """To who wants to practise where no card is due: how to come by one, and the offer of questions on the notes."""
    there = (await deck.pending(lesson.account_id)).all
    if there:
        said = say("No card is due now.")
    else:
        said = say(
            "You have no cards yet. I offer one whenever an answer lacks something, and “Save as card” under a reply "
            "makes one of what it quotes."
        )
    pending = lesson.dialogue.pending
    if pending:
        return lesson.told(lesson.dialogue, f"{said} {say(STILL_OPEN)}", pending.text)
    if not await lesson.library.count(lesson.account_id):
        return lesson.told(lesson.dialogue, f"{said} {say(_QUIZ)}")
    dialogue = lesson.dialogue.offering(Offering.QUIZ)
    return lesson.told(dialogue, said, say("Shall I quiz you on your notes instead?"))


async def answered(lesson: Lesson, deck: Deck, card: Question, message: Message) -> Told | None:
    """What follows a card: the answer graded, a hint, the back; then the next card. None where it is no answer."""
    if message.intent not in (Intent.ATTEMPT, Intent.HINT, Intent.TELL, Intent.SKIP):
        return None
    if message.intent is Intent.HINT and lesson.dialogue.rung < LAST_HINT:
        return await checking.give_hint(lesson, card)
    if message.intent is Intent.ATTEMPT and not checking.is_answer(card, message):
        return checking.ask_for_more(lesson, card) if is_yes_or_no(message.about) else None
    asked = (*lesson.dialogue.asked, card.key)
    lesson.upcoming = await _next(lesson, deck, asked=asked, behind=card) or _finished(lesson)
    if message.intent is Intent.ATTEMPT:
        return await checking.attempt(lesson, card, message.about)
    if message.intent is Intent.SKIP:
        return lesson.told(lesson.upcoming.dialogue, lesson.upcoming.text)
    return await checking.tell(lesson, card)


def _finished(lesson: Lesson) -> Upcoming:
    dialogue = lesson.dialogue.asking(None, shown=False)
    return Upcoming(f"{say('That was the last card that is due.')} {say(_QUIZ)}", dialogue)


async def _next(lesson: Lesson, deck: Deck, asked: tuple[str, ...], behind: Question | None = None) -> Upcoming | None:
    """The longest due card that is not among these questions, and not cut from the sentence that the one before shows,
    where there is another one. behind: the card before."""
    waiting: Question | None = None
    for card in (await deck.due(lesson.account_id, limit=LOOK_THROUGH)).cards:
        question = await _question(lesson, card)
        if question.key in asked:
            continue
        if behind is None or not _shows(behind, question):
            return _upcoming(lesson, question)
        waiting = waiting or question
    return _upcoming(lesson, waiting) if waiting else None


def _shows(before: Question, question: Question) -> bool:
    """Whether what was quoted behind a card is what another one asks for."""
    read, wanted = plain(" ".join(before.expected)), [plain(part) for part in question.expected]
    return any(part in read or read in part for part in wanted if part)


def _upcoming(lesson: Lesson, question: Question) -> Upcoming:
    dialogue = lesson.dialogue.asking(question, shown=False, rung=0)
    heading = question.heading.rpartition(HEADING_SEPARATOR)[2] or question.filename
    lead = say("**Card**, from *{heading}*:", heading=heading) if heading else say("**Card:**")
    return Upcoming(f"{lead}\n\n{question.text}", dialogue)


async def _question(lesson: Lesson, card: Card) -> Question:
    """A card as the question that the coach asks, answers being graded against what the notes say."""
    text, source = card.text, card.text.source
    form = Form(text.form)
    if form is Form.EXPLAIN and count(text.back) <= MAX_TERM_WORDS:
        form = Form.GAP
    if form is Form.LIST:
        expected = tuple(line.removeprefix("- ") for line in text.back.splitlines() if line.strip())
    else:
        expected = (text.quotation or text.back,) if form is Form.GAP else tuple(text.back.split("\n\n"))
    passage = None
    if source:
        # By its place: a file that is read anew gets new passages.
        after = source.position - 1
        there = await lesson.library.passages(lesson.account_id, source.material_id, after=after, limit=1)
        passage = next(iter(there), None)
    # What the student has written over is no quotation, and is not to be shown as one.
    is_theirs = passage is not None and not all(part in passage.content for part in expected)
    return Question(
        form=form,
        text=quoted(text.front) if GAP in text.front else text.front,
        expected=expected,
        passage_id=passage.id if passage and not is_theirs else "",
        filename=source.filename if source and not is_theirs else "",
        heading=source.heading if source else "",
        answer=text.back if form is Form.GAP else "",
        key=f"card:{card.id}:{card.memory.reviews + 1}",
    )
