"""What a question is after: a definition, a list, a number, a reason; told by cheap rules from how it is put."""

from __future__ import annotations

import re
from enum import StrEnum

from studyin.coach.quotable import Kind, Quotable
from studyin.library.english import FRAME_WORDS
from studyin.library.terms import subject


class Want(StrEnum):
    DEFINITION = "definition"
    LIST = "list"
    NUMBER = "number"
    TIME = "time"
    CONDITION = "condition"  # "when is an application admissible?"
    PLACE = "place"
    PERSON = "person"
    REASON = "reason"
    FORMULA = "formula"
    COMPARISON = "comparison"
    MANNER = "manner"
    ANYTHING = "anything"


NUMBER_WORDS = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|third|quarter|twice|once|both"
_PLURALS = (
    "stages|steps|phases|types|kinds|parts|axioms|laws|rules|properties|functions|causes|effects|factors|forms|ways"
    "|examples|features|characteristics|principles|elements|components|reasons|methods|symptoms|products|views|names"
    "|advantages|disadvantages|differences|similarities|categories|levels|layers|members"
)
_GERMAN_PLURALS = (
    "phasen|schritte|stufen|arten|typen|teile|regeln|gesetze|eigenschaften|funktionen|ursachen|folgen|faktoren|formen"
    "|beispiele|merkmale|elemente|bestandteile|gründe|methoden|symptome|vorteile|nachteile|unterschiede|ebenen|aufgaben"
)
# The first that matches tells. Their order matters: "what is the formula of …" wants a formula, "how many …" no manner.
_RULES: tuple[tuple[Want, str], ...] = (
    (Want.COMPARISON, r"\b(?:differences?|differs?|compared?|comparison|contrast|versus|vs|distinguish)\b"),
    (Want.COMPARISON, r"\b(?:unterschiede?|unterscheide[nt]|vergleiche?|im gegensatz)\b"),
    (Want.FORMULA, r"\b(?:formula|equation|compute|calculate)\b|\bstate\b.*\b(?:law|theorem|rule)\b"),
    (Want.NUMBER, r"\bhow (?:many|much|long|far|high|old|big|large|often|fast|likely)\b"),
    (Want.NUMBER, r"\bwhat (?:number|share|percent)"),
    (Want.NUMBER, r"\bwie (?:viele?|lange?|weit|hoch|groß|alt|oft|schnell|wahrscheinlich)\b"),
    (Want.LIST, r"^\W*(?:list|enumerate|name)\b"),
    (Want.LIST, rf"^\W*was (?:sind|waren) (?:die )?(?:\w+ )?(?:{_GERMAN_PLURALS})\b"),
    (Want.LIST, rf"^\W*(?:nenne?|liste|zähle?)\b|\bwelche (?:\w+ )?(?:{_GERMAN_PLURALS})\b"),
    (Want.LIST, rf"\b(?:what|which) (?:(?:are|were) (?:the |its )?(?:\w+ )?)?(?:{_PLURALS})\b"),
    (Want.LIST, rf"\b(?:what|which|who) (?:are|were) (?:the |its |all )+(?:\d+|{NUMBER_WORDS}) \w+"),
    (Want.REASON, r"\bwhy\b|\bhow come\b|\breasons? (?:for|of|why)\b|\bwhat (?:causes?|caused)\b|\bpurpose\b"),
    (Want.REASON, r"\bwhat .*\bfor\W*$"),
    (Want.REASON, r"^\W*(?:(?:und|aber|also|aus welchem grund)\W+)?(?:warum|wieso|weshalb|wozu|wofür)\b"),
    (Want.REASON, r"\b(?:gr(?:und|ünde)|ursachen?) (?:für|von|der|des|dafür)\b|\baus welche[mn] gr(?:und|ünden)\b"),
    (Want.REASON, r"^\W*was (?:verursacht|bewirkt|führte?n? (?:da)?zu|löste?n?)"),
    (Want.CONDITION, r"\bwhen (?:is|are|does|do|can|may|must|should|will|would)\b"),
    (Want.CONDITION, r"^\W*(?:wann|unter welchen (?:umständen|bedingungen)) (?:ist|sind|gilt|gelten|darf|kann|muss)\b"),
    (Want.TIME, r"^\W*(?:wann|seit wann|in welchem jahr)\b"),
    (Want.PLACE, r"^\W*(?:wo|woher|wohin|worin)\b"),
    (Want.PERSON, r"^\W*(?:wer|wessen|von wem)\b"),
    (Want.DEFINITION, r"^\W*(?:definiere?|was (?:ist|sind|heißt|bedeutet))\b"),
    (Want.MANNER, r"^\W*(?:wie|wodurch|womit|erkläre?|beschreibe?)\b"),
    (Want.TIME, r"\bwhen (?:did|was|were)\b|\b(?:what|which) (?:year|date|century)\b"),
    (Want.PLACE, r"\bwhere\b"),
    (Want.PERSON, r"\bwho(?:se)?\b"),
    (Want.DEFINITION, r"\bdefin(?:e|ition)\b|\bwhat (?:does|do|did) .* mean\b|\bmeaning of\b"),
    (Want.DEFINITION, r"\bwhat(?:'?s| is| are| was| were)\b"),
    (Want.MANNER, r"\bhow\b|\bexplain\b|\bdescribe\b"),
)
RULES = tuple((want, re.compile(rule, re.IGNORECASE)) for want, rule in _RULES)
_ASKS = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|what|which|in|on|at|and|but|so)\b",
    re.IGNORECASE,
)

# In characters: what a question is after is told by how it begins, or it is told by nothing.
MAX_QUESTION = 500

# What a sentence has that answers such a question.
_SIGNS: dict[Want, str] = {
    Want.NUMBER: rf"\d|\bO\([^()]+\)|\b(?:{NUMBER_WORDS})\b",
    Want.TIME: r"\b1\d{3}\b|\b20\d{2}\b|\bcentur|\b(?:before|after|during|until) the\b|jahrhundert",
    Want.CONDITION: r"\b(?:if|unless|provided|only (?:if|when|where)|whenever|wenn|falls|sofern|sobald)\b",
    Want.PLACE: r"\b(?:takes? place|located|found|occurs?|happens?) (?:in|at|on|inside|within|near)\b"
    r"|\b(?:in|at|inside|within|into|between|through) (?:the|a|an)\b|\bcomes? from\b"
    r"|\b(?:findet|finden|läuft|liegt|liegen|befindet|befinden)\b.{0,40}\b(?:im|in|am|an|auf|zwischen)\b",
    Want.REASON: r"\b(?:because|therefore|so that|since|due to|which is why|as a result|reason|otherwise|in order to"
    r"|hence|thus|purpose|without|caused? by|surprises|it would|to turn"
    r"|weil|sodass|so dass|denn|deshalb|deswegen|daher|darum|damit|wegen|aufgrund|durch|dadurch|infolge"
    r"|folglich|somit|sonst"
    r"|dient|dienen"
    r"|führ(?:t|en|te|ten)\b.{0,60}\bzu[mr]?|verursach\w+|bewirk\w+|ausgelöst|grund|gründe|ursachen?"
    r"|um\b.{3,60}\bzu \w+)\b|(?:^|[,;] )da\b(?! (?:war|ist|sind|kam)\b)|\bje\b.{3,60}\bdesto\b",
    Want.MANNER: r"\b(?:by|through|first|then|when|with the help of|uses?|into|becomes?|durch|indem|zuerst|mithilfe)\b",
    Want.PERSON: r"\b(?:proposed|discovered|described|invented|founded|wrote|named after|developed|published|found"
    r"|introduced|received|based|minister|scientist|king|queen|led|born"
    r"|entdeckte|erfand|beschrieb|gründete|schrieb|entwickelte|entdeckt|erfunden|benannt nach|geboren)\b",
    Want.COMPARISON: r"\b(?:whereas|while|but|than|unlike|differs?|in contrast|not the same|other|same|both|however"
    r"|während|hingegen|dagegen|anders|im gegensatz|dieselbe[nr]?)\b",
    Want.FORMULA: r"\$[^$]+[=≈][^$]+\$|\S+\s=\s\S+",
}
SIGNS = {want: re.compile(sign, re.IGNORECASE) for want, sign in _SIGNS.items()}
SIGN_BONUS = 0.4
ASKS_FOR_CODE = re.compile(r"\b(?:code|program|listing|implement(?:ation|ed)?|quelltext|programm)\b", re.IGNORECASE)

# What kind of piece answers such a question.
_KINDS: dict[Want, dict[Kind, float]] = {
    Want.LIST: {Kind.LIST: 0.5, Kind.ITEM: -0.2},
    Want.FORMULA: {Kind.FORMULA: 0.6},
    Want.COMPARISON: {Kind.TABLE: 0.5},
    Want.MANNER: {Kind.LIST: 0.1, Kind.ITEM: 0.05},
}
TOO_MUCH = -0.25

_CLAUSE_ENDS = re.compile(r"[,;.?!]|\b(?:and|but|or)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|sie|ihn|ihm|ihre?[nmrs]?|davon|dabei|daran|darin|dadurch|dazu)\b",
    re.IGNORECASE,
)

# "What does it mean that a sequence converges?"
_EXPLETIVE = re.compile(
    r"\b(?:does|did|would) it (?:mean|matter|take) (?:that|to|if|when|for)\b"
    r"|\bis it (?:true|possible|necessary|important|allowed|enough) (?:that|to|for)\b",
    re.IGNORECASE,
)
_GERMAN_OWN = re.compile(r"ihre?[nmrs]?", re.IGNORECASE)


def wanted(question: str) -> Want:
    """What the question is after. A bare word or two is a wish to know what it is."""
    question = question[:MAX_QUESTION]
    for want, rule in RULES:
        if rule.search(question):
            return want
    bare = not _ASKS.match(question) and len(subject(question)) <= 3 and len(question.split()) <= 4
    return Want.DEFINITION if bare else Want.ANYTHING


def fit(want: Want, unit: Quotable, coverage: float) -> float:
    """How much better or worse a piece of the notes suits what is wanted, about -0.3 to 1.

    coverage: the share of the question's terms it has; a formula about something else is no answer.
    """
    bonus = _KINDS.get(want, {}).get(unit.kind, 0.0)
    sign = SIGNS.get(want)
    if sign and unit.kind in (Kind.SENTENCE, Kind.ITEM, Kind.FORMULA) and sign.search(unit.plain):
        bonus += SIGN_BONUS
    if bonus > 0:
        bonus *= 0.2 + 0.8 * coverage
    if unit.kind is Kind.LIST and want not in (Want.LIST, Want.MANNER):
        bonus += TOO_MUCH
    if unit.kind is Kind.TABLE and want is not Want.COMPARISON:
        bonus += TOO_MUCH * (1.0 - coverage)  # of one that is about it, the rows that are asked for are quoted
    return bonus


def own_subject(question: str) -> list[str]:
    """What a question is about by its own words, folded, without those that frame it."""
    return [word for word in subject(question) if word not in FRAME_WORDS]


def points_back(question: str) -> bool:
    """Whether a pronoun means what was said before; in "what is glycolysis, and where does it happen?" it does not."""
    question = _EXPLETIVE.sub(" ", question)
    pointing = _POINTS_BACK.search(question)
    if pointing is None:
        return False
    *clauses_before, clause = _CLAUSE_ENDS.split(question[: pointing.start()])
    if _GERMAN_OWN.fullmatch(pointing[0]) and own_subject(clause):
        return False  # "Warum verlor die Mark ihren Wert?"
    return not any(own_subject(clause) for clause in clauses_before)
