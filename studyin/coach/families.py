"""English words of one family that a stemmer leaves apart: gave and give, movement and move, colour and color."""

from __future__ import annotations

from functools import lru_cache

# A line is one verb: its base first.
_IRREGULAR = """
arise arose arisen
become became
begin began begun
bend bent
bind bound
bite bit bitten
blow blew blown
break broke broken
bring brought
build built
burn burnt
buy bought
catch caught
choose chose chosen
come came
deal dealt
dig dug
draw drew drawn
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
feed fed
feel felt
fight fought
find found
flee fled
fly flew flown
forbid forbade forbidden
forget forgot forgotten
freeze froze frozen
get got gotten
give gave given
go went gone
grow grew grown
hang hung
hear heard
hide hid hidden
hold held
keep kept
know knew known
lead led
leave left
lend lent
lose lost loss losses
make made
mean meant
meet met
pay paid
ride rode ridden
ring rang rung
rise rose risen
run ran
say said
see saw seen
seek sought
sell sold
send sent
shine shone
shoot shot
show shown
shrink shrank shrunk
sing sang sung
sink sank sunk
sit sat
sleep slept
speak spoke spoken
spend spent
spin spun
stand stood
steal stole stolen
stick stuck
strike struck
swell swollen
swim swam swum
take took taken
teach taught
tear tore torn
tell told
think thought
throw threw thrown
understand understood
win won
write wrote written
"""

# What a word is derived with, the longest first.
_ENDINGS = (
    "isation", "ization", "ation", "ement", "ment", "ance", "ence", "ity", "ness", "ing", "ant", "ised", "ized", "ise",
    "ize", "ible", "able", "er", "or", "ive", "ion", "ie", "ied", "ed", "al", "ly", "e", "y",
)  # fmt: skip
# What is left must still say something; and be told apart from a short word of another family.
LEAST_ROOT = 4
SHORT_ROOT = 3
_SHORT_ENDINGS = frozenset({"er", "ing", "ed", "e", "y"})
# They end so by themselves.
_WHOLE = """
outer inner upper lower water letter matter order number power paper river former latter layer fiber silver winter
summer offer butter center meter liter king ring spring string thing wing seed need speed species series
"""


def _bases(text: str) -> dict[str, str]:
    return {form: line.split()[0] for line in text.strip().splitlines() for form in line.split()[1:]}


_BASES = _bases(_IRREGULAR)
_WITHOUT_ENDING = frozenset(_WHOLE.split())


def base(word: str) -> str:
    """The base of an irregular form ("gave": "give"), else the folded word itself."""
    return _BASES.get(word, word)


@lru_cache(maxsize=4096)
def root(word: str) -> str:
    """What the words of a family share, in British and American spelling: "neutralis" has become "neutral".

    The same for unrelated words only where they are spelt all but alike.
    """
    word = base(word).replace("our", "or")
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > SHORT_ROOT:
        word = base(word[:-1])
    for ending in () if word in _WITHOUT_ENDING else _ENDINGS:
        least = SHORT_ROOT if ending in _SHORT_ENDINGS else LEAST_ROOT
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return _undoubled(word.removesuffix(ending))
    return word


def _undoubled(rest: str) -> str:
    """As it was before an ending: "splitt" was split."""
    doubled = len(rest) > SHORT_ROOT and rest[-1] == rest[-2] and rest[-1] not in "aeiousl"
    return rest[:-1] if doubled else rest
