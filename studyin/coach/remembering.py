"""What any coach has besides its words: missed ideas become proposed cards, and cards that are due are asked.

It stands around the coach that answers. So both coaches propose the same cards, from the open question and the grade of
the answer, whatever they say about it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from studyin.coach import checking, practice
from studyin.coach.base import Ask, Coach, Outcome, Reply
from studyin.coach.cards import Deck
from studyin.coach.dialogue import Dialogue
from studyin.coach.grading import Grade, Verdict, grade, vocabulary
from studyin.coach.intent import Intent, Message, read
from studyin.coach.lesson import Lesson, Told
from studyin.coach.notes import NotesCoach
from studyin.coach.proposing import CARD_FORMS, missed
from studyin.errors import StudyinError
from studyin.language import say, say_number
from studyin.library import Library
from studyin.library.selection import Selection


class RememberingCoach:
    """notes: asks the cards and grades the answers, also where a model is connected: that takes quoting, no wording."""

    def __init__(self, coach: Coach, notes: NotesCoach, library: Library, deck: Deck) -> None:
        self._coach = coach
        self._notes = notes
        self._library = library
        self._deck = deck

    @property
    def name(self) -> str:
        return self._coach.name

    @property
    def model(self) -> str | None:
        return self._coach.model

    async def reply(self, ask: Ask, reply: Reply) -> Outcome:
        before = Dialogue.of(ask.dialogue)
        message = read(ask.question, open_question=before.pending is not None)
        # Cards are practised from all notes, whatever this session is limited to.
        lesson = Lesson(Selection(self._library, None), ask, before)
        told = await self._begin_practice(lesson)
        if told:
            return await self._notes.say(reply, told)
        if before.pending and practice.is_card(before.pending):
            told = await practice.answered(lesson, self._deck, before.pending, message)
        outcome = await (self._notes.say(reply, told) if told else self._coach.reply(ask, reply))
        if message.intent is Intent.GREETING:
            await self._remind(ask, reply)
        return await self._remember(ask, before, message, outcome)

    async def _begin_practice(self, lesson: Lesson) -> Told | None:
        """The first card, to who wants to practise; None to who doesn't."""
        wish = practice.Wish(lesson.ask.question)
        if not wish.names_cards and not wish.is_bare:
            return None
        told = await practice.begin(lesson, self._deck)
        if told is None and (wish.names_cards or await self._library.count(lesson.account_id)):
            told = await practice.nothing_due(lesson, self._deck)
        return told  # what to do without any notes is said by the coach

    async def _remind(self, ask: Ask, reply: Reply) -> None:
        due = (await self._deck.pending(ask.account_id)).due
        if due:
            cards = say_number(due, "One card is due.", "{number} cards are due.")
            how = say("Say “practise” to go through what you wanted to remember.")
            reply.notice("cards_due", f"{cards} {how}")

    async def _remember(self, ask: Ask, before: Dialogue, message: Message, outcome: Outcome) -> Outcome:
        """After an answer: rate the card that was asked, or propose cards of what was missed."""
        question, after = before.pending, Dialogue.of(outcome.dialogue)
        is_attempt = message.intent is Intent.ATTEMPT
        # To a question that a model thought of, the notes may say nothing.
        if question is None or question.form not in CARD_FORMS or not question.expected:
            return outcome
        if not (is_attempt or message.intent in (Intent.TELL, Intent.HINT)):
            return outcome
        if is_attempt and not checking.is_answer(question, message):
            return outcome
        if after.pending and after.pending.key == question.key:
            return outcome  # it is still open, and the answer is not to be seen yet
        rarity = await self._library.rarity(ask.account_id, vocabulary(question))
        answer = message.about if is_attempt else ""
        graded = grade(question, answer, rarity) if answer else Grade(Verdict.WRONG)
        if practice.is_card(question):
            rating = practice.rating_of(graded.verdict, before)
            if rating is not None:
                card_id, number = practice.review_of(question)
                with suppress(StudyinError):  # deleted while it was asked; the reply is said already
                    await self._deck.review(ask.account_id, card_id, rating, number)
            return outcome
        passage = await self._library.recall(ask.account_id, question.passage_id)
        proposals = missed(question, answer, graded, rarity, passage)
        return replace(outcome, proposals=await self._deck.new_ones(ask.account_id, proposals))
