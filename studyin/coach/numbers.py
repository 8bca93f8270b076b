"""Numbers as a reader takes them: 1,000 and 60.000, thirty-two and zweiunddreißig, 15 % and 0.15, 2 km and 2000 m."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from studyin.coach.german_numbers import GERMAN_NUMBER, german_number, is_an_article

# How far a number may be off, as a share of the expected one.
ROUNDED = 0.01
ABOUT = 0.05

# By what they measure: each symbol or name and its size. Names in the singular, British, as "metre".
_SIZES: dict[str, dict[str, float]] = {
    "metre": {"nm": 1e-9, "µm": 1e-6, "mm": 1e-3, "cm": 1e-2, "dm": 0.1, "m": 1, "km": 1e3}
    | {"nanometre": 1e-9, "micrometre": 1e-6, "millimetre": 1e-3, "centimetre": 1e-2, "metre": 1, "kilometre": 1e3},
    "gram": {"µg": 1e-6, "mg": 1e-3, "g": 1, "kg": 1e3}
    | {"milligram": 1e-3, "gram": 1, "kilogram": 1e3, "kilo": 1e3, "tonne": 1e6},
    "second": {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "min": 60, "h": 3600}
    | {"millisecond": 1e-3, "second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800},
    "year": {"month": 1 / 12, "year": 1, "yr": 1, "decade": 10, "century": 100, "millennium": 1000},
    "litre": {"µl": 1e-6, "ml": 1e-3, "cl": 1e-2, "dl": 0.1, "l": 1, "L": 1, "millilitre": 1e-3, "litre": 1},
    "joule": {"J": 1, "kJ": 1e3, "MJ": 1e6, "kcal": 4184, "joule": 1, "kilojoule": 1e3, "kilocalorie": 4184},
    "watt": {"W": 1, "kW": 1e3, "MW": 1e6, "watt": 1, "kilowatt": 1e3},
    "volt": {"mV": 1e-3, "V": 1, "kV": 1e3, "volt": 1},
    "ampere": {"mA": 1e-3, "A": 1, "ampere": 1, "amp": 1},
    "pascal": {"Pa": 1, "hPa": 100, "kPa": 1e3, "bar": 1e5, "atm": 101_325, "pascal": 1, "kilopascal": 1e3},
    "hertz": {"Hz": 1, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9, "hertz": 1},
    "mole": {"mmol": 1e-3, "mol": 1, "mole": 1},
    "newton": {"N": 1, "kN": 1e3, "newton": 1},
    "celsius": {"°C": 1, "°": 1, "celsius": 1, "degree": 1},
    "kelvin": {"K": 1, "kelvin": 1},
    "share": {"%": 0.01, "‰": 0.001, "percent": 0.01},
}
_UNITS = {name: (measured, size) for measured, sizes in _SIZES.items() for name, size in sizes.items()}
_GERMAN_UNITS = {"prozent": "percent", "grad": "degree", "gramm": "gram", "kilogramm": "kilogram", "sekunde": "second"}
_GERMAN_UNITS |= {"sekunden": "second", "minuten": "minute", "stunde": "hour", "stunden": "hour", "tage": "day"}
_GERMAN_UNITS |= {
    "tagen": "day",
    "woche": "week",
    "wochen": "week",
    "monat": "month",
    "monate": "month",
    "jahr": "year",
}
_GERMAN_UNITS |= {"monaten": "month", "jahre": "year", "jahren": "year", "jahrzehnt": "decade", "jahrzehnte": "decade"}
_GERMAN_UNITS |= {"jahrhundert": "century", "jahrhunderte": "century", "tonnen": "tonne"}
_UNITS |= {german: _UNITS[english] for german, english in _GERMAN_UNITS.items()}
# Students write "Kg" and "KJ"; but one letter alone is a unit only as it is ("two a day" are no amperes).
_UNITS |= {name.casefold(): unit for name, unit in _UNITS.items() if len(name) > 1 and name.casefold() not in _UNITS}

_WORDS = {"zero": 0.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0}
_WORDS |= {"eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "thirteen": 13.0, "fourteen": 14.0}
_WORDS |= {"fifteen": 15.0, "sixteen": 16.0, "seventeen": 17.0, "eighteen": 18.0, "nineteen": 19.0}
_TENS = {"twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0}
_TENS |= {"sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0}
_BIG = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_OTHER = {"half": 0.5, "quarter": 0.25, "dozen": 12.0, "twice": 2.0, "double": 2.0, "once": 1.0, "single": 1.0}
_PARTS = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1}
# A third by itself is most often the one behind the second.
_NAMED = "|".join([*_WORDS, *_TENS, *_BIG, *_OTHER])
_SHARES = rf"(?:{'|'.join(_WORDS)})[\s-](?:thirds?|quarters?|fifths?|tenths?)|a (?:third|fifth|tenth)(?= of\b|\W*$)"

# A blank sets thousands apart in most of Europe, a stop in German; in English that is a decimal point.
_GROUP = r"(?:[,\u00a0\u202f\u2009 ]|\\,)"
_DIGITS = rf"(?:\d{{1,3}}(?:{_GROUP}\d{{3}})+(?!\d)(?:\.\d+)?|\d{{1,3}}(?:\.\d{{3}}){{2,}}(?!\d)|\d+(?:[.,]\d+)?|\.\d+)"
_STOPPED = re.compile(r"\d{1,3}\.\d{3}")
# What makes a number in figures larger: "2.7 million", "2,7 Millionen".
_SCALES = {"hundred": 1e2, "hundert": 1e2, "thousand": 1e3, "tausend": 1e3, "million": 1e6, "millions": 1e6}
_SCALES |= {"millionen": 1e6, "mio": 1e6, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9, "billion": 1e9}
_SCALES |= {"billions": 1e9, "billionen": 1e12, "trillion": 1e12}
_POWER = r"(?:\s*[×x*·]\s*10\^?\{?(?P<power>[-−⁻]?[\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)\}?)"
_QUANTITY = re.compile(
    rf"(?<![\w.,/^_{{])(?P<about>(?:about|around|approximately|approx\.?|roughly|nearly|almost|circa|ca\.|~|≈)\s*)?"
    rf"(?:(?P<between>between\s+)?(?P<sign>[-−])?(?P<low>{_DIGITS})(?:e(?P<exponent>[-+]?\d+)|{_POWER})?"
    rf"(?:\s*/\s*(?P<over>\d+))?(?:\s*(?(between)and|(?:-|–|to))\s*(?P<high>{_DIGITS}))?"
    rf"|(?P<named>{_SHARES}|(?:{_NAMED})(?:[\s-](?:and\s)?(?:{_NAMED}))*)(?![\w-])"
    rf"|(?P<german>{GERMAN_NUMBER})(?![\w-]))"
    rf"(?:\s?(?P<scale>{'|'.join(_SCALES)})\b\.?)?"
    rf"(?:\s?(?P<unit>%|‰|°\s?[CF]?|per\s?cent\b|[A-Za-zµμ]+))?(?![\d])",
    re.IGNORECASE,
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−μ", "0123456789--µ")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text, or a range of them. unit: what it measures ("metre", "share"), the scale of low and high;
    empty where none was told. start, end: where it stands. otherwise: low as it is read in German, where a stop sets
    thousands apart ("60.000"), and else the same."""

    low: float
    high: float
    unit: str
    about: bool
    start: int
    end: int
    otherwise: float = 0.0


def quantities(text: str) -> Iterator[Quantity]:
    """The numbers of a text, in figures or words. Those inside names (H2O, G3P, 3-phosphate) are none."""
    for match in _QUANTITY.finditer(text):
        if match["low"] and _is_part_of_a_name(text, match.end("high" if match["high"] else "low")):
            continue
        if match["german"] and is_an_article(match["german"]) and not match["scale"]:
            continue
        low, high = _values(match)
        unit, size = _unit(match["unit"] or "")
        end = match.end() if unit or not match["unit"] else match.start("unit")
        end -= len(text[match.start() : end]) - len(text[match.start() : end].rstrip())
        otherwise = low * 1000 if low == high and _STOPPED.fullmatch(match["low"] or "") else low
        yield Quantity(low * size, high * size, unit, bool(match["about"]), match.start(), end, otherwise * size)


def same(expected: Quantity, given: Quantity) -> bool:
    """Whether a student's number is the expected one, in whatever unit; a unit left out is forgiven."""
    if expected.unit and given.unit and expected.unit != given.unit:
        return False
    scales = {1.0}
    if expected.unit != given.unit:
        scales |= set(_SIZES[expected.unit or given.unit].values())
    exact = all(value.is_integer() for value in (expected.low, expected.high, given.low)) and not expected.unit
    tolerance = ABOUT if expected.about or given.about else 0.0 if exact else ROUNDED
    readings = [expected], [given]
    for each, its in zip((expected, given), readings, strict=True):
        if each.otherwise and each.otherwise != each.low:
            its.append(replace(each, low=each.otherwise, high=each.otherwise))
    return any(
        _within(one, other, scale, tolerance) for one in readings[0] for other in readings[1] for scale in scales
    )


def _within(expected: Quantity, given: Quantity, scale: float, tolerance: float) -> bool:
    low = expected.low - abs(expected.low) * tolerance - 1e-12
    high = expected.high + abs(expected.high) * tolerance + 1e-12
    return low <= given.low * scale <= high and low <= given.high * scale <= high


def _is_part_of_a_name(text: str, end: int) -> bool:
    return re.match(r"-[A-Za-z]|[A-Z]\w*\d", text[end : end + 8]) is not None


def _values(match: re.Match[str]) -> tuple[float, float]:
    scale = _SCALES[match["scale"].casefold()] if match["scale"] else 1.0
    low, high = _unscaled(match)
    return low * scale, high * scale


def _unscaled(match: re.Match[str]) -> tuple[float, float]:
    named = match["named"] or match["german"]
    if named:
        value = _named(named) if match["named"] else german_number(named)
        return value, value
    low = _digits(match["low"]) * (-1 if match["sign"] else 1)
    power = match["power"] or match["exponent"]
    if power:
        low *= 10.0 ** max(-99, min(99, int(power.translate(_SUPERSCRIPTS))))
    if match["over"] and float(match["over"]):
        low /= float(match["over"])
    high = _digits(match["high"]) if match["high"] else low
    return min(low, high), max(low, high)


def _digits(text: str) -> float:
    if re.fullmatch(r"\d+,(?:\d{1,2}|\d{4,})", text):  # 3,5 as most of Europe writes it
        return float(text.replace(",", "."))
    if text.count(".") > 1:
        return float(text.replace(".", ""))
    return float(re.sub(_GROUP, "", text))


def _named(text: str) -> float:
    named = re.split(r"[\s-]+", text.casefold())
    if len(named) == 2 and named[1].removesuffix("s") in _PARTS and named[0] in (*_WORDS, "a"):
        return _WORDS.get(named[0], 1.0) * _PARTS[named[1].removesuffix("s")]  # three quarters
    total = current = 0.0
    for word in named:
        if word in _BIG:
            current = (current or 1.0) * _BIG[word]
            if current >= 1e3:
                total, current = total + current, 0.0
        else:
            current += _WORDS.get(word, _TENS.get(word, _OTHER.get(word, 0.0)))
    return total + current


def _unit(text: str) -> tuple[str, float]:
    symbol = re.sub(r"\s", "", text.replace("μ", "µ"))
    name = symbol.casefold() if len(symbol) > 1 else symbol
    singular = name.replace("centuries", "century").replace("meter", "metre").replace("liter", "litre")
    for form in (symbol, name, singular.removesuffix("s")):
        if form in _UNITS:
            return _UNITS[form]
    return "", 1.0
