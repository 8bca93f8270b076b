"""Whether a cited sentence stands in its passage: by the words and numbers they share."""

import pytest

from studyin.coach.support import check
from tests.coach.desk import passage

FOUND = [
    passage("**Glycolysis** splits one glucose molecule into two of pyruvate. It gains 2 ATP and takes ten steps."),
    passage("The Calvin cycle fixes carbon dioxide. It was described in 1950.", 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "supported"),
    [
        ("Glycolysis splits glucose into pyruvate [[1]].", [True]),
        ("Glucose is broken into two pyruvate molecules. [[1]]", [True]),
        ("It uses sunlight to make starch in leaves [[1]].", [False]),
        ("Glycolysis gains 36 ATP from glucose [[1]].", [False]),
        ("Glycolysis takes ten steps [[1]], the Calvin cycle fixes carbon dioxide [[2]].", [True, True]),
        ("The Calvin cycle fixes carbon dioxide [[1]] [[2]].", [False, True]),
        ("- Glucose is split into pyruvate [[1]]\n- Oxygen boils the mitochondrion dry [[1]]", [True, False]),
        ("> The Calvin cycle fixes carbon dioxide. It was described in 1950. [[2]]", [True]),
        ("See [[1]].", [None]),
        ("Nothing is cited, and `[[1]]` is code.", []),
        ("[[7]] leads nowhere.", []),
        ("Die Glykolyse spaltet Zucker in zwei Teile und das ist gut [[1]].", [None]),
        ("糖酵解分解葡萄糖 [[1]]。", [None]),
        ("Glycolysis splits glucose, so $n = 17$ of pyruvate [[1]].", [True]),
    ],
)
def test_each_citation_is_supported_or_not_or_can_not_be_told(reply: str, supported: list[bool | None]) -> None:
    assert [citation.supported for citation in check(reply, FOUND)] == supported


def test_they_come_by_number_and_then_in_reading_order() -> None:
    checked = check(
        "The Calvin cycle fixes carbon dioxide [[2]]. Glucose is split into pyruvate [[1]]. See [[2]].", FOUND
    )
    assert [(citation.number, citation.supported) for citation in checked] == [(1, True), (2, True), (2, None)]
