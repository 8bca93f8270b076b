"""Which words mean the same in an answer, which the opposite, and which say no."""

from __future__ import annotations

from studyin.library.english import STOP_WORDS
from studyin.library.terms import forms, stem

# Everyday words that stand for each other in explanations, whatever the subject. A line is one meaning.
_SAME = """
make made produce create generate form build synthesise synthesize yield give gave given release construct assemble
use consume need require spend cost
split break broke broken breakdown cleave divide degrade decompose
get got gain obtain receive acquire
begin began begun start initiate
end stop halt cease finish terminate
happen occur occurrence
place location site
grow grew grown increase rise rose climb enlarge
shrink decrease fall fell fallen drop decline lessen reduce lower
contain hold held include comprise consist
carry transport convey transfer move bring brought deliver
show shown indicate demonstrate
help assist aid
change alter modify affect influence
convert transform turn become became
speed velocity
fast quick rapid
big large great huge
small little tiny
part portion share fraction proportion piece percentage
quantity amount
important essential crucial vital key
join combine attach bind bound connect link unite bond
absorb soak
keep kept store save
many numerous
whole entire total complete
equal same identical
different distinct
follow succeed
likely probable probability chance likelihood odds
belief opinion
prior beforehand
guess estimate
mistake error fallacy
depend rely
surround enclose
permit allow enable
hinder prevent block
mix blend
heat warmth
light sunlight
sugar glucose
people person human
fix fixate
inside within inner interior internal
outside outer exterior external
ignore neglect overlook disregard forget forgot
update revise adjust
evidence data proof
repeat replicate
"""

# Pairs of opposites: one of them where the other is expected makes an answer wrong, not incomplete.
_OPPOSITES = """
increase decrease
increase reduce
rise fall
high low
higher lower
more less
large small
larger smaller
big small
inside outside
inner outer
before after
absorb release
absorb reflect
gain lose
take give
positive negative
oxidise reduce
oxidised reduced
oxidation reduction
endothermic exothermic
aerobic anaerobic
hot cold
warm cold
fast slow
strong weak
always never
dependent independent
add subtract
multiply divide
attract repel
acid base
input output
first last
true false
possible impossible
certain impossible
dominant recessive
producer consumer
same different
into out
import export
expand contract
"""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEGATIONS = _set(
    """no not never none nothing neither nor without cannot can't don't doesn't didn't isn't aren't wasn't weren't won't
    wouldn't couldn't shouldn't hasn't haven't hadn't lacks lack lacking cant dont doesnt isnt arent wont"""
)

# What a thing is written as in a formula, and in words.
NOTATION = {"co2": "carbon dioxide", "o2": "oxygen", "h2o": "water", "h2": "hydrogen", "n2": "nitrogen"}

# They weigh nothing in an answer. What frames a question may well be the point of an answer, but for these.
EMPTY = STOP_WORDS | _set(
    """explain describe define definition mean means example notes note say says said call called known kind type way
    thing things something someone think guess maybe believe basically actually really just simply well also etc
    take takes taken taking place happen happens happening occur occurs look looks come comes soon mainly mostly often
    usually always sometimes generally itself themselves together rather quite"""
)


def _groups(text: str) -> dict[str, str]:
    groups: dict[str, str] = {}
    for number, line in enumerate(text.strip().splitlines()):
        for word in line.split():
            groups.setdefault(stem(word), f"={number}")
    return groups


_MEANING = _groups(_SAME)
_AGAINST: dict[str, set[str]] = {}
for _pair in _OPPOSITES.strip().splitlines():
    _one, _other = (stem(_word) for _word in _pair.split())
    _AGAINST.setdefault(_one, set()).add(_other)
    _AGAINST.setdefault(_other, set()).add(_one)


def meaning(word: str) -> str:
    """A folded word's stem, or the group of everyday words with the same meaning."""
    its_stem = stem(word)
    return _MEANING.get(its_stem, its_stem)


def meanings(word: str) -> set[str]:
    """The meanings of a word and of its classical plural or singular."""
    return {meaning(form) for form in forms(word)}


def opposites(word: str) -> set[str]:
    """The stems that say the opposite of a folded word, by a pair or by "in-", "un-", "an-"."""
    its_stem = stem(word)
    found = set(_AGAINST.get(its_stem, ()))
    for prefix in ("un", "in", "im", "non", "an", "dis"):
        found.add(stem(prefix + word))
        if word.startswith(prefix) and len(word) > len(prefix) + 4:
            found.add(stem(word.removeprefix(prefix)))
    return found


def negates(word: str) -> bool:
    return word in _NEGATIONS
