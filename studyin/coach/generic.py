"""Nouns that belong to no subject: left out of a sentence, they make a riddle and not a question."""

from __future__ import annotations

import re

from studyin.coach.families import base
from studyin.coach.german_families import german_root
from studyin.library.terms import stem

_ENGLISH = """
ability accordance account action addition advantage aim amount analysis answer appearance approach area argument
aspect attempt attention average background basis beginning behaviour benefit bottom capacity case cause centre chain
chance change character choice circumstance class collection combination comparison component concept condition
connection consequence consideration content context contrast control converse copy country couple course data day
decade deal decision default degree description design detail development difference direction discussion distance
division document doubt effect effort element end entry environment event evidence example exception existence
experience expression extent fact factor feature field figure form foundation front function future general goal group
half head help history idea importance increase individual influence information input instance interest issue item
kind knowledge large letter level life limit line list local location majority manner mark material matter maximum
means measure member memory method middle minimum minute model molecule moment month name nature need number object
observation occasion operation opinion opportunity opposite order original output page pair paragraph part particle
particular past path pattern people percentage period person piece place plan point position possibility practice
presence present principle problem procedure process product property proportion purpose quality quantity question
range rate reason reference region relation relationship remainder report request requirement respect response rest
result role room rule same sample scale scope section sense sentence sequence series set setting shape share side sign
significance similar similarity single situation size small solution sort source space special speed stage standard
start state statement step stock story strength structure style subject substance success sum support surface system
table target task technique term text theory thing thought time title total treatment trial trouble true type unit use
usage value variety version view volume way week whole word work world year
above across along already although among around behind below beneath beside beyond different either enough every
everything further hence however inside itself least less likely many moreover never nevertheless often otherwise
outside perhaps possible rather several since sometimes still though throughout thus together towards unless until
usually various whatever whenever whereas wherever whether while without
"""
_GERMAN = """
ablauf abschnitt abstand achtung anderer anfang angabe anlage anlass annahme ansatz ansicht anteil anwendung anzahl art
aspekt aufbau aufgabe augenblick ausdruck ausgabe ausnahme aussage bedarf bedeutung bedingung begriff behauptung
beispiel beitrag bereich bericht beschreibung besonderheit bestandteil betrag beziehung bild blick daten dauer ding
direkt ebene eigenschaft einfluss einheit einsatz element ende entscheidung entwicklung ereignis erfahrung erfolg
ergebnis erscheinung ersatz faktor fall familie feld folge form frage freund funktion ganze gebiet gebrauch gedanke
gegensatz gegenstand gelegenheit geschichte gesicht gestalt glied grenze grund gruppe haelfte hand hilfe hinsicht
hinweis idee inhalt interesse jahr jahrzehnt kapitel kette klasse kollege konzept lage land lauf leben lehre leistung
liste loesung masse material mehrheit menge mensch merkmal methode minute mitte mittel modell moeglichkeit moment
molekuel monat muster nachbar nacht name natur nutzen objekt ordnung ort paar person phase platz problem produkt prozess
punkt quelle rahmen raum rede regel reihe rest richtung rolle sache satz schluss schritt seite sinn situation sorte
stand stelle stoff struktur stueck stufe stunde substanz summe system tag tatsache teil teilchen text thema theorie
titel typ ueberblick umfang umgebung umstand unterschied ursache verbindung vergleich verhaeltnis verhalten verlauf
version vorgang vorteil nachteil wahl weg weise welt wert wesen wirkung wissen woche wort zahl zeichen zeit ziel zufall
zusammenhang zustand zweck derselbe dieselbe dasselbe jeweils bereits insgesamt mindestens hoechstens saemtliche
"""
_STEMS = frozenset(stem(word) for word in _ENGLISH.split())
_ROOTS = frozenset(german_root(word) for word in _GERMAN.split())
# In front of a number they point at a place in a text.
_REFERENCE = re.compile(
    r"(?:\b(?:articles?|art\.?|artikeln?|artikels|sections?|sec\.?|figures?|fig\.?|abbildung(?:en)?|abb\.?|chapters?"
    r"|kapiteln?|pages?|p\.|seiten?|s\.|equations?|eqs?\.?|exercises?|aufgaben?|tables?|tabellen?|absatz|abs\.?|nr\.?"
    r"|no\.|paragraph(?:en)?|lecture|vorlesung)|§+)\s*(?:\d+[\d, ]*(?:and|und|to|bis|,)?\s*)?(?:\d+\()?$",
    re.IGNORECASE,
)


def is_generic(word: str, *, german: bool) -> bool:
    """Whether a folded word says little by itself: a noun of every subject, or a form of an everyday verb."""
    if german:
        return german_root(word) in _ROOTS
    return stem(word) in _STEMS or base(word) != word


def is_reference(before: str) -> bool:
    """Whether a number behind this text is that of an article, a page, a figure."""
    return _REFERENCE.search(before) is not None
