"""The step that COACH.md calls Remember: cards proposed of what was missed, and practised when they are due."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from studyin.coach.base import Ask, Controls, Outcome, Profile, Reply, Said
from studyin.coach.cards import FIRST_DUE, MINUTE, Deck
from studyin.coach.decision import decide
from studyin.coach.dialogue import Dialogue
from studyin.coach.lesson import Lesson
from studyin.coach.notes import NotesCoach
from studyin.coach.remembering import RememberingCoach
from studyin.library import Library
from studyin.library.selection import Selection
from studyin.store.database import Database
from studyin.store.proposals import Proposal
from tests.coach.desk import Paper
from tests.coach.student import at_once
from tests.coach.test_cards import Clock
from tests.coach.test_notes import with_notes

NOTES = """# Photosynthesis

## Light reactions

The light reactions take place in the **thylakoid membrane** and split water into oxygen, protons and electrons.

## Rate

Three factors limit the rate:

- light intensity
- carbon dioxide concentration
- temperature
"""
SPLIT = (
    "The light reactions take place in the **thylakoid membrane** and split water into oxygen, protons and electrons."
)


class Parrot:
    """A coach that says what was decided in words of its own, as a model does."""

    name = "openai"
    model = "parrot"

    def __init__(self, library: Library) -> None:
        self._library = library

    async def reply(self, ask: Ask, reply: Reply) -> Outcome:
        told = await decide(Lesson(Selection(self._library, None), ask, Dialogue.of(ask.dialogue)))
        reply.context(())
        reply.say(f"You said: {ask.question}")
        return Outcome(self.model, None, told.dialogue.shape())


@dataclass
class Pupil:
    """A student whose coach remembers."""

    library: Library
    deck: Deck
    coach: Any = None
    controls: Controls = field(default_factory=Controls)
    dialogue: dict[str, Any] = field(default_factory=dict)
    history: list[Said] = field(default_factory=list)
    paper: Paper = field(default_factory=Paper)

    async def says(self, text: str) -> Outcome:
        self.paper = Paper()
        notes = NotesCoach(self.library, sleep=at_once)
        coach = RememberingCoach(self.coach or notes, notes, self.library, self.deck)
        ask = Ask("local", "session", text, self.controls, tuple(self.history), self.dialogue)
        outcome = await coach.reply(ask, self.paper)
        self.dialogue = dict(outcome.dialogue)
        self.history += [Said("user", text), Said("assistant", self.paper.text)]
        return outcome

    @property
    def heard(self) -> str:
        return self.paper.text


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def pupil(library: Library, database: Database, clock: Clock) -> Pupil:
    return Pupil(await with_notes(library, NOTES), Deck(database, clock=clock))


async def open_question(pupil: Pupil, question: str = "What do the light reactions do?") -> None:
    await pupil.says(question)
    assert pupil.dialogue["pending"], pupil.heard


async def test_what_is_missing_in_an_answer_becomes_a_card_with_the_missing_term_left_out(pupil: Pupil) -> None:
    await open_question(pupil)
    assert pupil.dialogue["pending"]["form"] == "explain"
    outcome = await pupil.says("they give electrons and protons away")
    assert pupil.heard.startswith("Partly.")
    (card,) = outcome.proposals
    assert (card.form, card.quotation) == ("gap", SPLIT)
    assert card.front.count("____") == 1
    assert card.back in SPLIT
    assert card.back not in card.front
    assert "electrons" in card.front  # what was known is no gap
    assert (card.source.filename, card.source.heading) == ("notes 0.md", "Photosynthesis › Light reactions")


async def test_who_knows_nothing_is_asked_the_whole_question_another_day(pupil: Pupil) -> None:
    await open_question(pupil)
    (card,) = (await pupil.says("I don't know")).proposals
    assert card == Proposal("explain", "What do the light reactions do?", SPLIT, SPLIT, card.source)


async def test_a_right_answer_and_what_is_no_answer_leave_no_card(pupil: Pupil) -> None:
    await open_question(pupil)
    for said in ("thanks", "yes", "you are funny"):
        assert not (await pupil.says(said)).proposals
        assert pupil.dialogue["pending"]
    outcome = await pupil.says("they split water into oxygen, protons and electrons in the thylakoid membrane")
    assert not outcome.proposals


async def test_a_card_is_not_offered_before_its_answer_may_be_seen(pupil: Pupil) -> None:
    pupil.controls = Controls(profile=Profile.STUDY)
    await open_question(pupil)
    seen = []
    for said in ("they take place in the stroma", "hint", "hint"):
        proposals = (await pupil.says(said)).proposals
        seen.append(SPLIT in pupil.heard)
        assert bool(proposals) == seen[-1]
    assert seen == [False, False, True]


async def test_missing_items_of_a_list_make_one_card_of_the_whole_list(pupil: Pupil) -> None:
    pupil.dialogue = {}
    await pupil.says("Which factors limit the rate?")
    while pupil.dialogue["pending"]["form"] != "list":
        await pupil.says("skip")
    (card,) = (await pupil.says("light intensity")).proposals
    assert (card.form, card.back) == ("list", "- light intensity\n- carbon dioxide concentration\n- temperature")


async def test_an_answer_that_the_notes_say_nothing_to_leaves_no_card(pupil: Pupil) -> None:
    asked = {"form": "explain", "text": "What is a black hole?", "expected": [], "passage_id": "", "filename": ""}
    for said in ("A dead star", "just tell me"):
        pupil.dialogue = {"pending": asked | {"heading": "", "answer": "", "key": "explain::0-0"}}
        assert (await pupil.says(said)).proposals == ()


async def test_what_is_a_card_already_is_not_offered_again(pupil: Pupil) -> None:
    await open_question(pupil)
    (card,) = (await pupil.says("no idea")).proposals
    await pupil.deck.keep("local", card)
    pupil.dialogue = {}
    await open_question(pupil)
    assert not (await pupil.says("no idea")).proposals


async def test_with_a_model_the_same_cards_are_proposed(pupil: Pupil) -> None:
    await open_question(pupil)
    dialogue = dict(pupil.dialogue)
    answer = "they give electrons and protons away"
    ours = (await pupil.says(answer)).proposals
    pupil.dialogue, pupil.coach = dialogue, Parrot(pupil.library)
    outcome = await pupil.says(answer)
    assert pupil.heard == f"You said: {answer}"
    assert (outcome.proposals, outcome.model) == (ours, "parrot")


CARDS = (
    Proposal("gap", "The ____ makes ATP.", "mitochondrion", "The mitochondrion makes ATP."),
    Proposal("explain", "What is the powerhouse's inner membrane folded into?", "cristae"),
    Proposal("list", "Which two?", "- matrix\n- membrane"),
)


async def due(pupil: Pupil, clock: Clock, *cards: Proposal) -> list[str]:
    """Keep cards that are due one minute after the other; their ids."""
    kept = []
    for card in cards:
        kept.append((await pupil.deck.keep("local", card))[0].id)
        clock.now += MINUTE
    return kept


@pytest.mark.parametrize("coach", [None, Parrot], ids=["notes", "model"])
@pytest.mark.parametrize("wish", ["practise", "Quiz me on my due cards.", "/cards", "let's review my flashcards"])
async def test_due_cards_are_asked_one_after_the_other_and_rated_by_the_grade(
    pupil: Pupil, clock: Clock, wish: str, coach: Any
) -> None:
    pupil.coach = coach and coach(pupil.library)
    gap, term, items = await due(pupil, clock, *CARDS)
    await pupil.says(wish)
    assert "3 cards are due." in pupil.heard
    assert "> The ____ makes ATP." in pupil.heard
    await pupil.says("the mitochondrion")
    assert "**mitochondrion**" in pupil.heard
    assert CARDS[1].front in pupil.heard
    await pupil.says("thylakoids")
    assert "It is **cristae**" in pupil.heard
    outcome = await pupil.says("matrix and membrane")
    assert "last card" in pupil.heard
    assert not outcome.proposals

    async def state(card_id: str) -> tuple[int, bool]:
        memory = (await pupil.deck.get("local", card_id)).memory
        return memory.reviews, memory.due - clock.now > FIRST_DUE

    assert [await state(card_id) for card_id in (gap, term, items)] == [(1, True), (1, False), (1, True)]


async def test_a_hint_or_a_second_try_is_not_remembered(pupil: Pupil, clock: Clock) -> None:
    pupil.controls = Controls(profile=Profile.STUDY)
    hinted, tried = await due(pupil, clock, CARDS[0], CARDS[1])
    await pupil.says("practise")
    for said in ("hint", "hint", "mitochondrion", "thylakoids", "cristae"):
        await pupil.says(said)
    for card_id in (hinted, tried):
        memory = (await pupil.deck.get("local", card_id)).memory
        assert (memory.reviews, memory.due) == (1, clock.now + 10 * MINUTE)


async def test_hints_up_to_the_back_of_a_card_go_on_to_the_next_one(pupil: Pupil, clock: Clock) -> None:
    await due(pupil, clock, CARDS[0], CARDS[1])
    await pupil.says("practise")
    for _ in range(4):
        await pupil.says("hint")
    assert "It is **mitochondrion**" in pupil.heard
    assert CARDS[1].front in pupil.heard
    assert (await pupil.deck.pending("local")).due == 1


async def test_a_skipped_card_stays_due_and_is_not_asked_twice_in_a_round(pupil: Pupil, clock: Clock) -> None:
    await due(pupil, clock, CARDS[0], CARDS[1])
    await pupil.says("practise")
    await pupil.says("skip")
    assert CARDS[1].front in pupil.heard
    await pupil.says("skip")
    assert "last card" in pupil.heard
    assert (await pupil.deck.pending("local")).due == 2
    await pupil.says("practise")
    assert "____" in pupil.heard


async def test_two_cards_of_one_sentence_do_not_stand_in_a_row_where_there_is_another(
    pupil: Pupil, clock: Clock
) -> None:
    twin = replace(CARDS[0], front="The mitochondrion makes ____.", back="ATP")
    await due(pupil, clock, CARDS[0], twin, CARDS[1])
    await pupil.says("practise")
    await pupil.says("the mitochondrion")
    assert CARDS[1].front in pupil.heard
    await pupil.says("cristae")
    assert "The mitochondrion makes ____." in pupil.heard


async def test_answering_the_same_card_again_from_the_same_place_counts_once(pupil: Pupil, clock: Clock) -> None:
    (card_id,) = await due(pupil, clock, CARDS[0])
    await pupil.says("practise")
    dialogue = dict(pupil.dialogue)
    await pupil.says("chloroplast")
    pupil.dialogue = dialogue
    await pupil.says("mitochondrion")
    assert (await pupil.deck.get("local", card_id)).memory.reviews == 1


async def test_a_card_that_is_deleted_while_it_is_asked_is_still_answered(pupil: Pupil, clock: Clock) -> None:
    (card_id,) = await due(pupil, clock, CARDS[0])
    await pupil.says("practise")
    await pupil.deck.delete("local", card_id)
    await pupil.says("mitochondrion")
    assert "**mitochondrion**" in pupil.heard


async def test_a_question_in_between_is_answered(pupil: Pupil, clock: Clock) -> None:
    await due(pupil, clock, CARDS[0])
    await pupil.says("practise")
    await pupil.says("What do the light reactions do?")
    assert "thylakoid membrane" in pupil.heard
    assert (await pupil.deck.pending("local")).due == 1


async def test_without_due_cards_who_practises_is_told(pupil: Pupil) -> None:
    await pupil.says("practise")
    assert "You have no cards yet." in pupil.heard
    await pupil.says("quiz me on my cards")
    assert "You have no cards yet." in pupil.heard
    await pupil.says("quiz me on the light reactions")
    assert "cards" not in pupil.heard


async def test_a_greeting_brings_due_cards_up(pupil: Pupil, clock: Clock) -> None:
    await pupil.says("hello")
    assert not pupil.paper.all("notice")
    await due(pupil, clock, CARDS[0])
    await pupil.says("hello")
    assert pupil.paper.all("notice") == ["cards_due"]


async def test_what_the_student_has_written_over_is_not_shown_as_a_quotation(pupil: Pupil, clock: Clock) -> None:
    await open_question(pupil)
    (card,) = (await pupil.says("no idea")).proposals
    own, quoted = await due(pupil, clock, card, replace(card, front="Another front?"))
    await pupil.deck.change("local", own, back="My own words, which no notes of mine have.")
    await pupil.says("practise")
    await pupil.says("no idea")
    assert "> My own words, which no notes of mine have.\n" in pupil.heard
    assert "no longer among your materials" not in pupil.heard
    assert not pupil.paper.all("context")[0]
    await pupil.says("no idea")
    assert f"> {SPLIT} [[1]]" in pupil.heard
    assert (await pupil.deck.get("local", quoted)).memory.reviews == 1


async def test_cards_are_practised_though_their_notes_are_gone(pupil: Pupil, clock: Clock) -> None:
    await open_question(pupil)
    (card,) = (await pupil.says("no idea")).proposals
    await due(pupil, clock, card)
    material = (await pupil.library.list("local")).materials[0]
    await pupil.library.delete("local", material.id)
    await pupil.says("practise")
    assert "What do the light reactions do?" in pupil.heard
    await pupil.says("no idea")
    assert SPLIT in pupil.heard
    assert "(from notes 0.md, which is no longer among your materials)" in pupil.heard
