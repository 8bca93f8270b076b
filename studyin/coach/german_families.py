"""German words of one family that a stemmer leaves apart: gab and geben, geteilt and Teilung."""

from __future__ import annotations

import re
from functools import lru_cache

# A line is one verb: its infinitive first. All of it folded, as words are compared.
_IRREGULAR = """
beginnen begann begannen begonnen beginn
beissen biss bissen gebissen
biegen bog bogen gebogen
bieten bot boten geboten
binden band banden gebunden bindung
bitten bat baten gebeten
bleiben blieb blieben geblieben
brechen bricht brach brachen gebrochen bruch
brennen brannte brannten gebrannt brand
bringen brachte brachten gebracht
denken dachte dachten gedacht
dringen drang drangen gedrungen
empfangen empfangt empfing empfingen
empfehlen empfiehlt empfahl empfohlen
essen isst ass assen gegessen
fahren fahrt fuhr fuhren gefahren
fallen fallt fiel fielen gefallen fall
fangen fangt fing fingen gefangen
finden fand fanden gefunden fund
fliegen flog flogen geflogen flug
fliehen floh flohen geflohen flucht fluchten geflohenen fluchtling fluchtlinge fluchtlingen
fliessen floss flossen geflossen fluss
geben gibt gab gaben gegeben gabe
gehen ging gingen gegangen gang
gelten gilt galt galten gegolten
gewinnen gewann gewannen gewonnen gewinn
giessen goss gossen gegossen
greifen griff griffen gegriffen griff
halten halt hielt hielten gehalten
hangen hing hingen gehangen
heben hob hoben gehoben
helfen hilft half halfen geholfen hilfe
kennen kannte kannten gekannt kenntnis
kommen kam kamen gekommen
laden ladt lud luden geladen
lassen lasst liess liessen gelassen
laufen lauft lief liefen gelaufen lauf
leiden litt litten gelitten leid
leihen lieh liehen geliehen
lesen liest las lasen gelesen
liegen lag lagen gelegen
messen misst mass massen gemessen
nehmen nimmt nahm nahmen genommen nahme
nennen nannte nannten genannt
raten rat riet rieten geraten
reissen riss rissen gerissen
rufen rief riefen gerufen ruf
schaffen schuf schufen geschaffen
scheiden schied schieden geschieden
scheinen schien schienen geschienen
schieben schob schoben geschoben
schiessen schoss schossen geschossen schuss schusse schussen
schlagen schlagt schlug schlugen geschlagen schlag
schliessen schloss schlossen geschlossen schluss
schneiden schnitt schnitten geschnitten
schreiben schrieb schrieben geschrieben schrift
schwimmen schwamm schwammen geschwommen
sehen sieht sah sahen gesehen
senden sandte sandten gesandt
singen sang sangen gesungen
sinken sank sanken gesunken
sitzen sass sassen gesessen sitz
sprechen spricht sprach sprachen gesprochen
springen sprang sprangen gesprungen
stehen stand standen gestanden
stehlen stiehlt stahl stahlen gestohlen
steigen stieg stiegen gestiegen anstieg
sterben stirbt starb starben gestorben
stossen stosst stiess stiessen gestossen
treiben trieb trieben getrieben
treffen trifft traf trafen getroffen
treten tritt trat traten getreten
trinken trank tranken getrunken
tragen tragt trug trugen getragen
tun tut tat taten getan
verlieren verlor verloren verlust verluste
wachsen wachst wuchs wuchsen gewachsen wachstum
weisen wies wiesen gewiesen
wenden wandte wandten gewandt
werben wirbt warb warben geworben
werfen wirft warf warfen geworfen
wiegen wog wogen gewogen gewicht
wissen weiss wusste wussten gewusst
ziehen zog zogen gezogen zug
zwingen zwang zwangen gezwungen
"""
# They go before a verb; those of the first kind leave it, where it stands alone: "legte die Regeln fest".
SEPARABLE = (
    "ab", "an", "auf", "aus", "bei", "durch", "ein", "fest", "fort", "frei", "her", "hin", "los", "mit", "nach",
    "nieder", "statt", "teil", "um", "vor", "weg", "weiter", "zu", "zuruck", "zusammen",
)  # fmt: skip
_INSEPARABLE = ("be", "emp", "ent", "er", "ge", "miss", "ver", "zer", "uber", "unter", "wider", "hinter")
_FOREIGN = ("un", "in", "im", "ir", "non", "anti", "de", "des", "dis", "hypo", "hyper", "endo", "exo", "an", "homo")
# Endings, the longest first; and how much a word must keep.
_ENDINGS = (
    "lingen", "linge", "ling", "ierung", "ungen", "heiten", "keiten", "ungs", "ung", "heit", "keit", "lichen", "liche",
    "licher", "liches", "lich", "ischen", "ische", "ischer", "isches", "isch", "igen", "ige", "iger", "iges", "ig",
    "eten", "ete", "tet", "ten", "te", "est", "st", "t", "ern", "em", "en", "er", "es", "e", "n", "s",
)  # fmt: skip
LEAST_ROOT = 4
SHORT_ROOT = 3
_SHORT_ENDINGS = frozenset({"en", "e", "t", "te", "ten", "ung"})
# In letters: of a participle without "ge" and its ending, and of the words that one is made of.
LEAST_PARTICIPLE = 3
LEAST_PART = 4
# Before the last part of a word they make another thing of it, often its opposite: Vorteil, Unabhängigkeit.
_TURNING = frozenset((*SEPARABLE, *_INSEPARABLE, *_FOREIGN))
_ENDED = frozenset(("", *_ENDINGS))
# What joins two words to one.
_JOINTS = ("", "s", "es", "n", "en", "er", "e")

_PARTICLE = "|".join(sorted(SEPARABLE, key=len, reverse=True))
_PREFIX = "|".join(sorted((*SEPARABLE, *_INSEPARABLE), key=len, reverse=True))
_PARTICIPLE = re.compile(rf"(?P<prefix>(?:{_PARTICLE})?)ge(?P<stem>\w{{3,}}?)(?:e?t|en)")
_INFINITIVE = re.compile(rf"(?P<prefix>{_PARTICLE})zu(?P<stem>\w{{3,}}en)")
_PREFIXED = re.compile(rf"(?P<prefix>{_PREFIX})(?P<rest>\w{{2,}})")
# Umlauts as they are typed where the keyboard has none. "Neue", "Mauer" and "Quelle" have their own.
_TYPED_UMLAUT = re.compile(r"ae|oe|(?<![aeq])ue")

_BASES = {form: line.split()[0] for line in _IRREGULAR.strip().splitlines() for form in line.split()[1:]}


@lru_cache(maxsize=8192)
def german_root(word: str) -> str:
    """What the words of a family share: "teil" of geteilt, Teilung and teilen. word: folded, so without umlauts."""
    word = _base(_TYPED_UMLAUT.sub(lambda typed: typed[0][0], word))
    infinitive = _INFINITIVE.fullmatch(word)
    if infinitive:
        word = infinitive["prefix"] + infinitive["stem"]
    participle = _PARTICIPLE.fullmatch(word)
    if participle:
        word = participle["prefix"] + participle["stem"]
    while (shorter := _without_ending(word)) != word:
        word = shorter
    return word


def is_compound_of(word: str, part: str) -> bool:
    """Whether a folded word is made of another one and something more: Grenzsoldaten of Soldaten, Zellteilung of Zelle.

    Not where what comes before makes another thing of it: Nachteil and Teil, Unabhängigkeit and Abhängigkeit.
    """
    its = german_root(part)
    its = its if len(its) >= LEAST_PART else part
    at = word.rfind(its)
    if len(its) < LEAST_PART or at < 0 or len(word) - len(its) < LEAST_PARTICIPLE:
        return False
    if at and word[at + len(its) :] in _ENDED:
        return at >= LEAST_PARTICIPLE and word[:at] not in _TURNING
    behind = word[len(its) :] if not at else ""
    return any(behind.startswith(joint) and len(behind) - len(joint) >= LEAST_PART for joint in _JOINTS)


def _base(word: str) -> str:
    """The infinitive of an irregular form, with the prefix that it has."""
    if word in _BASES:
        return _BASES[word]
    prefixed = _PREFIXED.fullmatch(word)
    if prefixed and prefixed["rest"] in _BASES:
        return prefixed["prefix"] + _BASES[prefixed["rest"]]
    return word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        least = SHORT_ROOT if ending in _SHORT_ENDINGS else LEAST_ROOT
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word.removesuffix(ending)
    return word
