"""What students say in German to steer the coach, and how the same is put in English; see phrases.py."""

from __future__ import annotations

import re

_PLEASE = r"(?: bitte)?"
_ASK_ME = r"(?:frage?|teste|prüfe?|quiz(?:ze)?) mich(?: bitte)?"
_NAME_ME = r"(?:nenne?|sage?|zeige?)(?: mir)?(?: bitte)?"
_CARDS = r"(?:alle |meine[nr]? |die |den )*(?:fälligen |heutigen )?(?:lern|kartei)?karten"
_HARD = r"schwer|schwierig|leicht|doof|blöd|dumm|langweilig|unfair|verwirrend|nervig|sinnlos"
_MAIN_IDEAS = (
    r"(?:wichtigsten|zentralen|wesentlichen)"
    r" (?:gedanken|ideen|punkte|aussagen|begriffe|themen|konzepte|inhalte)"
)

COMMANDS = (
    (
        r"(?:hallo|hi|hey|servus|moin(?: moin)?|grüß (?:gott|dich)|guten (?:morgen|tag|abend))(?: (?:coach|studyin))?",
        "hello",
    ),
    (r"(?:vielen |besten |herzlichen )?dank(?:e|eschön)?(?: schön| sehr| dir)?(?:,? das hilft)?", "thanks"),
    (r"(?:(?:danke|vielen dank),? )?(?:tschüss?|tschau|auf wiedersehen|bis (?:bald|morgen|später|dann)|ciao)", "bye"),
    (r"(?:(?:danke|vielen dank),? )?das (?:war|ist|wär)['’]?s?(?: alles)?(?: für heute)?", "bye"),
    (r"ich bin (?:für heute )?fertig|ich muss (?:jetzt )?los|(?:schluss|genug)(?: für heute)?", "bye"),
    (r"(?:bitte )?(?:stopp?|halt|aufhören|hör(?:e)? (?:bitte )?auf)(?: bitte| jetzt)*", "bye"),
    (
        r"(?:ich )?(?:hab['’]?s? |habe es )?(?:jetzt )?(?:verstanden|verstehe)(?: ich)?|(?:alles |ist )?klar|ach ?so",
        "ok",
    ),
    (r"gut|sehr gut|super|prima|toll|in ordnung|passt|macht sinn|stimmt|aha", "ok"),
    (
        r"(?:ja|jep|jo|jup|okay|ok|na)?,? ?(?:ja|bitte|gerne?|klar|los(?: geht['’]?s)?|mach(?:e|en wir)?(?: das)?"
        r"|von mir aus|auf jeden fall|natürlich|unbedingt|warum nicht)(?: bitte)?",
        "yes",
    ),
    (r"nein(?:,? danke)?|nee|nö|lieber nicht|(?:jetzt|heute) nicht|(?:das )?(?:quiz )?(?:ende|beenden)", "no"),
    (r"(?:ja,? )?(?:bitte )?(?:noch ?(?:ein)?mal|von vorn(?:e)?|wieder von vorn(?:e)?)(?: bitte)?", "again"),
    (r"vielleicht|kann sein", "maybe"),
    (r"wahr|richtig", "true"),
    (r"falsch", "false"),
    (
        r"/?(?:(?:gib|zeige?) mir |ich (?:brauche|möchte|hätte gern) |kann ich )?(?:bitte )?(?:noch )?(?:eine?n? )?"
        rf"(?:weiteren |kleinen )?(?:hinweis|tipp|tip)(?: haben| bekommen)?{_PLEASE}",
        "hint",
    ),
    (rf"hilfe|hilf mir{_PLEASE}|ich (?:komme nicht weiter|hänge fest|stecke fest)", "hint"),
    (
        r"(?:das )?(?:ich )?wei(?:ß|ss)(?: ich| es| das)? (?:es |das )?(?:leider )?nicht(?: mehr)?"
        r"|keine (?:ahnung|idee)|keinen plan|(?:ich )?gebe? auf|habe? ich vergessen",
        "i don't know",
    ),
    (
        rf"(?:bitte )?(?:zeige?|verrate?|sag(?:e|['’]?s)?)(?: es)? mir{_PLEASE}(?: einfach)?"
        rf"(?: die (?:antwort|lösung))?|(?:die |/)(?:antwort|lösung){_PLEASE}|löse? auf|auflösen",
        "answer",
    ),
    (rf"(?:die )?nächste(?: frage)?{_PLEASE}|(?:bitte )?überspring(?:en|e)?(?: (?:sie|die|diese frage))?", "skip"),
    (r"(?:(?:stelle?|gib) mir )?(?:bitte )?(?:eine andere|noch eine|eine neue)(?: frage)?|etwas anderes", "skip"),
    (
        r"/?(?:(?:erzähle?|sage?|zeige?) mir (?:bitte )?|noch )?mehr(?: dazu| davon| darüber)?"
        r"|(?:(?:mach|geh)e? )?weiter|genauer|ausführlicher|und (?:dann|weiter)|was noch",
        "more",
    ),
    (r"was meinst du(?: damit)?|was heißt das|wie meinst du das|wie (?:bitte|jetzt)|hä+", "what do you mean"),
    (r"(?:das |die frage )?(?:verstehe?|kapiere?) ich (?:die frage )?nicht", "i don't understand"),
    (r"ich (?:verstehe?|kapiere?) (?:das |die frage |es |dich )?nicht", "i don't understand"),
    (r"(?:einen )?moment(?: mal)?|warte(?: mal| kurz)?|lass mich (?:(?:kurz|mal) )?(?:nachdenken|überlegen)", "wait"),
    (rf"das ist (?:(?:zu|so|echt|total|sehr|mir) )*(?:{_HARD})|(?:mir )?(?:doch )?egal|na und", "whatever"),
    (
        r"was kannst du(?: alles)?|w(?:er|as) bist du|wie (?:funktioniert (?:das|es)|funktionierst du)",
        "what can you do",
    ),
    (rf"(?:(?:lass uns|ich (?:will|möchte)|bitte) )?(?:jetzt )?(?:üben|wiederholen){_PLEASE}", "practise"),
    (
        rf"(?:(?:lass uns|ich (?:will|möchte)|bitte) )?{_CARDS}{_PLEASE} (?:üben|wiederholen|abfragen)"
        rf"{_PLEASE}|{_ASK_ME} (?:zu |mit )?{_CARDS}(?: ab)?|/karten"
        r"|(?:alle |meine |die )*(?:(?:fälligen? )?(?:lern|kartei)|fälligen? )karten",
        "practise my cards",
    ),
)
FRAMES = (
    (rf"{_ASK_ME}(?: ab| aus)?|/?abfragen", "quiz me"),
    (rf"{_ASK_ME}(?: ab)? (?:zu[mr]?|über|in) (?P<x>.+?)(?: ab| aus)?", "quiz me on {x}"),
    (r"/?abfragen (?:(?:zu[mr]?|über|in) )?(?P<x>.+)", "quiz me on {x}"),
    (r"stelle? mir (?:eine frage|fragen)(?: (?:zu[mr]?|über) (?P<x>.+))?", "quiz me on {x}"),
    (r"(?:ich schreibe )?alles,? was ich (?:über|zu[mr]?|von) (?P<x>.+) wei(?:ß|ss)(?: auf)?", "brain dump on {x}"),
    (
        r"gedächtnisprotokoll(?:(?: (?:zu[mr]?|über))? (?P<x>.+))?|brain ?-?dump(?: (?:zu[mr]?|über) (?P<y>.+))?",
        "brain dump on {x}",
    ),
    (r"fasse?(?: mir)? (?:bitte )?(?P<x>.+?)(?: bitte| kurz)* zusammen|/?zusammenfassen (?P<y>.+)", "summarise {x}"),
    (
        r"(?:gib mir )?(?:bitte )?(?:eine?n? )?(?:zusammenfassung|überblick) (?:von|zu[mr]?|über|der|des) (?P<x>.+)",
        "summarise {x}",
    ),
    (
        rf"was sind (?:die )?{_MAIN_IDEAS}(?: (?:in|im|von|vom|aus|zu[mr]?) (?P<x>.+))?",
        "what are the main ideas in {x}?",
    ),
    (r"(?:definiere?|definition (?:von|der|des)) (?P<x>.+)|was bedeutet (?P<y>.+)", "define {x}"),
    (r"was (?:kommt (?:als nächstes )?(?:nach|hinter)|folgt (?:nach|auf)) (?P<x>.+)", "what comes after {x}?"),
    (r"was kommt vor (?P<x>.+)", "what comes before {x}?"),
    (rf"{_NAME_ME} die ersten (?P<n>\w+) (?P<x>.+)", "list the first {n} {x}"),
    (rf"{_NAME_ME} die letzten (?P<n>\w+) (?P<x>.+)", "list the last {n} {x}"),
    (r"(?:sag mir|erkläre? mir) einfach,? (?P<x>.+)", "just tell me {x}"),
    (r"(?:nenne?|liste|zähle?)(?: mir)?(?: bitte)?(?: alle)? (?P<x>.+?)(?: auf)?", "list {x}"),
    (r"(?:bitte )?(?:erkläre?|beschreibe?)(?: mir)?(?: bitte)? (?P<x>[^,]+)", "explain {x}"),
    (r"was (?:ist|sind|war|waren) (?!(?:der|die|das) )(?P<x>.+)", "what is {x}?"),
    (r"was (?:ist|sind|war|waren) (?:der|die|das) (?P<x>\S+)", "what is {x}?"),
    (r"(?:bitte )?/?vergleiche?n? (?P<a>.+) (?:mit|und) (?P<b>.+)", "compare {a} and {b}"),
    (r"(?:wie|worin|wodurch) unterscheide[tn] sich (?P<a>.+) (?:von|und) (?P<b>.+)", "compare {a} and {b}"),
    (r"(?:was ist )?(?:der )?unterschied zwischen (?P<a>.+) und (?P<b>.+)", "compare {a} and {b}"),
    (r"wie ?viele (?P<a>\S+) (?:gibt es|hat|haben|entstehen)(?: (?:in|bei|im))? (?P<b>.+)", "how many {a} in {b}?"),
)
NUMBERS = {"zwei": "two", "drei": "three", "vier": "four", "fünf": "five", "sechs": "six", "sieben": "seven"}

# Of a question that can be asked back: longer ones are stories.
MAX_OWN_WORDS = 20
_QUESTION = re.compile(
    r"(?:was|wie|wieso|warum|weshalb|wann|wer|wen|wem|wo|woher|wohin|woraus|worin|wodurch|womit|wofür|wozu|inwiefern"
    r"|(?:(?:aus|in|mit|unter|durch|auf|bei|zu|von|seit|nach) )?welche[rsmn]?)\s+\S+.*",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"(?:erkläre?|beschreibe?|vergleiche?|definiere?|nenne?|zähle?)(?: mir)?(?: bitte)? \S.*", re.IGNORECASE
)
# "Das" before a noun is an article, and points at nothing; nor does "es" in "es gibt".
_POINTS_BACK = re.compile(
    r"\b(?:[Ss]ie|[Ee]r|[Ee]s|ihn|ihm|ihre?[rnms]?|sein(?:e[rnms]?)?|[Dd]ies(?:e[rnms]?)?|davon|dabei|daran|darin|dort"
    r"|dadurch|dazu|damit|das(?!\s+(?:[A-ZÄÖÜ]|\w+en?\s+[A-ZÄÖÜ])))\b"
)
# "Warum verlor die Mark ihren Wert": whose it is stands before it.
_OF_ITS_OWN = re.compile(r"(\s[A-ZÄÖÜ]\w+\b(?:\s+\w+)?)\s+(?:ihre?|seine?)[rnms]?\b(?=\s)")
_EXPLETIVE = re.compile(
    r"\b(?:gibt|gab|entsteht|kommt|kam|geht) es\b|\bes (?:gibt|gab|kommt|kam|geht)\b", re.IGNORECASE
)


def own_question(message: str) -> str:
    """A student's question as it can be asked back; empty for any other message, and for one that needs what was said
    before."""
    bare = " ".join(message.split()).strip(" .!?…")
    alone = _OF_ITS_OWN.sub(r"\1", _EXPLETIVE.sub(" ", bare))
    if not bare or len(bare.split()) > MAX_OWN_WORDS or _POINTS_BACK.search(alone):
        return ""
    end = "?" if _QUESTION.fullmatch(bare) else "." if _TASK.fullmatch(bare) else ""
    return f"{bare[0].upper()}{bare[1:]}{end}" if end else ""
