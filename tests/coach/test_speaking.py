"""The coach in another language: the same lesson in other words, all of them translated, and no command lost."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studyin import language
from studyin.coach.base import Ask, Controls, Profile, Verbosity
from studyin.coach.brief import brief
from studyin.coach.cards import FIRST_DUE, Deck
from studyin.coach.decision import decide
from studyin.coach.definitions import definition
from studyin.coach.dialogue import Dialogue
from studyin.coach.intent import Intent, read
from studyin.coach.ladder import FIRST_LETTERS, LAST_HINT, hint
from studyin.coach.lesson import Lesson, place_of
from studyin.coach.model import ModelCoach
from studyin.coach.notes import NotesCoach
from studyin.coach.practice import Wish
from studyin.coach.proposing import of_sentence, source_of
from studyin.coach.question import Form, Question
from studyin.coach.questions import candidates
from studyin.coach.quotable import quotables
from studyin.coach.remembering import RememberingCoach
from studyin.coach.wants import Want, wanted
from studyin.config import Settings
from studyin.language import speaking
from studyin.library import Library, samples
from studyin.library.selection import Selection
from studyin.llm.openai import OpenAIProvider
from studyin.llm.server import Server
from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.materials import MaterialStore, Passage
from studyin.store.proposals import Proposal
from tests.coach.desk import Paper
from tests.coach.student import Heard, Student, at_once
from tests.coach.test_cards import Clock
from tests.coach.test_notes import with_notes
from tests.coach.texts import CHEMISTRY, GERMAN, HISTORY, LAW
from tests.scripted_provider import ScriptedProvider, Stream

ENGLISH_TO_GERMAN = json.loads((Path(language.__file__).parent / "words" / "de" / "coach.json").read_text())
_PLACE = re.compile(r"\{\w+\}")

# What is said, in English and in German; what has one form is the same in both.
LESSON = [
    ("hello", "hallo"), ("what can you do?", "was kannst du?"), ("more", "mehr"), ("brain dump", "Gedächtnisprotokoll"),
    ("What is a buffer?", "What is a buffer?"), ("hmm", "hmm"), ("what do you mean?", "was meinst du damit?"),
    ("this is stupid", "das ist doof"), ("yes", "ja"), ("asdfgh", "asdfgh"), ("bananas", "bananas"),
    ("I am tired of you", "ich mag dich nicht"), ("thanks", "danke"), ("What is a quasar?", "What is a quasar?"),
    ("hint", "gib mir einen Hinweis"), ("hint", "noch ein Tipp"), ("hint", "hint"),
    ("just tell me", "sag es mir einfach"),
    ("chopping", "chopping"), ("skip", "überspringen"), ("I don't know", "weiß nicht"), ("thanks", "vielen Dank"),
    ("define misrepresentation", "define misrepresentation"), ("why?", "warum?"),
    ("a false statement of fact, but what does a buffer do?",) * 2,
    ("What is a buffer?", "What is a buffer?"),
    ("it is a strong acid, but what is a buffer?",) * 2,
    ("it resists changes of pH, but what is a quasar?",) * 2,
    ("Compare a condition and a warranty", "Vergleiche condition und warranty"), ("hint", "Hinweis"),
    ("compare a buffer and a quasar", "vergleiche buffer mit quasar"), ("more", "erzähl mir mehr"), ("more", "weiter"),
    ("Summarise acids and bases", "Fass acids and bases zusammen"), ("Summarise my notes", "Summarise my notes"),
    ("Summarise buffers", "Fass buffers zusammen"),
    ("List the first two things needed for a contract",) * 2,
    ("offer", "offer"), ("List the last two things needed for a contract",) * 2,
    ("hint", "Tipp"), ("hint", "Tipp"), ("hint", "Tipp"),
    ("List the first nine things needed for a contract",) * 2,
    ("What comes after acceptance?", "Was kommt nach acceptance?"),
    ("What comes before offer?", "Was kommt vor offer?"),
    ("What comes before acceptance?", "Was kommt vor acceptance?"),
    ("What comes after consideration?", "Was kommt nach consideration?"),
    ("What comes after buffers?", "Was kommt nach buffers?"), ("What comes before buffers?", "Was kommt vor buffers?"),
    ("brain dump on buffers", "alles, was ich über buffers weiß"), *[("hint", "Tipp")] * 3,
    ("a buffer resists a change of pH", "a buffer resists a change of pH"),
    ("brain dump on buffers", "Gedächtnisprotokoll zu buffers"), ("cars are fast", "cars are fast"),
    ("brain dump on buffers", "Gedächtnisprotokoll zu buffers"), ("I give up", "ich gebe auf"),
    ("brain dump on the Luddites", "Gedächtnisprotokoll zu the Luddites"),
    ("Weavers and knitters broke machines for lower wages.\nThey hated machines.",) * 2,
    ("Solve 3x = 12", "Solve 3x = 12"), ("hint", "Tipp"), ("hint", "Tipp"), ("hint", "Tipp"),
    ("Exercise: the pH is 4 and then 7. What is the concentration of ions?",) * 2,
    ("0.2", "0.2"), ("hint", "Tipp"), ("hint", "Tipp"), ("hint", "Tipp"), ("hint", "Tipp"), ("what?", "wie bitte?"),
    ("quiz me on the pH scale", "frag mich zu the pH scale ab"), ("bye", "tschüss"), ("ok", "alles klar"),
    ("quiz me", "frag mich ab"), ("next", "nächste Frage"), ("next", "nächste Frage"), ("let me think", "warte kurz"),
    ("bananas are blue", "bananas are blue"), ("quiz me on quasars", "frag mich zu quasars ab"), ("bye", "tschüss"),
]  # fmt: skip


class Marked(dict[str, str]):
    """A language in which each sentence stands between marks, and which notes what was said."""

    def get(self, sentence: str, default: Any = None) -> Any:
        self[sentence] = f"⟦{sentence}⟧"
        return self[sentence]


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Marked:
    words = Marked()
    monkeypatch.setattr(language, "_translations", lambda _: words)
    return words


def unmarked(text: str, *, given: Sequence[str] = ()) -> str:
    """The letters of a reply that are neither quoted, nor set apart as the notes' or the student's, nor translated."""
    left = "\n".join(line for line in text.split("\n") if not line.startswith(">"))
    for own in given:
        left = left.replace(own, "")
    before = ""
    while before != left:
        before, left = left, re.sub(r"⟦[^⟦⟧]*⟧", "", left)
    return "".join(re.findall(r"\w", re.sub(r"\*{1,2}[^*\n]+\*{1,2}|`[^`]*`|\[\[\d+\]\]", "", left)))


# Lists of every length that is asked for, a table, what is one point, and what is denied.
CORNERS = (
    """# Corners

"""
    + "\n\n".join(
        f"## {name} {n}\n\n{lead}" + "\n".join(f"- thing {letter}{n}" for letter in "abcdefgh"[:n])
        for n in range(2, 9)
        for name, lead in (("Shelf", ""), ("Rack", "On the rack there are:\n\n"))
    )
    + """

## Metals

| Metal | Symbol |
| --- | --- |
| iron | Fe |
| gold | Au |

## Silence

Hush.

## Gravity

**Gravity** pulls every falling stone towards the middle of the earth.

## Tides

**Tides** rise because the moon pulls the water of the sea. Sailors know them well.

## Speed

The **speed** is the way divided by the time. Snails are slow. Light needs no air.

Cats sleep long. Suppose a train of 12 wagons stands in 4 stations.
"""
)


async def corners(library: Library, database: Database) -> AsyncIterator[tuple[str, str]]:
    """What LESSON does not come by: (what was said, the reply)."""
    materials = MaterialStore(database)

    async def talk(*said: str, **more: Any) -> AsyncIterator[tuple[str, str]]:
        student = Student(library, **more)
        for each in said:
            yield each, (await student.says(each)).text

    async for each in talk("hello"):
        yield each
    unread, _ = await materials.add("local", material_id=new_id(), filename="*unread*", sha256="u", size=1)
    async for each in talk("hello"):
        yield each
    await materials.fail("local", unread.id, "**Broken.**")
    async for each in talk("hello"):
        yield each
    await with_notes(library, LAW)
    await library.add("local", "corners.md", CORNERS.encode())
    await library.settled()
    (own,) = [each for each in (await library.list("local")).materials if each.filename == "corners.md"]
    passages = await library.passages("local", own.id, limit=50)
    for form in candidates([unit for each in passages for unit in quotables(each)], {}, 3):
        yield "a question", form.question.text
        for rung in range(1, LAST_HINT + 1):
            yield "its hint", hint(form.question, rung, {})
    gap = Question(Form.GAP, "____", ("A 7",), "", "", answer="A 7")
    yield "letters", hint(gap, FIRST_LETTERS, {})
    for scene in (
        ["bye"], ["What is the speed?", "bye"],
        ["Exercise: work out the speed from the way 90 and the time 3.", "hint"],
        ["asdfgh", "hello", "hello"],
        ["What do the main ideas in corners say?", "quiz me on metals", "hint", "bye"],
        ["quiz me on shelf 5", "what do you mean?", "hint"],
        ["brain dump on gravity", "what do you mean?", "hint", "no"],
        ["brain dump on gravity", "gravity pulls falling stones towards the middle of the earth"],
        ["brain dump on gravity", "fish swim in cold water"],
        ["brain dump on tides", "tides rise because the moon pulls the water of the sea; sailors know them well"],
        ["Why do the tides rise?", "the moon pulls water"],
        ["How do the tides of Jupiter influence elephants in Africa?"], ["What is the tide of affairs?", "thanks"],
        ["brain dump on tides", "the moon pushes the water of the sea"], ["what comes after metals?"],
        ["Exercise: a stone falls for 3 seconds by gravity. How far does gravity pull it in 9 seconds?", "hint"],
        ["tides rise"], ["Who is Zeus?"], ["What are quasars in shelf things?"],
    ):  # fmt: skip
        async for each in talk(*scene):
            yield each
    for scene in (
        ["quiz me on metals", "What is the speed?", *["I don't know"] * 6, "no"],
        ["What is the speed?", "brain dump"], ["brain dump on the speed", "snails are blue and cold"],
        ["brain dump on corners", "gravity pulls"], ["quiz me on silence"],
    ):  # fmt: skip
        async for each in talk(*scene):
            yield each
    async for each in talk("Summarise my notes", controls=Controls(verbosity=Verbosity.CONCISE)):
        yield each
    async for each in talk("What is a quasar?", material_ids=[own.id]):
        yield each
    async for each in talk("quiz me", *["skip"] * 30, material_ids=[own.id]):
        yield each
    student = Student(library, Controls(level=1))
    await student.says("quiz me on tides")
    yield "what do you mean?", (await student.says("what do you mean?")).text
    student.dialogue = {**student.dialogue, "asked": []}
    yield "right", (await student.says(student.dialogue["pending"]["answer"])).text
    student.dialogue = {}
    await student.says("quiz me on shelf 4")
    student.dialogue = {**student.dialogue, "pending": None}
    yield "bye", (await student.says("bye")).text
    async for each in cards(library, database):
        yield each
    yield "a page", place_of(replace(passages[0], page=3))
    yield "a sentence", of_sentence(passages[-1], "Sailors know them well.", {}).front
    student = Student(library)
    await student.says("Why do the tides rise?")
    await library.delete("local", own.id)
    yield "gone", (await student.says("I don't know")).text
    unchecked = {"form": "explain", "text": "⟦?⟧", "expected": [], "passage_id": "", "filename": "", "heading": ""}
    student = Student(library, dialogue={"pending": unchecked | {"answer": "", "key": ""}})
    yield "unchecked", (await student.says("hint")).text
    echo = await with_notes(library, "# Echo\n\nThe **echo** is the sound that comes back from a far wall.\n")
    (alone,) = [
        each for each in (await echo.list("local")).materials if each.filename == "notes 0.md" and each.bytes < 99
    ]
    async for each in talk("quiz me on the echo", *["I don't know"] * 3, material_ids=[alone.id]):
        yield each
    await with_notes(library, *[f"# Pond {n}\n\nPond {n} holds cold water." for n in range(8)])
    async for each in talk("what can you do?"):
        yield each


async def cards(library: Library, database: Database) -> AsyncIterator[tuple[str, str]]:
    """Practice, and what a model's reply is given."""
    asked = Lesson(Selection(library, None), Ask("local", "s", "Who is Zeus?"), Dialogue())
    yield "beside the notes", brief(asked, await decide(asked), None).closing
    clock, notes = Clock(), NotesCoach(library, sleep=at_once)
    deck = Deck(database, clock=clock)
    coach, dialogue = RememberingCoach(notes, notes, library, deck), dict[str, Any]()
    sources = (None, source_of(Passage("p", "m", "heat.md", 0, "Heat.", "Heat")))
    kept = {n: Proposal("explain", f"**Why {n}?**", "Because of it all.", "", each) for n, each in enumerate(sources)}
    practised = ("practise cards", "I don't know", "skip", "practise cards", "I don't know", "practise cards")
    for said in ("practise cards", 0, "hello", 1, *practised):
        if isinstance(said, int):
            await deck.keep("local", kept[said])
        else:
            paper = Paper()
            dialogue = dict((await coach.reply(Ask("local", "s", said, dialogue=dialogue), paper)).dialogue)
            yield said, "\n".join([paper.text, *paper.notices])


async def lesson(library: Library, profile: Profile, languages: Sequence[str]) -> list[Heard]:
    """The replies to all of LESSON, turn by turn in these languages over and over."""
    student = Student(library, Controls(profile=profile))
    heard = []
    for turn, said in enumerate(LESSON):
        spoken = languages[turn % len(languages)]
        with speaking(spoken):
            heard.append(await student.says(said[spoken == "de"]))
    return heard


def structure(heard: Heard) -> dict[str, Any]:
    """The dialogue without its texts."""
    pending = heard.dialogue["pending"]
    kept = {name: heard.dialogue[name] for name in ("rung", "attempts", "shown", "asked", "place", "known")}
    return {**kept, "pending": pending and (pending["key"], pending["form"], pending["expected"], pending["answer"])}


async def test_every_word_of_the_coachs_own_is_translated_and_every_translation_is_said(
    library: Library, database: Database, marked: Marked
) -> None:
    async for said, text in corners(library, database):
        assert unmarked(text) == "", f"{said}\n\n{text}"
    for sample in samples():
        await library.add_sample("local", sample.name)
    shelf = await with_notes(library, LAW, CHEMISTRY, HISTORY)
    for profile in Profile:
        for said, heard in zip(LESSON, await lesson(shelf, profile, ["en"]), strict=True):
            pending = heard.dialogue["pending"]
            own = [pending["text"]] if pending and pending["form"] == Form.PROBLEM else []
            assert unmarked(heard.text, given=own) == "", f"{said[0]}\n\n{heard.text}"
    assert "".join(sentence for sentence in ENGLISH_TO_GERMAN if sentence not in marked) == ""


@pytest.mark.parametrize("profile", Profile)
async def test_a_lesson_has_the_same_course_in_every_language_and_where_it_changes(
    library: Library, profile: Profile
) -> None:
    shelf = await with_notes(library, LAW, CHEMISTRY, HISTORY)
    english = await lesson(shelf, profile, ["en"])
    # What a sentence has that no note and no student says.
    fragments = [max(_PLACE.split(sentence), key=len) for sentence in ENGLISH_TO_GERMAN]
    telling = [fragment for fragment in fragments if len(fragment) > 12]
    for languages in (["de"], ["en", "de"]):
        for turn, (said, mine, theirs) in enumerate(
            zip(LESSON, english, await lesson(shelf, profile, languages), strict=True)
        ):
            assert structure(theirs) == structure(mine), f"{said}\n\n{mine.text}\n\n{theirs.text}"
            assert [number for _, number in theirs.quotes] == [number for _, number in mine.quotes] or theirs.quotes
            if languages == ["de"]:
                assert not [each for each in telling if each in theirs.own_words], theirs.text
            elif turn % 2 == 0:
                assert theirs.text.split()[:3] == mine.text.split()[:3]


def test_what_the_coach_tells_to_say_is_understood_in_every_language() -> None:
    commands = {}
    for sentence, translation in ENGLISH_TO_GERMAN.items():
        named = [
            re.findall(r"(?<!\*)\*(?=[^*\s])([^*{}]+)(?<=\S)\*(?!\*)|[“„](practise|üben)[”“]", each)
            for each in (sentence, translation)
        ]
        pairs = zip(*[["".join(found) for found in each] for each in named], strict=True)
        commands.update(pairs)
    assert commands.keys() == {
        "hint", "just tell me", "skip", "quiz me", "summarise it", "practise", "stop", "brain dump"
    }  # fmt: skip
    for english, german in commands.items():
        for is_open in (True, False):
            mine, theirs = read(english, open_question=is_open), read(german, open_question=is_open)
            assert (theirs.intent, theirs.direct) == (mine.intent, mine.direct), german
        assert Wish(german).is_bare == Wish(english).is_bare, german
    assert read(commands["hint"], open_question=True).intent is Intent.HINT
    assert read(commands["just tell me"], open_question=True).intent is Intent.TELL


async def test_german_notes_are_taught_in_german(library: Library) -> None:
    student = Student(await with_notes(library, GERMAN))
    for said, expected in (
        ("Hallo", "Du hast Notizen zu *Zellbiologie* ("),
        ("Was ist die Osmose?", "**Du bist dran.** Wie würdest du **Osmose** in deinen eigenen Worten erklären?"),
        ("Wasser wandert durch eine Membran zur Seite mit der höheren Konzentration", "Du hattest „Wasser"),
        ("Wie entstehen Keimzellen?", "**Du bist dran.** Jetzt in deinen eigenen Worten: Wie entstehen Keimzellen?"),
        ("Wozu dient sie?", "was in deinen Notizen unter *"),
        ("Vergleiche Mitose und Meiose", "Jetzt in deinen eigenen Worten: Wie unterscheiden sich Mitose und Meiose?"),
        ("gib mir einen Tipp", "Diese Wörter gehören hinein: **Z**… (9 Buchstaben)"),
        ("Was sind die wichtigsten Gedanken in Zellbiologie?", "*Zellbiologie* in Kürze"),
        ("Fass es zusammen", "in Kürze"),
        ("Frag mich zu Osmose ab.", "Aus *"),
        ("Danke, tschüss", "Bis bald."),
    ):
        with speaking("de"):
            heard = await student.says(said)
        assert expected in heard.text, f"{said}\n\n{heard.text}"


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("Die **Mitose** ist die Teilung des Zellkerns, bei der zwei Kerne entstehen.", "Mitose"),
        ("Ein Katalysator ist ein Stoff, der eine Reaktion beschleunigt.", "Katalysator"),
        (
            "Die Trägheit eines Körpers (Beharrung) bezeichnet das Bestreben, in Ruhe zu bleiben.",
            "Trägheit eines Körpers",
        ),
        ("Die Mitose ist beim Menschen nach einer Stunde vorbei.", None),
        ("Das ist die Teilung des Zellkerns in zwei Kerne.", None),
        ("Sie ist die Teilung des Zellkerns in zwei Kerne.", None),
        ("Der Zellkern und die Membran sind die Teile der Zelle.", None),
    ],
)
def test_what_a_german_sentence_defines_is_known(sentence: str, term: str | None) -> None:
    (unit,) = quotables(Passage("p", "m", "zelle.md", 0, sentence))
    found = definition(unit)
    assert (found and found.term) == term


@pytest.mark.parametrize(
    "sentence",
    [
        "Osmose ist die Diffusion von Wasser durch eine halbdurchlässige Membran.",
        "Während der Verdauung zerlegen Enzyme die Nährstoffe in kleine Bausteine.",
    ],
)
def test_the_gap_in_a_german_sentence_is_a_noun(sentence: str) -> None:
    (unit,) = quotables(Passage("p", "m", "zelle.md", 0, sentence))
    (gap,) = [each.question for each in candidates([unit], {}, 1) if each.question.form is Form.GAP]
    assert gap.answer in re.findall(r"(?<= )[A-Z]\w+", sentence)


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("Am 9. November 1989 fiel die Berliner Mauer.", "9. November 1989"),
        ("Im 19. Jahrhundert war Berlin die Hauptstadt.", "19. Jahrhundert"),
    ],
)
def test_a_german_date_is_asked_for_whole(sentence: str, answer: str) -> None:
    (unit,) = quotables(Passage("p", "m", "mauer.md", 0, sentence))
    (gap,) = [each.question for each in candidates([unit], {}, 1) if each.question.form is Form.GAP]
    assert gap.answer == answer


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("Worin unterscheiden sich Mitose und Meiose?", Want.COMPARISON),
        ("Wie viele Phasen hat die Mitose?", Want.NUMBER),
        ("Welche Phasen hat die Mitose?", Want.LIST),
        ("Warum ist das Blatt grün?", Want.REASON),
        ("Wann begann die Revolution?", Want.TIME),
        ("Wo findet die Glykolyse statt?", Want.PLACE),
        ("Wer entdeckte das Penicillin?", Want.PERSON),
        ("Was ist ein Puffer?", Want.DEFINITION),
        ("Wie entsteht Regen?", Want.MANNER),
    ],
)
def test_what_a_german_question_is_after_is_known(question: str, want: Want) -> None:
    assert wanted(question) is want


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("Warum platzen rote Blutkörperchen?", "da ihr Inneres"),
        ("Weshalb sind Blätter grün?", "denn Chlorophyll"),
        ("Wieso steigt Wasser in den Blättern?", "Durch den Wurzeldruck"),
        ("Aus welchem Grund kam es zur Hyperinflation?", "Reparationen führten"),
        ("Warum kam es zur Hyperinflation?", "Reparationen führten"),
        ("Warum verlor die Mark ihren Wert?", "dadurch verlor"),
        ("Was war die Ursache der Dürre?", "weil der Regen"),
    ],
)
async def test_a_german_why_is_answered_by_the_reason_and_asked_back(library: Library, asked: str, reason: str) -> None:
    facts = (
        "Rote Blutkörperchen sind rund. Rote Blutkörperchen platzen, da ihr Inneres Salz enthält.",
        "Blätter sind grün und flach. Blätter erscheinen grün, denn Chlorophyll wirft grünes Licht zurück.",
        "In den Blättern steigt Wasser hoch. Durch den Wurzeldruck steigt Wasser in den Blättern.",
        "Die Hyperinflation endete 1923. Die Reparationen führten 1923 zur Hyperinflation.",
        "Die Mark verlor 1923 ihren Wert. Man druckte Geld; dadurch verlor die Mark ihren Wert.",
        "Die Dürre war 1540 lang. Die Dürre kam, weil der Regen ausblieb.",
    )
    notes = "\n\n".join(f"## Abschnitt {n}\n\n{fact}" for n, fact in enumerate(facts))
    student = Student(await with_notes(library, f"# Ursachen\n\n{notes}\n"))
    with speaking("de"):
        heard = await student.says(asked)
    assert "Nichts in" not in heard.text
    assert reason in heard.dialogue["pending"]["expected"][0], heard.text
    assert "am nächsten" not in heard.text.casefold()


async def test_the_german_sample_notes_answer_in_german_also_from_their_tables(library: Library) -> None:
    with speaking("de"):
        for sample in samples():
            await library.add_sample("local", sample.name)
        await library.settled()
        for asked, expected in (
            ("Warum tagte die Nationalversammlung in Weimar?", "weil Berlin"),
            ("Warum sehen Blätter grün aus?", "da ihr Farbstoff"),
            ("Wie viel Prozent hatte die NSDAP im Juli 1932?", "> | Juli 1932 | 37,3 %"),
            ("Wie lange dauerte die Amtszeit des Reichspräsidenten?", "> | Reichspräsident | vom Volk"),
            ("Wann wurde der Vertrag von Versailles unterzeichnet?", "28. Juni 1919"),
            ("Was ist die Glykolyse?", "die Spaltung eines Moleküls Glucose"),
        ):
            heard = await Student(library).says(asked)
            assert expected in heard.text, f"{asked}\n\n{heard.text}"
            assert heard.text.count("> | ") in (0, 3), heard.text


async def test_a_card_keeps_the_words_that_it_was_made_with(library: Library, database: Database) -> None:
    await with_notes(library, GERMAN)
    clock, notes, paper = Clock(), NotesCoach(library, sleep=at_once), Paper()
    deck = Deck(database, clock=clock)
    coach = RememberingCoach(notes, notes, library, deck)
    with speaking("de"):
        asked = await coach.reply(Ask("local", "s", "Wie entstehen Keimzellen?"), paper)
        outcome = await coach.reply(Ask("local", "s", "keine Ahnung", dialogue=asked.dialogue), paper)
        (card,) = outcome.proposals
        await deck.keep("local", card)
    assert card.front == "Wie entstehen Keimzellen?"
    clock.now += FIRST_DUE
    paper = Paper()
    await coach.reply(Ask("local", "s", "practise cards"), paper)
    assert paper.text.startswith("One card is due. **Card**, from *")
    assert paper.text.endswith("Wie entstehen Keimzellen?")


async def test_a_model_is_told_what_the_page_reads_and_what_is_added_to_its_words_is_in_that(
    sampled: Library,
) -> None:
    async with ScriptedProvider(models=["llama3.2"]) as server:
        provider = OpenAIProvider(Server(server.url))
        coach = ModelCoach(provider, sampled, Settings())
        server.script(*[Stream("Die Glykolyse spaltet Glukose.")] * 2, Stream("Erkläre das jetzt selbst."))
        replies = []
        for spoken, question in (
            ("de", "What is glycolysis?"),
            ("en", "What is glycolysis?"),
            ("de", "Was ist ein Quasar?"),
        ):
            paper = Paper()
            with speaking(spoken):
                await coach.reply(Ask("local", "session", question), paper)
            rules = server.requests[-1].body["messages"][0]["content"]
            replies.append((paper.text, "The page that the student reads is in German" in rules, paper.notices))
        await provider.close()
    (german, told, _), (english, untold, _), (beside, _, notices) = replies
    assert (told, untold) == (True, False)
    assert "**Du bist dran.** Wie würdest du **Glycolysis** in deinen eigenen Worten erklären?" in german
    assert "**Your turn.** How would you explain **Glycolysis** in your own words?" in english
    # A task in German is a closing of the model's own.
    assert beside == "Erkläre das jetzt selbst."
    assert notices == ["Nichts in deinen Notizen beantwortet das; was folgt, kommt vom Modell selbst."]
