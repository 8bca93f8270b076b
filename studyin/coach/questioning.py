"""Whether a message asks something, where an answer or a topic was awaited."""

from __future__ import annotations

import re


def _rule(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_STARTS_A_QUESTION = _rule(
    r"(?:(?:and|but|so|ok|okay|well|wait|hmm|um|also|now|please)[, ]+)*"
    r"(?:what(?:'?s)?|why|how|when|where|who|whose|which|explain|define|describe|tell me|show me|list"
    r"|name (?:the|all|two|three|four|five)|state (?:the|what|when|how|why)|prove (?:that|the|it)|derive (?:the|it)"
    r"|beweise?"
    r"|compare|summari[sz]e|give me|(?:can|could|would) you|i (?:don'?t|do not) (?:understand|get)"
    r"|i (?:want|would like|need) to (?:know|learn|understand)|teach me)\b"
)
# A question without its verb. With one it is a statement: "the difference between them is the temperature".
_ELLIPTIC = _rule(
    r"(?:the )?(?:main |key )?(?:differences?|similarit(?:y|ies)|comparison|relation(?:ship)?|definition|meaning"
    r"|examples?|formula|purpose|causes?) (?:between|of|for) (?!.*\b(?:is|are|was|were|lies?)\b).+",
    r"\S+(?: \S+){0,3} (?:vs\.?|versus) \S+(?: \S+){0,3}",
)
# What is said to the one who sits opposite, and never in an answer. Verbs that notes use too have an object of speech.
_ORDERS = _rule(
    r"please\b.+",
    r"(?:write|draw|make|find|sing|show|send|bring|read|play|help|teach|let) (?:me|us)\b.*",
    r"(?:write|do|solve|fix|check|correct|translate) (?:me |us )?(?:my|our|this|that|these|a|an|some)\b.*",
    r"(?:ignore|forget) (?:all|your|my|the previous|everything|what)\b.*",
    r"(?:pretend|act as|let'?s)\b.+",
)
# What questions begin with in the languages that notes are most often written in, besides English.
_ASKS_ELSEWHERE = _rule(
    r"(?:was|wie|wieviele?|warum|wieso|weshalb|wer|wen|wem|wo|woher|wohin|wodurch|womit|worin|wann|welche[rsnm]?"
    r"|inwiefern|woraus|wozu|que|qué|cómo|como|por qué|cuál|quién|dónde|cuándo"
    r"|comment|pourquoi|quel(?:le)?s?|qui|où|quand|combien|qu'est-ce|che|cosa|come|perché|chi|dove|quando|quale"
    r"|o que|por que|qual|quem|onde|wat|hoe|waarom|waar|wanneer|vad|hur|varför|hvad|hvordan|hvorfor|jak|dlaczego"
    r"|что|как|почему|кто|где|когда)\b"
)
_GUESSES = _rule(
    r"(?:is it|is that|it'?s|are they|maybe|perhaps|probably|i (?:think|guess|believe)|would it be"
    r"|ich (?:glaube|denke)|vielleicht|creo que|quiz[áa]s?|tal vez)\b"
)
_ANSWERS = _rule(r"(?:the|an?|because|by|in|on|at|to|from|with|when it|if it|so that|that|they|it|he|she|no|yes)\b")
# A guess with a question mark has so few words; what is longer asks.
GUESS_WORDS = 3
# "Is quicksort stable?" asks; "is it pyruvate?" guesses.
_VERB_FIRST = _rule(
    r"(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|must|may|ist|sind|war|waren|hat|haben|kann"
    r"|können|darf|dürfen|muss|müssen|wird|werden|wurde|wurden|gibt es|braucht|brauchen|gilt|gelten|entsteht|entstehen)"
    r" (?!(?:it|that|they|this|these|he|she|the answer|es|das|er|sie|die antwort)\b)\S+ \S"
)
# "And in McCann?", behind a question that was answered.
_ONE_MORE = _rule(r"(?:and|und) (?:\S+ ){0,4}\S+\?")


def asks(bare: str) -> bool:
    """Whether a message asks something where an answer or a topic was awaited.

    "pyruvate?" is a guess, "is it pyruvate?" too."""
    if _GUESSES.match(bare):
        return False
    if _STARTS_A_QUESTION.match(bare) or is_elliptic(bare) or _ORDERS.fullmatch(bare):
        return True
    if not bare.endswith("?"):
        return False
    if _VERB_FIRST.match(bare) or _ONE_MORE.fullmatch(bare):
        return True
    return _ASKS_ELSEWHERE.match(bare) is not None or (len(bare.split()) > GUESS_WORDS and not _ANSWERS.match(bare))


def is_elliptic(bare: str) -> bool:
    """Whether it asks without a verb: "difference between mitosis and meiosis"."""
    return _ELLIPTIC.fullmatch(bare.rstrip("?")) is not None
