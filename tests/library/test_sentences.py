"""Where sentences end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyin.library.sentences import sentences


@pytest.mark.parametrize(
    "expected",
    [
        ["Glucose, e.g. in blood, is split.", "It yields 2.5 ATP."],
        ["See Fig. 2 for more!", "Really?", "Yes."],
        ["We lack vitamin C.", "It is an acid."],
        ["J. Smith and A. B. Jones wrote it.", "Others agreed."],
        ["The pH is 7.4, i.e. nearly neutral.", "That matters."],
        ["**Bold ends here.**", "*So does this.*", "Plain."],
        ["Code like `a. B` stays.", "So does $P(A). Q$ here.", "End."],
        ["E. coli is a bacterium.", "We grow E. coli."],
        ["To sort, call it.", "`sort()` works in place.", "$x$ is a variable."],
        ["It needs sugar, salt, etc.", "The rest is water."],
        ["It drops... then rises.", "Wait…", "Done."],
        ["细胞是单位。", "线粒体产生能量！", "好。"],
        ["1. The first thing.", "2. The second."],
        ["See https://example.org/a.b?c=d.", "Then read."],
        ["“He ran.”", "She hid (see p. 3).", "No stop at the end"],
        ["A claim.[^1]", "Another."],
        ["The link [text](a.md). stays lower"],
        ["Am 9. November 1989 fiel die Berliner Mauer.", "Die Einheit wurde am 3. Oktober 1990 vollzogen."],
        ["Im 19. Jahrhundert war Berlin die Hauptstadt Preußens.", "Danach wuchs es weiter."],
        ["Ludwig XVI. Frankreichs König wurde hingerichtet.", "Es folgte die Republik."],
        ["Die Zahl der Planeten ist 8.", "Sie kreisen um die Sonne."],
        ["It has 4.", "The next has 5.", "It was World War II.", "Peace came."],
    ],
)
def test_sentences_are_split_where_a_reader_would(expected: list[str]) -> None:
    text = " ".join(expected)
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_wrapped_lines_do_not_split() -> None:
    text = "A sentence over\ntwo lines. Another\none."
    assert [text[a:b] for a, b in sentences(text)] == ["A sentence over\ntwo lines.", "Another\none."]


@given(st.text(alphabet=" \n.!?aB1$`*()e.g…。", max_size=120))
def test_nothing_is_lost_between_sentences(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(a < b for a, b in spans)


def test_a_paragraph_of_a_hundred_thousand_stops_is_no_trap() -> None:
    assert len(sentences(". " * 100_000)) == 100_000
    assert len(sentences("`a.` Birds sing. " * 20_000)) == 20_000
