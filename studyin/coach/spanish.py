"""What students say in Spanish to steer the coach, and how the same is put in English; see phrases.py."""

from __future__ import annotations

COMMANDS = (
    (r"hola|buenos días|buenas(?: tardes| noches)?", "hello"),
    (r"(?:muchas |mil )?gracias(?: por todo)?", "thanks"),
    (r"(?:gracias,? )?(?:adiós|chao|hasta (?:luego|mañana|pronto|la vista)|eso es todo|nos vemos)", "bye"),
    (r"entiendo|entendido|vale|de acuerdo|claro|bien|perfecto", "ok"),
    (r"sí|si por favor|sí,? por favor", "yes"),
    (r"no,? gracias", "no"),
    (r"(?:dame |quiero )?(?:una |otra )?(?:pequeña )?pista(?: por favor)?|ayuda|ayúdame|estoy atascad[oa]", "hint"),
    (r"no (?:lo )?s[ée]|ni idea|no tengo (?:ni )?idea|me rindo", "i don't know"),
    (r"dímelo(?: ya)?|dime(?: simplemente)?(?: la (?:respuesta|solución))?|la (?:respuesta|solución)", "answer"),
    (r"(?:la )?siguiente(?: pregunta)?|otra(?: pregunta)?|saltar", "skip"),
    (r"(?:cuéntame |dime )?más|sigue|continúa", "more"),
)
FRAMES = (
    (r"(?:hazme|ponme) (?:una |unas )?preguntas?(?: (?:sobre|de|acerca de) (?P<x>.+))?", "quiz me on {x}"),
    (r"(?:pregúntame|examíname|ponme a prueba)(?: (?:sobre|de|con) (?P<x>.+))?", "quiz me on {x}"),
    (r"(?:(?:voy a )?escrib(?:o|ir) )?todo lo que sé (?:sobre|de|acerca de) (?P<x>.+)", "brain dump on {x}"),
    (r"(?:please |por favor,? )?resume (?P<x>.+)|(?:un )?resumen (?:de|sobre) (?P<y>.+)", "summarise {x}"),
    (r"define (?P<x>(?:el|la|los|las) .+)|(?:la )?definición de (?P<y>.+)|qué significa (?P<z>.+)", "define {x}"),
    (r"qué (?:es|son|fue) (?P<x>.+)", "what is {x}?"),
    (r"compara (?P<a>.+) (?:con|y) (?P<b>.+)", "compare {a} and {b}"),
    (r"(?:cuál es )?(?:la )?diferencia entre (?P<a>.+) y (?P<b>.+)", "compare {a} and {b}"),
    (r"cu[áa]nt[oa]s (?P<a>\S+) (?:hay|tiene|tienen)(?: en)? (?P<b>.+)", "how many {a} in {b}?"),
    (r"(?:dime simplemente|explícame simplemente) (?P<x>.+)", "just tell me {x}"),
)
