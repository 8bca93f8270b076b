"""Which words mean the same in an answer, which the opposite, and which say no."""

from __future__ import annotations

from studyin.coach.families import root
from studyin.coach.german_meaning import GERMAN_EMPTY, GERMAN_NO
from studyin.library.english import STOP_WORDS, TELLTALES
from studyin.library.slips import is_slip
from studyin.library.terms import forms, stem, words

# Everyday words that stand for each other in explanations, whatever the subject. A line is one meaning.
_SAME = """
make produce create generate form build synthesise yield give release donate construct assemble
use consume need require spend cost
split break breakdown smash cleave divide degrade decompose
get gain obtain receive acquire
begin start initiate
end stop halt cease finish terminate
happen occur occurrence
place location site
grow increase rise climb enlarge
shrink decrease fall drop decline lessen reduce lower
contain hold include comprise consist
carry transport convey transfer move bring deliver
show indicate demonstrate
help assist aid
change alter modify affect influence
convert transform turn become
speed velocity
fast quick rapid
big large great huge
small little tiny
part portion share fraction proportion piece percentage
quantity amount
important essential crucial vital key
join combine attach bind connect link unite bond
absorb soak
keep store save
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
permit allow enable let
hinder block
mix blend
heat warmth
light sunlight
sugar glucose
people person human
fix fixate
inside within inner interior internal
outside outer exterior external
ignore neglect overlook disregard forget
update revise adjust
evidence data proof
repeat replicate
forbid ban prohibit outlaw
wage pay salary
child children kid
adult grown-up
agreement deal
post posted mail
destroy kill ruin
steady constant stable
cheap inexpensive
costly expensive
king monarch
war conflict
rich wealthy
poor needy
centre center
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
allow forbid
speed slow
single many
with without
permit forbid
cheap expensive
clean dirty
rich poor
skilled unskilled
old new
old young
early late
against along
enter leave
open close
win lose
war peace
buyer seller
buy sell
guilty innocent
valid void
public private
north south
east west
certain impossible
dominant recessive
producer consumer
same different
into out
import export
expand contract
"""


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_NEGATIONS = _set(
    """no not never none nothing neither nor without cannot can't don't doesn't didn't isn't aren't wasn't weren't won't
    wouldn't couldn't shouldn't hasn't haven't hadn't unless lacks lack lacking cant dont doesnt isnt arent wont"""
)

# What a thing is written as in a formula, and in words.
NOTATION = {"co2": "carbon dioxide kohlenstoffdioxid", "o2": "oxygen sauerstoff", "h2o": "water wasser"}
NOTATION |= {"h2": "hydrogen wasserstoff", "n2": "nitrogen stickstoff", "brd": "bundesrepublik"}

# They weigh nothing in an answer. What frames a question may well be the point of an answer, but for these.
EMPTY = STOP_WORDS | _set(
    """explain describe define definition mean means example notes note say says said call called known kind type way
    thing things something someone think guess maybe believe basically actually really just simply well also etc
    take takes taken taking place happen happens happening occur occurs look looks come comes soon mainly mostly often
    usually always sometimes thereby therefore nearly almost roughly generally itself themselves together rather
    quite other another others one may even"""
)


# They weigh nothing in German, Spanish and French; English has some of them with a meaning ("die", "sin", "pour").
_EMPTY_ELSEWHERE = _set(
    """der die das den dem des ein eine einer eines einem einen und oder aber ist sind war waren wird werden wurde hat
    haben mit von vom zu zum zur bei beim im in an am auf aus fur durch uber unter nach vor als wie dass sich es er sie
    man auch nur noch dabei dabei davon dadurch weil wenn welche welcher deren dessen
    el la los las lo un una unos unas y o pero es son era fue ser esta este con de del al en por para que se su sus como
    mas tambien solo cuando donde porque
    le les une des du et ou mais est sont etait dans sur par avec pour qui que ce cette ces son sa ses il elle ne"""
)
# They say no in those languages; "nicht" and the rest mean nothing in English.
_NO_ELSEWHERE = GERMAN_NO | _set("nunca jamas ninguna ninguno sans jamais")
# One of these characters denies what follows it.
CHINESE_NOT = "不没沒無无未非"


def empty_words(text: str, *, german: bool = False) -> frozenset[str]:
    """The words that weigh nothing in a text, by the language it reads as. german: whether it is known to be German."""
    if german:
        return EMPTY | _EMPTY_ELSEWHERE | GERMAN_EMPTY
    return EMPTY if TELLTALES.intersection(words(text)) else EMPTY | _EMPTY_ELSEWHERE


def _groups(text: str) -> dict[str, str]:
    groups: dict[str, str] = {}
    for number, line in enumerate(text.strip().splitlines()):
        for word in line.split():
            groups.setdefault(root(word), f"={number}")
    return groups


_MEANING = _groups(_SAME)
_AGAINST: dict[str, set[str]] = {}
for _pair in _OPPOSITES.strip().splitlines():
    _one, _other = (root(_word) for _word in _pair.split())
    _AGAINST.setdefault(_one, set()).add(_other)
    _AGAINST.setdefault(_other, set()).add(_one)


def meaning(word: str) -> str:
    """The root of a folded word, or the group of everyday words with the same meaning."""
    its_root = root(word)
    return _MEANING.get(its_root, its_root)


def meanings(word: str) -> set[str]:
    """The meanings of a word and of its classical plural or singular; its stem among them."""
    return {stem(word), *(meaning(form) for form in forms(word))}


def opposites(word: str) -> set[str]:
    """The roots that say the opposite of a folded word, by a pair or by "in-", "un-", "an-"."""
    found = set(_AGAINST.get(root(word), ()))
    for prefix in ("un", "in", "im", "non", "an", "dis"):
        found.add(root(prefix + word))
        if word.startswith(prefix) and len(word) > len(prefix) + 4:
            found.add(root(word.removeprefix(prefix)))
    return found


def has_opposite(word: str) -> bool:
    return root(word) in _AGAINST


def negates(word: str) -> bool:
    return word in _NEGATIONS or word in _NO_ELSEWHERE or (len(word) == 1 and word in CHINESE_NOT)


# In letters.
LEAST_BY_EAR = 5
# First letters that are confused by ear; others make another word of it.
_SOUND_ALIKE = ({"c", "k"}, {"c", "s"}, {"s", "z"}, {"f", "p"}, {"i", "e"}, {"g", "j"})


def is_misspelt(written: str, meant: str) -> bool:
    """Whether one folded word is the other with a slip of the keyboard, or begins with a letter that sounds alike."""
    by_ear = {written[:1], meant[:1]} in _SOUND_ALIKE and len(meant) >= LEAST_BY_EAR
    return is_slip(written, meant) or (by_ear and written[1:] == meant[1:])
