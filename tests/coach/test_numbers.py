"""Numbers as a reader takes them."""

import pytest

from studyin.coach.numbers import quantities, same


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("about 30.5 kJ of energy", [(30500.0, 30500.0, "joule")]),
        ("30 to 32 ATP, or 36–38", [(30.0, 32.0, ""), (36.0, 38.0, "")]),
        ("1,000 m and 1000 m", [(1000.0, 1000.0, "metre"), (1000.0, 1000.0, "metre")]),
        ("3,5 kg", [(3500.0, 3500.0, "gram")]),
        ("thirty-two, two hundred and five", [(32.0, 32.0, ""), (205.0, 205.0, "")]),
        ("15 %, fifteen percent, 0.15", [(0.15, 0.15, "share"), (0.15, 0.15, "share"), (0.15, 0.15, "")]),
        ("3 × 10⁸ or 3e8", [(3e8, 3e8, ""), (3e8, 3e8, "")]),
        ("5/6 and half", [(5 / 6, 5 / 6, ""), (0.5, 0.5, "")]),
        ("between 0 and 1", [(0.0, 1.0, "")]),
        ("in 1961 and 1978", [(1961.0, 1961.0, ""), (1978.0, 1978.0, "")]),
        ("H2O, CO₂, C6H12O6, G3P, 3-phosphate", []),
        ("two a day", [(2.0, 2.0, "")]),
        ("-5 °C", [(-5.0, -5.0, "celsius")]),
        ("drei, sechzigtausend, einhundert", [(3.0, 3.0, ""), (60000.0, 60000.0, ""), (100.0, 100.0, "")]),
        ("hundertfünfundfünfzig km", [(155000.0, 155000.0, "metre")]),
        ("60 000 und 1.000.000", [(60000.0, 60000.0, ""), (1e6, 1e6, "")]),
        ("2.7 million, 2,7 Millionen, 4,2 Billionen", [(2.7e6, 2.7e6, ""), (2.7e6, 2.7e6, ""), (4.2e12, 4.2e12, "")]),
        ("eine Membran und ein Verein", []),
        ("zehn Prozent, 40 Grad", [(0.1, 0.1, "share"), (40.0, 40.0, "celsius")]),
        ("", []),
    ],
)
def test_numbers_are_found_with_their_units(text: str, found: list[tuple[float, float, str]]) -> None:
    assert [(each.low, each.high, each.unit) for each in quantities(text)] == [
        (pytest.approx(low), pytest.approx(high), unit) for low, high, unit in found
    ]


def test_a_number_knows_where_it_stands() -> None:
    text = "It yields about 30 to 32 ATP, or 2 km."
    assert [text[each.start : each.end] for each in quantities(text)] == ["about 30 to 32", "2 km"]


@pytest.mark.parametrize(
    ("expected", "given", "is_same"),
    [
        ("30.5 kJ", "30500 J", True),
        ("30.5 kJ", "30.5", True),
        ("30.5 kJ", "30.5 g", False),
        ("1 km", "1,000 m", True),
        ("30 to 32", "31", True),
        ("30 to 32", "38", False),
        ("30 to 32", "about 33", True),
        ("15 %", "0.15", True),
        ("15 %", "15", True),
        ("1937", "1938", False),
        ("two", "2", True),
        ("2.5", "2.51", True),
        ("2.5", "2.6", False),
        ("about 2.5", "2.6", True),
        ("40 °C", "40 degrees", True),
        ("60.000", "60 000", True),
        ("60.000", "sechzigtausend", True),
        ("60.000", "6000", False),
        ("3.142", "3.14", True),
        ("eine Million", "1.000.000", True),
    ],
)
def test_a_students_number_is_compared_as_a_number(expected: str, given: str, *, is_same: bool) -> None:
    assert same(next(quantities(expected)), next(quantities(given))) is is_same
