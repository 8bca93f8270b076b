"""Grading: a student's answer gets the verdict that a teacher would give it, and is told what is missing."""

from dataclasses import replace

import pytest

from studyin.coach.grading import Verdict, grade, vocabulary
from studyin.coach.question import Question
from studyin.library import Library
from tests.coach.answers import ANSWERS, CYTOSOL, ENERGY, GLYCOLYSIS, INDEPENDENT, STAGES, explain, gap, items
from tests.coach.fresh_answers import DEMAND, EROSION, FRESH, MONSOON, PLATES, REFRACTION
from tests.coach.german_answers import IN_GERMAN
from tests.coach.texts import CELLS, CHEMISTRY, HISTORY, LAW
from tests.coach.unseen_answers import (
    CONTRACT,
    DIFFUSION,
    FACTORY_ACT,
    INDUSTRIAL,
    MITOCHONDRIA,
    NEUTRALISATION,
    OSMOSIS,
    RIBOSOME,
    UNSEEN,
    WEAK,
)


def even(question: Question) -> dict[str, float]:
    """Every word as telling as any other."""
    return dict.fromkeys(vocabulary(question), 1.0)


async def disagreement(library: Library, answers: list[tuple[Question, str, Verdict]]) -> list[str]:
    differing = []
    for question, answer, expected in answers:
        given = grade(question, answer, await library.rarity("local", vocabulary(question)))
        verdict = Verdict.WRONG if given.verdict is Verdict.UNCLEAR else given.verdict  # neither is covered
        if verdict is not expected:
            differing.append(f"{answer!r}: {given.verdict}, a teacher says {expected}")
    return differing


async def test_at_least_nine_of_ten_answers_get_the_verdict_of_a_teacher(sampled: Library) -> None:
    assert len(ANSWERS) >= 60
    differing = await disagreement(sampled, ANSWERS)
    assert len(differing) <= 0.1 * len(ANSWERS), "\n".join(differing)


async def test_answers_in_other_subjects_get_the_verdict_of_a_teacher(library: Library) -> None:
    assert len(UNSEEN) >= 60
    for number, text in enumerate((HISTORY, LAW, CHEMISTRY, CELLS)):
        await library.add("local", f"{number}.md", text.encode())
    await library.settled()
    differing = await disagreement(library, UNSEEN)
    assert len(differing) <= 0.1 * len(UNSEEN), "\n".join(differing)


async def test_three_of_four_answers_in_new_subjects_get_the_verdict_of_a_teacher(sampled: Library) -> None:
    assert len(FRESH) >= 60
    differing = await disagreement(sampled, FRESH)
    assert len(differing) <= 0.2 * len(FRESH), "\n".join(differing)


async def test_nine_of_ten_german_answers_get_the_verdict_of_a_teacher(library: Library) -> None:
    assert len(IN_GERMAN) >= 50
    await library.add_sample("local", "weimarer-republik")
    await library.settled()
    differing = await disagreement(library, IN_GERMAN)
    assert len(differing) <= 0.1 * len(IN_GERMAN), "\n".join(differing)


def test_a_number_of_another_sentence_and_a_word_that_another_denies_stand_against_nothing() -> None:
    treaty = explain(
        "What is the Convention?",
        "The **Convention** is a treaty that was signed in Rome on 4 November 1950.",
        "It binds the 46 member states.",
    )
    assert grade(treaty, "a treaty signed in 1950 that binds the member states", {}).verdict is Verdict.RIGHT
    limits = explain(
        "When does a sequence converge?",
        "A sequence **converges** if its terms approach a limit.",
        "A sequence that has no limit is called divergent.",
    )
    given = grade(limits, "if the terms get near to a limit", {})
    assert (given.verdict, given.against) == (Verdict.RIGHT, ())
    assert grade(replace(treaty, expected=treaty.expected[1:]), "it binds 12 member states", {}).against == ("12",)


@pytest.mark.parametrize(
    ("expected", "right", "wrong"),
    [
        ("It converges exactly if $|q| < 1$.", "it does for |q|<1", "for |q|>1"),
        ("The sum is $\\frac{1}{1-q}$.", "1/(1-q)", "1/(1+q)"),
        ("`list.sort()` returns `None`; `sorted()` returns a new list.", "None", "a new list"),
        ("$|a_n - a| < \\varepsilon$ for all large $n$", "|a_n-a| < epsilon", "a_n > a"),
    ],
)
def test_formulas_and_code_are_compared_as_such(expected: str, right: str, wrong: str) -> None:
    question = explain("What does list.sort() return?" if "`" in expected else "When?", expected)
    assert grade(question, right, {}).verdict is Verdict.RIGHT
    assert grade(question, wrong, {}).verdict is not Verdict.RIGHT


def test_a_formula_in_a_gap_is_right_in_any_writing_and_partly_with_a_sign_astray() -> None:
    chain = gap("The rule is $(f \\circ g)'(x) = f'(g(x)) \\cdot g'(x)$.", "$(f \\circ g)'(x) = f'(g(x)) \\cdot g'(x)$")
    assert grade(chain, "(f∘g)' = f'(g) g'", {}).verdict is Verdict.RIGHT
    assert grade(chain, "f'(g(x))*g'(x)", {}).verdict is Verdict.RIGHT
    assert grade(chain, "(f∘g)' = f'(g) + g'", {}).verdict is Verdict.PARTLY
    assert grade(chain, "f + g", {}).verdict is Verdict.WRONG


def test_an_item_is_met_by_a_word_of_its_own_between_commas_and_by_none_that_two_share() -> None:
    exceptions = items(
        "Which three?",
        "in defence of any person from unlawful violence",
        "in order to effect a lawful arrest of a person",
        "in action taken to quell a riot",
    )
    assert grade(exceptions, "defence, arrest", {}).missing == (2,)
    assert grade(exceptions, "person", {}).missing == (0, 1, 2)
    assert grade(exceptions, "no arrest, riot", {}).missing == (0, 1)


def test_what_is_said_besides_does_not_outweigh_the_sentence() -> None:
    absolute = explain(
        "What are absolute rights?",
        "**Absolute rights** may never be restricted, not even in war: the prohibition of torture and of slavery.",
    )
    assert grade(absolute, "they can never be restricted", {}).verdict is Verdict.RIGHT
    assert grade(absolute, "they can be restricted", {}).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    ("question", "turned_round"),
    [
        (NEUTRALISATION, "salt and water react to form an acid and a base"),
        (INDUSTRIAL, "from machines in factories to goods made by hand at home"),
        (MITOCHONDRIA, "it stores ATP in glucose"),
        (OSMOSIS, "water moves through a membrane from the side with more to the side with less"),
        (RIBOSOME, "the ribosome is joined by the protein"),
        (WEAK, "it gives away all its protons"),
        (CONTRACT, "an agreement that courts do not enforce"),
        (FACTORY_ACT, "it allowed mills to employ children"),
        (PLATES, "the continental plate sinks below the oceanic plate"),
        (MONSOON, "the sea heats up faster than the land"),
        (EROSION, "erosion breaks rock down where it is and weathering carries it away"),
        (REFRACTION, "it travels more slowly in air than in water"),
        (DEMAND, "when price rises quantity demanded rises"),
    ],
)
def test_the_right_words_the_wrong_way_round_are_wrong(question: Question, turned_round: str) -> None:
    assert grade(question, turned_round, even(question)).verdict is Verdict.WRONG


def test_a_denied_opposite_says_the_same() -> None:
    given = grade(FACTORY_ACT, "mills were not allowed to employ children under nine", even(FACTORY_ACT))
    assert (given.verdict, given.against) == (Verdict.RIGHT, ())


@pytest.mark.parametrize(("answer", "verdict"), [("no", Verdict.RIGHT), ("Yes!", Verdict.WRONG)])
def test_yes_or_no_answers_a_question_that_asks_for_it(answer: str, verdict: Verdict) -> None:
    assert grade(DIFFUSION, answer, even(DIFFUSION)).verdict is verdict


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (PLATES, "the oceanic plate sinks below the continental plate and causes earthquakes and volcanoes"),
        (EROSION, "weathering breaks rock down, erosion carries it away"),
        (REFRACTION, "light travels more slowly in water than in air"),
        (DEMAND, "when the price rises the quantity demanded falls"),
        (NEUTRALISATION, "salt and water are formed by an acid and a base"),
    ],
)
def test_the_right_words_the_right_way_round_are_right(question: Question, answer: str) -> None:
    assert grade(question, answer, even(question)).verdict is Verdict.RIGHT


CHINESE = explain("渗透作用是什么?", "渗透作用是水分子通过半透膜从低浓度溶液流向高浓度溶液的过程。")
CHINESE_DENIAL = explain("渗透作用需要能量吗?", "渗透作用不需要能量。")
GERMAN = explain(
    "Was ist die Osmose?",
    "Die **Osmose** ist die Wanderung von Wasser durch eine halbdurchlässige Membran zur Seite mit der höheren"
    " Konzentration gelöster Stoffe.",
)
GERMAN_DENIAL = explain("Braucht die Osmose Energie?", "Sie braucht keine Energie.")


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        (CHINESE, "水分子通过半透膜流向高浓度溶液", True),
        (CHINESE, "动物吃植物", False),
        (CHINESE_DENIAL, "不需要能量", True),
        (CHINESE_DENIAL, "需要能量", False),
        (GERMAN, "Wasser wandert durch eine Membran zur Seite mit höherer Konzentration", True),
        (GERMAN, "das ist die der von mit durch zur", False),
        (GERMAN_DENIAL, "sie braucht keine Energie", True),
        (GERMAN_DENIAL, "sie braucht viel Energie", False),
    ],
)
def test_answers_in_other_languages_are_graded_by_their_own_words(question: Question, answer: str, right: bool) -> None:
    verdict = grade(question, answer, even(question)).verdict
    assert verdict is Verdict.RIGHT if right else verdict in (Verdict.WRONG, Verdict.UNCLEAR)


def test_who_compares_two_things_may_name_both() -> None:
    question = explain(
        "Now in your own words: how do an offer and an invitation to treat differ?",
        "An **invitation to treat** is not an offer: it only invites others to make one.",
    )
    answer = "an offer promises to be bound, an invitation to treat only invites others to make offers"
    assert grade(question, answer, even(question)).verdict is Verdict.RIGHT


def test_a_stray_word_of_a_long_answer_to_something_else_earns_nothing() -> None:
    answer = "A fox jumps over a lazy dog near the river bank while birds sing to a third party in an old oak tree"
    given = grade(CONTRACT, answer, even(CONTRACT))
    assert (given.verdict, given.covered) == (Verdict.UNCLEAR, ())


def test_not_only_denies_nothing() -> None:
    given = grade(RIBOSOME, "it not only reads messenger RNA, it joins amino acids into a protein", even(RIBOSOME))
    assert given.verdict is Verdict.RIGHT


def test_what_was_covered_is_told_in_the_students_own_words() -> None:
    given = grade(GLYCOLYSIS, "Well, glucose gets broken down into 2 pyruvates!", even(GLYCOLYSIS))
    assert given.covered == ("glucose gets broken down into 2 pyruvates",)
    assert given.against == ()


def test_what_is_missing_of_a_list_is_told_by_item() -> None:
    given = grade(STAGES, "glycolysis and the citric acid cycle", even(STAGES))
    assert (given.verdict, given.missing) == (Verdict.PARTLY, (1, 3))


def test_a_denial_of_what_the_notes_affirm_stands_against_the_answer() -> None:
    given = grade(INDEPENDENT, "if the occurrence of one changes the probability of the other", even(INDEPENDENT))
    assert given.verdict is Verdict.WRONG
    assert "changes the probability" in given.against


def test_another_number_stands_against_the_answer() -> None:
    given = grade(ENERGY, "it is 3 kJ", even(ENERGY))
    assert (given.verdict, given.against) == (Verdict.WRONG, ("3 kJ",))


def test_the_whole_sentence_fills_a_gap_too() -> None:
    assert grade(CYTOSOL, "It takes place in the cytosol and needs no oxygen.", even(CYTOSOL)).verdict is Verdict.RIGHT


def test_repeating_the_question_answers_nothing() -> None:
    assert grade(GLYCOLYSIS, "in your own words, what is glycolysis?", even(GLYCOLYSIS)).verdict is Verdict.WRONG


def test_an_answer_in_other_words_than_the_notes_is_unclear_and_covers_nothing() -> None:
    given = grade(GLYCOLYSIS, "a blue whale swims past Norway", even(GLYCOLYSIS))
    assert (given.verdict, given.covered) == (Verdict.UNCLEAR, ())
    assert grade(GLYCOLYSIS, "bananas", even(GLYCOLYSIS)).verdict is Verdict.WRONG


def test_a_bare_number_or_small_words_alone_earn_nothing() -> None:
    for answer in ("two", "it is one of the two", "two blue whales"):
        given = grade(GLYCOLYSIS, answer, even(GLYCOLYSIS))
        assert given.verdict in (Verdict.WRONG, Verdict.UNCLEAR)
        assert given.covered == ()


def test_a_bare_number_answers_what_asks_for_a_number() -> None:
    asked = "Now in your own words: how many pairs does a human cell have?"
    question = replace(GLYCOLYSIS, text=asked, expected=("A human cell has 23 pairs of chromosomes.",))
    assert grade(question, "23", even(question)).verdict in (Verdict.RIGHT, Verdict.PARTLY)


def test_an_answer_without_words_is_wrong_and_harmless() -> None:
    for question, _, _ in ANSWERS:
        assert grade(question, "… ?!", {}).verdict is Verdict.WRONG
