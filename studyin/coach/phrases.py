"""What students say in German and Spanish to steer the coach, and how the same is put in English.

One row a phrase. Whoever adds a language adds its rows here, and nothing else: the rest of the coach reads English.
Patterns match a whole message in small letters, without its closing marks.
"""

from __future__ import annotations

import re

# A message that is nothing but this means what the English one behind it means.
_COMMANDS = (
    (r"hallo|hi|servus|moin|grüß gott|guten (?:morgen|tag|abend)", "hello"),
    (r"hola|buenos días|buenas(?: tardes| noches)?", "hello"),
    (r"(?:vielen |besten |herzlichen )?dank(?:e|eschön)?(?: schön| sehr| dir)?(?:,? das hilft)?", "thanks"),
    (r"(?:muchas |mil )?gracias(?: por todo)?", "thanks"),
    (r"(?:(?:danke|vielen dank),? )?(?:tschüss?|tschau|auf wiedersehen|bis (?:bald|morgen|später|dann)|ciao)", "bye"),
    (r"(?:(?:danke|vielen dank),? )?das (?:war|ist|wär)['’]?s?(?: alles)?(?: für heute)?", "bye"),
    (r"(?:gracias,? )?(?:adiós|chao|hasta (?:luego|mañana|pronto|la vista)|eso es todo|nos vemos)", "bye"),
    (r"verstanden|verstehe|alles klar|ach so|gut|super|in ordnung", "ok"),
    (r"entiendo|entendido|vale|de acuerdo|claro|bien|perfecto", "ok"),
    (r"ja(?: bitte| gern)?|sí|si por favor|sí,? por favor", "yes"),
    (r"nein(?: danke)?|no,? gracias", "no"),
    (r"(?:(?:gib|zeig) mir )?(?:bitte )?(?:noch )?(?:einen? )?(?:kleinen )?(?:hinweis|tipp|tip)(?: bitte)?", "hint"),
    (r"hilfe|hilf mir|ich (?:komme nicht weiter|hänge fest)", "hint"),
    (r"(?:dame |quiero )?(?:una |otra )?(?:pequeña )?pista(?: por favor)?|ayuda|ayúdame|estoy atascad[oa]", "hint"),
    (r"(?:ich )?wei(?:ß|ss)(?: ich| es)? (?:es )?nicht|keine ahnung|ich gebe auf", "i don't know"),
    (r"no (?:lo )?s[ée]|ni idea|no tengo (?:ni )?idea|me rindo", "i don't know"),
    (
        r"(?:bitte )?sag(?:e)?(?: es)? mir(?: einfach)?(?: die (?:antwort|lösung))?|die (?:antwort|lösung)(?: bitte)?",
        "answer",
    ),
    (r"dímelo(?: ya)?|dime(?: simplemente)?(?: la (?:respuesta|solución))?|la (?:respuesta|solución)", "answer"),
    (r"(?:die )?nächste(?: frage)?(?: bitte)?|überspringen|eine andere frage", "skip"),
    (r"(?:la )?siguiente(?: pregunta)?|otra(?: pregunta)?|saltar", "skip"),
    (r"(?:erzähl(?:e)? mir |noch )?mehr(?: dazu| davon)?|(?:mach )?weiter", "more"),
    (r"(?:cuéntame |dime )?más|sigue|continúa", "more"),
)

# What they ask about is taken over into the English frame.
_FRAMES = (
    (r"(?:frag|frage|teste|prüf|prüfe) mich(?: bitte)?(?: ab| aus)?", "quiz me"),
    (r"(?:frag|frage|teste|prüf|prüfe) mich(?: bitte)? (?:zu[mr]?|über|in) (?P<x>.+?)(?: ab| aus)?", "quiz me on {x}"),
    (r"stell(?:e)? mir (?:eine frage|fragen)(?: (?:zu[mr]?|über) (?P<x>.+))?", "quiz me on {x}"),
    (r"(?:hazme|ponme) (?:una |unas )?preguntas?(?: (?:sobre|de|acerca de) (?P<x>.+))?", "quiz me on {x}"),
    (r"(?:pregúntame|examíname|ponme a prueba)(?: (?:sobre|de|con) (?P<x>.+))?", "quiz me on {x}"),
    (r"(?:ich schreibe )?alles,? was ich (?:über|zu[mr]?|von) (?P<x>.+) wei(?:ß|ss)(?: auf)?", "brain dump on {x}"),
    (r"(?:(?:voy a )?escrib(?:o|ir) )?todo lo que sé (?:sobre|de|acerca de) (?P<x>.+)", "brain dump on {x}"),
    (r"fass(?:e)? (?:bitte )?(?P<x>.+) zusammen", "summarise {x}"),
    (r"(?:zusammenfassung|überblick) (?:von|zu[mr]?|über) (?P<x>.+)", "summarise {x}"),
    (r"(?:please |por favor,? )?resume (?P<x>.+)|(?:un )?resumen (?:de|sobre) (?P<y>.+)", "summarise {x}"),
    (r"(?:definier(?:e)?|definition (?:von|der|des)) (?P<x>.+)|was bedeutet (?P<y>.+)", "define {x}"),
    (r"define (?P<x>(?:el|la|los|las) .+)|(?:la )?definición de (?P<y>.+)|qué significa (?P<z>.+)", "define {x}"),
    (r"was (?:ist|sind|war|waren) (?!(?:der|die|das) )(?P<x>.+)", "what is {x}?"),
    (r"was (?:ist|sind|war|waren) (?:der|die|das) (?P<x>\S+)", "what is {x}?"),
    (r"qué (?:es|son|fue) (?P<x>.+)", "what is {x}?"),
    (r"vergleiche (?P<a>.+) (?:mit|und) (?P<b>.+)", "compare {a} and {b}"),
    (r"(?:was ist )?(?:der )?unterschied zwischen (?P<a>.+) und (?P<b>.+)", "compare {a} and {b}"),
    (r"compara (?P<a>.+) (?:con|y) (?P<b>.+)", "compare {a} and {b}"),
    (r"(?:cuál es )?(?:la )?diferencia entre (?P<a>.+) y (?P<b>.+)", "compare {a} and {b}"),
    (r"wie ?viele (?P<a>\S+) (?:gibt es|hat|haben|entstehen)(?: (?:in|bei|im))? (?P<b>.+)", "how many {a} in {b}?"),
    (r"cu[áa]nt[oa]s (?P<a>\S+) (?:hay|tiene|tienen)(?: en)? (?P<b>.+)", "how many {a} in {b}?"),
    (r"(?:sag mir einfach|erklär(?:e)? mir einfach),? (?P<x>.+)", "just tell me {x}"),
    (r"(?:dime simplemente|explícame simplemente) (?P<x>.+)", "just tell me {x}"),
)  # fmt: skip

_ARTICLE = re.compile(
    r"(?:der|die|das|den|dem|des|eine?[nmrs]?|el|la|los|las|lo|una?|unos|unas|meine?[nmr]?|mis?)\s+", re.IGNORECASE
)
_COMPILED = [(re.compile(pattern, re.IGNORECASE), english) for pattern, english in (*_COMMANDS, *_FRAMES)]


def english(message: str) -> str:
    """A message that steers the coach in German or Spanish, put in English; any other as it is."""
    bare = " ".join(message.split()).strip(" .!?¡¿…")
    for pattern, said in _COMPILED:
        match = pattern.fullmatch(bare)
        if match:
            return _filled(said, match)
    return message


def _filled(said: str, match: re.Match[str]) -> str:
    """The frame with what was asked about; where it leaves out nothing that was said, without "on"."""
    given = {name: _bare(value) for name, value in match.groupdict().items() if value}
    about = given.get("x") or given.get("y") or given.get("z") or ""
    if "{x}" in said and not about:
        return said.partition(" on {x}")[0]
    return said.format(x=about, a=given.get("a", ""), b=given.get("b", ""))


def _bare(name: str) -> str:
    stripped = _ARTICLE.sub("", name.strip(), count=1) if _ARTICLE.match(name.strip()) else name.strip()
    return stripped or name
