"""Conversations with the notes coach, as a student has them."""

import asyncio

import pytest

from studyin.coach.base import Ask, Controls, Profile, Verbosity
from studyin.coach.ladder import FIRST_LETTERS, hint
from studyin.coach.notes import NotesCoach
from studyin.coach.question import Form, Question
from studyin.library import Library
from tests.coach.desk import Paper
from tests.coach.student import Student

HISTORY = """# The French Revolution

The French Revolution began in 1789 with the storming of the Bastille on 14 July. It ended the absolute
monarchy in France.

## Key people

Louis XVI was the king of France. He was executed in January 1793.
Maximilien Robespierre led the Committee of Public Safety. His rule is called the Reign of Terror.

## The three estates

- First Estate: the clergy
- Second Estate: the nobility
- Third Estate: everyone else, about 98 percent of the people
"""


def fast(**more: Verbosity) -> Controls:
    return Controls(profile=Profile.FAST, **more)


async def with_notes(library: Library, *notes: str) -> Library:
    for number, text in enumerate(notes):
        await library.add("local", f"notes {number}.md", text.encode())
    await library.settled()
    return library


async def test_a_question_is_answered_by_quoting_and_a_question_comes_back(sampled: Library) -> None:
    heard = await Student(sampled).says("What is glycolysis?")
    assert "I answer from your notes alone" in heard.text
    quote, number = heard.quotes[0]
    assert quote.startswith("**Glycolysis** is the splitting of one glucose molecule")
    assert number == 1
    assert [found.passage.title for found in heard.found] == ["Glycolysis"]
    assert heard.text.endswith("How would you explain **Glycolysis** in your own words?")


async def test_a_misspelt_question_is_answered_by_what_was_meant(sampled: Library) -> None:
    heard = await Student(sampled).says("what is photolisys")
    assert "This is called **photolysis**" in heard.quotes[0][0]


async def test_an_answer_in_ones_own_words_is_right_and_the_next_question_follows(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is glycolysis?")
    heard = await student.says("splitting glucose into two pyruvate")
    assert "You had “splitting glucose into two pyruvate”. [[1]]" in heard.text
    assert "**Next:**" in heard.text
    assert heard.dialogue["pending"]["text"] in heard.text


async def test_what_is_missing_is_quoted_with_its_source(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is photosynthesis?")
    heard = await student.says("plants make sugar")
    assert heard.text.startswith("Partly. You have “plants make sugar”. What is missing:")
    assert heard.quotes[0] == (
        "**Photosynthesis** is the process by which plants, algae and some bacteria use the energy of light to make "
        "sugar from carbon dioxide and water.",
        1,
    )


async def test_a_wrong_answer_is_told_without_ado_in_fast_mode(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is glycolysis?")
    heard = await student.says("it makes oxygen in the leaves")
    assert heard.text.startswith("Not quite: “oxygen” isn't it. Your notes say:")
    assert heard.quotes[0][0].startswith("**Glycolysis** is")


async def test_an_answer_in_words_the_notes_lack_is_left_to_the_student_to_compare(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is glycolysis?")
    heard = await student.says("chopping a sweet snack into pieces")
    assert heard.text.startswith("I can't tell from your words whether that is it. Compare them with your notes:")
    assert heard.quotes[0][0].startswith("**Glycolysis** is")


async def test_what_the_passage_says_but_was_not_asked_counts_in_part(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is the Calvin cycle?")
    heard = await student.says("carbon fixation, reduction and regeneration")
    assert heard.text.startswith("Partly. You have “carbon fixation")
    assert heard.quotes[0][0].startswith("The **Calvin cycle** is the series of reactions")


async def test_one_of_two_sentences_well_put_is_right(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("How does the electron transport chain work?")
    heard = await student.says(
        "electrons go from complex to complex and lose energy, which pumps protons out of the matrix"
    )
    assert "You had “" in heard.text


async def test_deep_mode_asks_first_and_quotes_after_the_attempt(sampled: Library) -> None:
    student = Student(sampled, Controls(profile=Profile.DEEP))
    heard = await student.says("What is glycolysis?")
    assert heard.found == ()
    assert heard.quotes == []
    assert heard.text.endswith("In your own words: what is glycolysis?")
    heard = await student.says("glucose is split into two molecules of pyruvate")
    assert "You had “glucose is split into two molecules of pyruvate”" in heard.text
    assert heard.quotes[0][0].startswith("**Glycolysis** is")


async def test_deep_mode_answers_at_once_when_told_to(sampled: Library) -> None:
    heard = await Student(sampled, Controls(profile=Profile.DEEP)).says("Just tell me what glycolysis is")
    assert heard.quotes[0][0].startswith("**Glycolysis** is")


async def test_a_wrong_answer_brings_one_hint_in_study_mode_then_the_notes(sampled: Library) -> None:
    student = Student(sampled, Controls(profile=Profile.STUDY))
    await student.says("What is glycolysis?")
    heard = await student.says("a fruit salad")
    assert heard.text.startswith("Not quite. These words belong in it:")
    assert heard.quotes == []
    heard = await student.says("apples")
    assert heard.quotes[0][0].startswith("**Glycolysis** is")


async def test_hints_climb_a_ladder_that_ends_with_the_sentence(sampled: Library) -> None:
    student = Student(sampled, Controls(profile=Profile.DEEP))
    await student.says("What is glycolysis?")
    where = await student.says("hint")
    assert "Think back to what your notes say under *Glycolysis*" in where.text
    letters = await student.says("another hint please")
    assert "**s**… (9 letters)" in letters.text
    blanks = await student.says("I'm stuck")
    assert "is the ____ of one" in blanks.text
    whole = await student.says("hint")
    assert whole.quotes[0][0].startswith("**Glycolysis** is the splitting")
    for heard in (where, letters, blanks):
        assert heard.quotes == []
        assert heard.dialogue["pending"] is not None


@pytest.mark.parametrize("gives_up", ["I don't know", "just tell me", "idk", "no idea"])
async def test_giving_up_is_honoured_without_nagging_and_followed_by_a_question(
    sampled: Library, gives_up: str
) -> None:
    student = Student(sampled)
    await student.says("quiz me on glycolysis")
    heard = await student.says(gives_up)
    assert heard.quotes
    assert heard.dialogue["pending"] is not None
    assert not any(word in heard.text for word in ("try", "sure", "hint", "give up"))


async def test_a_new_question_is_answered_and_not_graded(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is glycolysis?")
    heard = await student.says("What is the base rate fallacy?")
    assert heard.text.startswith("Under *The base rate fallacy* your notes say:")
    assert heard.dialogue["topic"] == "What is the base rate fallacy?"


async def test_a_question_without_a_verb_is_answered_asked_back_and_compared_with_all_that_was_quoted(
    library: Library,
) -> None:
    text = "# Heat\n\nConduction is the transfer of heat by contact. Convection is the transfer of heat by a fluid."
    student = Student(await with_notes(library, text))
    await student.says("quiz me")
    heard = await student.says("Difference between conduction and convection?")
    assert heard.text.endswith("Now in your own words: how do conduction and convection differ?")
    assert len(heard.dialogue["pending"]["expected"]) == 2


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("said", ["you are a stupid useless bot", "write me a python quicksort", "I hate Mondays"])
async def test_what_is_no_answer_is_not_graded_and_the_question_stays_open(
    sampled: Library, said: str, profile: Profile
) -> None:
    student = Student(sampled, Controls(profile=profile))
    pending = (await student.says("quiz me on glycolysis")).dialogue["pending"]
    heard = await student.says(said)
    assert "Not quite" not in heard.text
    assert pending["text"] in heard.text
    assert heard.dialogue["pending"] == pending
    assert heard.dialogue["attempts"] == 0


async def test_another_subject_raised_instead_of_an_answer_is_taken_up(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is a sample space?")
    heard = await student.says("I care more for glycolysis")
    assert heard.found[0].passage.title == "Glycolysis"


@pytest.mark.parametrize("said", ["yes", "no", "Maybe."])
async def test_yes_or_no_is_met_with_the_kind_of_answer_that_is_wanted(sampled: Library, said: str) -> None:
    student = Student(sampled)
    pending = (await student.says("quiz me on glycolysis")).dialogue["pending"]
    heard = await student.says(said)
    assert heard.text.startswith("Yes or no can't settle this one; I'm after ")
    assert heard.dialogue["pending"] == pending


async def test_a_question_that_points_back_is_about_the_topic(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is glycolysis?")
    heard = await student.says("where does it take place?")
    assert "It takes place in the cytosol" in heard.text
    heard = await student.says("does it need oxygen?")
    assert "needs no oxygen" in heard.text


async def test_a_question_that_names_its_subject_before_it_points_at_it_is_about_that_subject(
    sampled: Library,
) -> None:
    student = Student(sampled)
    await student.says("How much ATP does one glucose yield?")
    heard = await student.says("What is glycolysis and where does it take place?")
    assert heard.text.startswith("Under *Glycolysis* your notes say:")
    heard = await student.says("how many ATP does it make?")
    assert "glycolysis" in heard.dialogue["topic"]


async def test_a_number_for_something_is_looked_up_where_that_is_told(sampled: Library) -> None:
    heard = await Student(sampled).says("how many ATP per glucose")
    assert "about 30 to 32 ATP" in heard.text


async def test_more_goes_on_where_the_quote_ended(sampled: Library) -> None:
    student = Student(sampled)
    first = await student.says("What is glycolysis?")
    heard = await student.says("go on")
    assert heard.text.startswith("Your notes go on, under *Glycolysis*:")
    assert not {quote for quote, _ in heard.quotes} & {quote for quote, _ in first.quotes}


async def test_a_quiz_asks_without_showing_its_source(sampled: Library) -> None:
    student = Student(sampled)
    heard = await student.says("quiz me on probability")
    assert heard.found == ()
    assert heard.quotes == [] or "Which" in heard.text
    assert heard.dialogue["pending"]["expected"]


async def test_a_quiz_never_asks_the_same_twice(sampled: Library) -> None:
    student = Student(sampled)
    asked = [(await student.says("quiz me")).dialogue["pending"]["key"] for _ in range(30)]
    assert len(set(asked)) == 30


async def test_numbers_are_asked_for_and_checked(library: Library) -> None:
    student = Student(await with_notes(library, "# Ice\n\nPure ice melts at exactly 273.15 K under normal pressure."))
    heard = await student.says("quiz me")
    assert "melts at exactly ____ under" in heard.text
    assert "273.15 K" in (await student.says("0 degrees")).text
    await student.says("quiz me")


async def test_lists_are_quoted_whole_and_their_items_checked(library: Library) -> None:
    student = Student(await with_notes(library, HISTORY))
    heard = await student.says("What are the three estates?")
    assert heard.quotes[0][0].startswith("- First Estate: the clergy\n- Second")
    assert heard.text.endswith("Your notes list three points under *The three estates*. What are they?")
    heard = await student.says("clergy and nobility")
    assert heard.text.startswith("Partly. You have “clergy and nobility”. What is missing:")
    assert heard.quotes[0][0] == "- Third Estate: everyone else, about 98 percent of the people"


async def test_a_person_or_a_date_is_answered_with_the_sentence_that_goes_on(library: Library) -> None:
    student = Student(await with_notes(library, HISTORY))
    heard = await student.says("Who was Robespierre?")
    assert heard.quotes[0][0].endswith("His rule is called the Reign of Terror.")
    heard = await student.says("When did the French Revolution begin?")
    assert "1789" in heard.quotes[0][0]


async def test_notes_in_another_language_are_quoted_as_they_are(library: Library) -> None:
    notes = "# Zellbiologie\n\n## Mitose\n\nDie Mitose ist die Teilung des Zellkerns. Sie läuft in vier Phasen ab."
    student = Student(await with_notes(library, notes))
    heard = await student.says("Was ist die Mitose?")
    assert heard.quotes[0][0].startswith("Die Mitose ist die Teilung des Zellkerns.")
    assert "You had “Teilung des Zellkerns”" in (await student.says("die Teilung des Zellkerns")).text


async def test_without_materials_it_says_what_to_do(library: Library) -> None:
    for text in ("What is ATP?", "hi", "quiz me"):
        heard = await Student(library).says(text)
        assert heard.found == ()
        for way in ("Drop a file", "paste", "open the sample notes"):
            assert way in heard.text


async def test_materials_that_failed_are_named_with_their_reason(library: Library) -> None:
    await with_notes(library, "---\ntitle: Nothing\n---\n")
    heard = await Student(library).says("What is ATP?")
    assert "None of your notes could be read." in heard.text
    assert "nothing but metadata" in heard.text


async def test_where_nothing_answers_it_says_so_and_what_the_notes_have(sampled: Library) -> None:
    heard = await Student(sampled).says("What is the capital of France?")
    assert heard.found == ()
    assert heard.text.startswith("Nothing in your notes answers that.")
    assert "Cellular respiration" in heard.text
    assert "Bayes' theorem" in heard.text
    assert " more" not in heard.text
    # The newest two are named, and the others not passed over.
    await with_notes(sampled, "# Tides\n\nThe moon draws the water up.", "# Winds\n\nWarm air rises.")
    heard = await Student(sampled).says("What is the capital of France?")
    assert "You have notes on *notes 1.md* (Winds), *notes 0.md* (Tides) and 2 more." in heard.text


async def test_a_misspelt_topic_is_met_with_the_nearest_heading(sampled: Library) -> None:
    heard = await Student(sampled).says("What is photosyntesis?")
    assert "*Photosynthesis*" in heard.text


async def test_what_only_touches_a_question_is_called_the_nearest(sampled: Library) -> None:
    heard = await Student(sampled).says("What is supply and demand?")
    assert heard.text.startswith("Nothing in your notes answers that outright. The nearest they come")


@pytest.mark.parametrize("level", [1, 3, 5])
@pytest.mark.parametrize("profile", Profile)
async def test_a_question_that_the_notes_leave_open_is_not_asked_back(
    library: Library, profile: Profile, level: int
) -> None:
    shelf = await with_notes(library, HISTORY, "# Water\n\n**Ice** is water that has become solid in the cold.")
    heard = await Student(shelf, Controls(level, profile)).says("What is the taste of water?")
    assert heard.text.startswith("Nothing in your notes answers that outright.")
    assert "taste" not in heard.text
    assert heard.dialogue["pending"]["expected"] == ["**Ice** is water that has become solid in the cold."]


async def test_a_question_that_is_asked_back_stands_alone(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is glycolysis?")
    for text in ("why does it matter for the cell?", "how does that work?", "more"):
        asked = (await student.says(text)).dialogue["pending"]["text"]
        own = asked.rpartition("\n")[2].rstrip("?.")
        assert own.startswith(">") or not {"that", "it", "this"} & set(own.split()), asked


async def test_an_open_question_stays_open_through_thanks_and_strangers(sampled: Library) -> None:
    student = Student(sampled)
    pending = (await student.says("quiz me on glycolysis")).dialogue["pending"]
    for text in ("thanks", "What is the capital of France?"):
        heard = await student.says(text)
        assert heard.dialogue["pending"] == pending
        assert pending["text"] in heard.text


@pytest.mark.parametrize("said", ["ok", "yes", "I see"])
async def test_nobody_is_welcome_who_did_not_thank(sampled: Library, said: str) -> None:
    student = Student(sampled)
    assert "welcome" not in (await student.says(said)).text
    await student.says("quiz me on glycolysis")
    assert "welcome" not in (await student.says(said)).text


async def test_a_source_deleted_since_is_quoted_with_the_name_it_had(sampled: Library) -> None:
    student = Student(sampled)
    heard = await student.says("quiz me on glycolysis")
    filename = heard.dialogue["pending"]["filename"]
    for material in (await sampled.list("local")).materials:
        if material.filename == filename:
            await sampled.delete("local", material.id)
    heard = await student.says("just tell me")
    assert f"(from {filename}, which is no longer among your materials)" in heard.text
    assert "[[" not in heard.text


@pytest.mark.parametrize(
    "dialogue",
    [
        {"pending": {"form": "riddle"}, "rung": "up", "asked": 7, "place": [], "topic": None},
        {"pending": {"form": "gap", "text": "?", "expected": []}, "attempts": -1},
        {"pending": "yes", "place": {"material_id": 5, "position": "x"}, "asked": [1, "a"]},
    ],
)
async def test_a_dialogue_of_another_version_is_no_stumbling_block(
    sampled: Library, dialogue: dict[str, object]
) -> None:
    student = Student(sampled, dialogue=dialogue)
    heard = await student.says("What is glycolysis?")
    assert heard.quotes


async def test_a_reply_comes_in_small_pieces_and_is_whole_within_a_second_and_a_half(sampled: Library) -> None:
    pauses: list[float] = []

    async def note(seconds: float) -> None:
        pauses.append(seconds)

    paper = Paper()
    coach = NotesCoach(sampled, sleep=note)
    await coach.reply(Ask("local", "s", "What is photosynthesis?", fast(verbosity=Verbosity.DETAILED)), paper)
    pieces = paper.all("say")
    assert len(pieces) == len(pauses) > 10
    assert all(len(piece.split()) <= 3 for piece in pieces)
    assert sum(pauses) < 1.5


async def test_two_students_are_taught_at_once(sampled: Library) -> None:
    one, other = Student(sampled), Student(sampled)
    heard = await asyncio.gather(one.says("What is glycolysis?"), other.says("What is a sample space?"))
    assert [each.found[0].passage.title for each in heard] == ["Glycolysis", "Experiments, outcomes and events"]


async def test_a_question_may_hold_anything(sampled: Library) -> None:
    for text in ("", "   ", "?" * 50, "[[1]] > quote", "$$\\frac$$", "<script>alert(1)</script>", "a" * 10_000, "\x00"):
        heard = await Student(sampled).says(text)
        assert heard.text


async def test_a_very_long_message_is_answered_like_any_other(sampled: Library) -> None:
    student = Student(sampled)
    await student.says("What is glycolysis?")
    for text in ("glucose splits into pyruvate and " * 700, "what about what " * 700, "1 and " * 2_000, "not " * 5_000):
        assert (await student.says(text)).text


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("26", "It is a number with 2 digits."),
        ("1,000 ATP", "It is a number with 4 digits and **A**… (3 letters)."),
        ("7", "It is a number with one digit."),
    ],
)
def test_a_number_is_hinted_at_by_its_digits(answer: str, words: str) -> None:
    question = Question(Form.GAP, "There are ____.", (f"There are {answer}.",), "p", "a.md", answer=answer)
    assert hint(question, FIRST_LETTERS, {}) == words
