"""German words that tell the sentence splitter what stands behind an ordinal, which German writes with a stop."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\S+", text))


# What is counted wherever it stands, also where nothing else tells that the text is German.
GERMAN_COUNTED = _words("""
    januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert
    jahrhunderts jahrhunderte jahrtausend jahrtausends weltkrieg weltkriegs weltkrieges
""")
# What begins a sentence far more often than it is counted, in small letters.
GERMAN_OPENERS = _words("""
    der die das dem den des ein eine einer eines einem einen er sie es wir ich man in im an am auf aus bei mit
    nach von vom vor zu zum zur für durch über unter um ohne gegen seit während wegen trotz als wenn weil da
    dann danach daher dabei damit darum deshalb doch aber und oder denn auch so nun hier dort dies diese dieser
    dieses jeder jede jedes alle viele einige manche kein keine nur noch schon zuerst zunächst später heute erst
    wer wie wo wann warum was welche welcher welches sein seine ihr ihre beide beim dazu darauf darin sonst
""")
