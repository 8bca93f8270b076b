"""What the last reply offered, and the student now takes up, turns down, or answers with a topic."""

from __future__ import annotations

import re
from dataclasses import replace

from studyin.coach import asking, explaining, recalling, welcoming
from studyin.coach.dialogue import Offer, Offering
from studyin.coach.intent import Intent, Message
from studyin.coach.lesson import Lesson, Told, count
from studyin.coach.phrases import english
from studyin.coach.questioning import asks

# What is said behind an offer has so few words; what is longer is about something else.
MAX_WORDS = 8

_YES = re.compile(
    r"(?:(?:oh|well|hmm+)[ ,]+)?(?:(?:yes|yeah|yep|yup|ok(?:ay)?|sure|of course|alright|all right|why not|gladly|please"
    r"|do(?: it| that| so)?|go(?: on| ahead)?|let'?s(?: go| do (?:it|that)| start)?|start|then|good|great|fine"
    r"|that|it|me|quiz|question)(?:[ ,]+|$))+",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(?:(?:no|nope|nah|not (?:now|yet|really)|rather not|later|end|quit|leave)(?:[ ,]+|$))(?:thanks?|thank you|it"
    r"|please|the quiz|that|this|here|now|today|for|[ ,])*",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?:(?:yes|ok(?:ay)?|please|ask|them|me|it|go through|once|more|again|repeat|all|the|questions)(?:[ ,]+|$))+",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"(?:(?:no|yes|ok(?:ay)?|please|rather|then|now|on|about|let'?s (?:do|take|try)|i(?:'d| would) like|i'?ll take"
    r"|another topic)[ ,:]+)*(?P<topic>.+)",
    re.IGNORECASE,
)


async def answered(lesson: Lesson, offer: Offer, message: Message) -> Told | None:
    """The reply to what was said behind an offer; None where that has nothing to do with it."""
    said = " ".join(english(lesson.ask.question).split()).strip(" .!…").replace("’", "'")
    if count(said) > MAX_WORDS:
        return None
    if _YES.fullmatch(said) or message.intent is Intent.AGREED:
        return await _taken_up(lesson, offer)
    if _NO.fullmatch(said):
        return welcoming.turned_down(lesson)
    if offer.kind is Offering.AGAIN and (message.intent is Intent.MORE or _AGAIN.fullmatch(said)):
        return await _taken_up(lesson, offer)
    takes_topics = offer.kind in (Offering.AGAIN, Offering.RECALL)
    another = _ANOTHER.fullmatch(said) if takes_topics and message.intent is Intent.ASK and not asks(said) else None
    return await _taken_up(lesson, replace(offer, topic=another["topic"])) if another else None


async def _taken_up(lesson: Lesson, offer: Offer) -> Told | None:
    match offer.kind:
        case Offering.EXPLAIN:
            return await explaining.explain(lesson, offer.topic)
        case Offering.RECALL:
            return await recalling.recall(lesson, offer.topic)
    return await asking.quiz(lesson, offer.topic) or await welcoming.nothing_found(lesson, offer.topic)
