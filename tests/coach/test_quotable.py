"""What can be quoted of a passage."""

import pytest

from studyin.coach.definitions import definition
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.store.materials import Passage


def pieces(content: str) -> list[Quotable]:
    return quotables(Passage("p", "m", "notes.md", 0, content))


def texts(content: str) -> list[tuple[str, str]]:
    return [(unit.kind.value, unit.text) for unit in pieces(content)]


def test_a_paragraph_is_quoted_by_sentences_word_for_word() -> None:
    assert texts("**Heat** flows, e.g. from\nwarm to cold. It stops.") == [
        ("sentence", "**Heat** flows, e.g. from\nwarm to cold."),
        ("sentence", "It stops."),
    ]


def test_a_list_comes_with_its_introduction_and_its_items() -> None:
    whole, *items = pieces("There are two:\n\n- **One**: first\n  - below it\n- Two")
    assert (whole.kind, whole.introduction, whole.item_texts) == (
        Kind.LIST,
        "There are two:",
        ["**One**: first\n  - below it", "Two"],
    )
    assert [item.text for item in items] == whole.item_texts


def test_a_formula_comes_with_what_leads_to_it_and_what_goes_on_behind() -> None:
    assert texts("It is defined as\n\n$$a = b$$\n\nprovided that b is small. Then more.") == [
        ("formula", "It is defined as\n\n$$a = b$$\n\nprovided that b is small."),
        ("sentence", "Then more."),
    ]


def test_tables_and_code_are_whole() -> None:
    assert [kind for kind, _ in texts("| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx. Y\n```")] == ["table", "code"]


def test_a_bare_heading_can_be_quoted() -> None:
    assert texts("## ATP carries energy") == [("sentence", "ATP carries energy")]


@pytest.mark.parametrize("text", ["It stops.", "This is why.", "Its purpose is clear.", "For example, ice melts."])
def test_a_sentence_that_points_back_leans_on_the_one_before(text: str) -> None:
    assert pieces(f"Heat flows. {text}")[1].leans
    assert not pieces("Heat flows. Ice melts.")[1].leans


@pytest.mark.parametrize(
    ("sentence", "term", "article"),
    [
        ("**Glycolysis** is the splitting of glucose into pyruvate.", "Glycolysis", ""),
        ("The **sample space**, written $S$, is the set of all outcomes.", "sample space", "the"),
        ("An **outcome** is one possible result.", "outcome", "an"),
        ("**Adenosine triphosphate (ATP)** is the molecule that carries energy.", "Adenosine triphosphate", ""),
        ("A list is an ordered collection of items.", "list", "a"),
        ("The **variance** measures how far the values spread.", "variance", "the"),
    ],
)
def test_definitions_are_recognised(sentence: str, term: str, article: str) -> None:
    defined = definition(pieces(sentence)[0])
    assert defined is not None
    assert (defined.term, defined.article) == (term, article)


def test_an_item_may_define_with_a_colon_or_a_dash() -> None:
    for item in ("- **Prior**: the belief before", "- `pop()` – removes the last item"):
        assert definition(pieces(item)[1]) is not None


@pytest.mark.parametrize(
    "sentence",
    [
        "It is the splitting of glucose into pyruvate.",
        "The oxygen that is released comes from water.",
        "If light is scarce, growth is the first thing to stop.",
        "Heat is faster than one would expect.",
    ],
)
def test_other_sentences_define_nothing(sentence: str) -> None:
    assert definition(pieces(sentence)[0]) is None


def test_a_definition_knows_what_it_defines() -> None:
    defined = definition(pieces("The **probability** of an event is a number between 0 and 1.")[0])
    assert defined is not None
    assert 0 < defined.of({"probabl"}) < 1
    assert defined.of({"event"}) == 0
