"""Which German words mean the same in an answer, which the opposite, which say no, and which weigh nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from studyin.coach.german_families import SEPARABLE, german_root, is_compound_of
from studyin.library.languages import language_of
from studyin.library.terms import words

# Everyday words that stand for each other in explanations, and school words with two names. A line is one meaning.
_SAME = """
herstellen produzieren erzeugen anfertigen fertigen produktion herstellung
machen bilden entstehen schaffen
benoetigen brauchen erfordern
verbrauchen aufbrauchen
bekommen erhalten kriegen
beginnen anfangen starten anfang beginn
enden aufhoeren beenden ende schluss
geschehen passieren stattfinden ablaufen ereignen vorgehen
ort stelle platz
zunehmen steigen wachsen ansteigen erhoehen vergroessern zunahme erhoehung anstieg
abnehmen sinken fallen schrumpfen senken verringern abnahme verkleinern reduzieren vermindern
schnell rasch beschleunigen zuegig
langsam verlangsamen bremsen
gross riesig gewaltig
klein winzig gering
wichtig wesentlich entscheidend zentral bedeutend
gleich identisch derselbe dieselbe dasselbe denselben derselben demselben desselben
verschieden unterschiedlich anders
wahrscheinlich wahrscheinlichkeit
befehl anordnung weisung order gebot vorschrift
verbieten untersagen verbot
erlauben gestatten zulassen
verhindern vermeiden unterbinden
lohn gehalt bezahlung verdienst geld
geld waehrung mark
arbeiten leisten schuften
arbeitsniederlegung streik streiken
fliehen fluechten abhauen weglaufen fluechtling flucht fluchtversuch
verlassen weggehen fortgehen auswandern ausreisen
spitzeln bespitzeln ausspionieren ueberwachen beobachten ausspaehen aushorchen
gefaehrlich unsicher riskant gefahr risiko
toeten umbringen ermorden erschiessen
schiessen schusswaffe schuss feuern
sterben umkommen
land staat
bundesrepublik brd westdeutschland
regierung fuehrung
volk bevoelkerung buerger
mensch person leute
arbeiter arbeiterschaft
kampf krieg gefecht
partei parteien
anerkennen ansehen betrachten
behaupten sagen verkuenden erklaeren mitteilen
versehen versehentlich irrtum irrtuemlich
sofort unverzueglich gleich
verhaften festnehmen einsperren
festlegen bestimmen vorschreiben festsetzen
zerstoeren vernichten kaputtmachen
oeffnen aufmachen
schliessen zumachen
ursache grund ausloeser
folge auswirkung wirkung konsequenz
schuld schulden
alt veraltet
teuer kostspielig
billig guenstig
reich wohlhabend
eiweiss protein
traubenzucker glucose glukose
zucker kohlenhydrat
kohlendioxid kohlenstoffdioxid
sauerstoff o2
kette strang faden
spalten teilen zerlegen aufteilen trennen
abbauen zersetzen
umwandeln verwandeln umsetzen
verbinden verknuepfen koppeln
enthalten beinhalten
umgeben umschliessen
durchlaessig permeabel
halbdurchlaessig semipermeabel
transportieren befoerdern bringen tragen
bewegen bewegung wandern wanderung stroemen
freisetzen abgeben
aufnehmen absorbieren
kern zellkern nukleus
erbgut erbinformation erbmaterial
teilchen partikel
stueck teil abschnitt
konzentration konzentriert
seite richtung
temperatur hitze waerme
form gestalt struktur
ebene mitte
besetzen belegen
hemmen blockieren behindern
aehneln gleichen aehnlich
nutzen verwenden benutzen gebrauchen
zeigen nachweisen belegen beweisen
wert geltung
hoch hoehere hoeher
niedrig niedriger tief
haeufig oft
"""

# Pairs of opposites: one of them where the other is expected makes an answer wrong, not incomplete.
_OPPOSITES = """
zunehmen abnehmen
steigen sinken
steigen fallen
hoch niedrig
hoeher niedriger
hoch tief
gross klein
viel wenig
mehr weniger
schnell langsam
beschleunigen verlangsamen
stark schwach
warm kalt
heiss kalt
innen aussen
innere aeussere
vor nach
aufnehmen abgeben
gewinnen verlieren
positiv negativ
oxidieren reduzieren
oxidation reduktion
saeure base
sauer basisch
erlauben verbieten
immer nie
alle einige
reich arm
billig teuer
alt neu
alt jung
frueh spaet
offen geschlossen
oeffnen schliessen
krieg frieden
import export
kaeufer verkaeufer
ost west
nord sued
wahr falsch
moeglich unmoeglich
abhaengig unabhaengig
sicher unsicher
gleich verschieden
mit ohne
aufbauen abbauen
"""


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


# They weigh nothing in an answer, beside the small words of `meaning`. Folded.
GERMAN_EMPTY = _listed(
    """der die das den dem des ein eine einer eines einem einen und oder aber ist sind war waren wird werden wurde
    wurden worden hat haben hatte hatten sein mit von vom zu zum zur bei beim im in an am ans ins auf aus fur durch
    uber unter nach vor als wie dass sich es er sie ihn ihm ihr ihre ihren ihrem ihrer ihres seine seinen seinem seiner
    seines man auch nur noch dabei davon dadurch dazu dafur daran darin damit dann da so weil wenn welche welcher
    welches welchen deren dessen ihnen wir ich du mir mich uns euch muss mussen musste mussten soll sollen sollte
    sollten kann konnen konnte konnten darf durfen durfte durften will wollen wollte wollten mag mochte wurde
    eigentlich halt eben doch ja sehr etwa rund circa ungefahr meist meisten meistens oft also deshalb daher darum
    deswegen hier dort dieser diese dieses diesen diesem jeder jede jedes jeden andere anderer anderes anderen um
    bis seit wahrend zwischen gegen einander voneinander wo wer was warum wieso wann gibt gab
    sogenannt sogenannte sogenannten beispiel etwas gelten gilt galt galten irgendwie glaube denke vielleicht bedeutet
    heisst nennt bezeichnet bezeichnung begriff sache ding dinge gemacht macht machen"""
)
GERMAN_NO = _listed("nicht kein keine keinen keiner keinem keines nie niemals ohne weder")
_PARTICLES = frozenset(SEPARABLE) | {"auf", "zu"}
_CLAUSE_END = re.compile(r"[,.;:!?]|\b(?:und|oder|aber|was|wie|dass|ob|weil|wer)\b")
_FINITE = re.compile(r"[a-z]{2,}(?:t|te|ten|en|e|st)")


def _groups(text: str) -> dict[str, str]:
    groups: dict[str, str] = {}
    for number, line in enumerate(text.strip().splitlines()):
        for word in line.split():
            groups.setdefault(german_root(word), f"de={number}")
    return groups


_MEANING = _groups(_SAME)
_AGAINST: dict[str, set[str]] = {}
for _pair in _OPPOSITES.strip().splitlines():
    _one, _other = (german_root(_word) for _word in _pair.split())
    _AGAINST.setdefault(_one, set()).add(_other)
    _AGAINST.setdefault(_other, set()).add(_one)


@lru_cache(maxsize=4096)
def is_german(text: str) -> bool:
    """Whether the small words of a text are German."""
    language = language_of(text, list(words(text)))
    return language is not None and language.name == "german"


def german_meanings(word: str) -> set[str]:
    """The German root of a folded word, and the group of everyday words with the same meaning."""
    its_root = german_root(word)
    found = {f"de:{its_root}"}
    if its_root in _MEANING:
        found.add(_MEANING[its_root])
    return found


def german_opposites(word: str) -> set[str]:
    """What of `german_meanings` says the opposite of a folded word, by a pair or by "un-"."""
    found = {f"de:{each}" for each in _AGAINST.get(german_root(word), ())} | {f"de:{german_root('un' + word)}"}
    if word.startswith("un") and len(word) > 6:
        found.add(f"de:{german_root(word.removeprefix('un'))}")
    return found


def stands_for(said: str, meant: str) -> bool:
    """Whether a folded word that a student wrote may stand for another, one being a compound with the other: Soldaten
    for Grenzsoldaten, Zellteilung for Teilung."""
    return is_compound_of(meant, said) or is_compound_of(said, meant)


def separated(text: str, folded: Sequence[tuple[str, int]]) -> dict[int, set[str]]:
    """Of the words of a text, each as (folded, start), those that a particle further on belongs to, with what both
    mean together: in "der Staat legt Preise fest" the second, with festlegen."""
    found: dict[int, set[str]] = {}
    for at, (word, start) in enumerate(folded):
        if word not in _PARTICLES:
            continue
        behind = text[start + len(word) :].lstrip()
        if behind and not _CLAUSE_END.match(behind):
            continue
        for before, its_start in reversed(folded[:at]):
            if _CLAUSE_END.search(text[its_start:start].casefold()):
                break
            if text[its_start].islower() and _FINITE.fullmatch(before) and before not in GERMAN_EMPTY:
                found.setdefault(its_start, set()).update(german_meanings(word + before))
    return found
