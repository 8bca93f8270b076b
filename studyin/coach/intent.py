"""What a student's message wants of the coach, told by cheap rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from studyin.coach.phrases import english
from studyin.coach.questioning import asks
from studyin.library.terms import subject


class Intent(StrEnum):
    ASK = "ask"  # a question about the subject, or a bare topic
    MORE = "more"  # go on with the last topic
    ATTEMPT = "attempt"  # an answer to the question that is open
    HINT = "hint"
    TELL = "tell"  # give the answer away, or "I don't know"
    THINKING = "thinking"  # hmm, let me see
    FEELING = "feeling"  # this is hard, whatever
    PUZZLED = "puzzled"  # what do you mean?
    SKIP = "skip"  # another question
    QUIZ = "quiz"  # ask me about the notes, or about a topic in them
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"  # the end of a session
    RECALL = "recall"  # write down all one knows of a topic
    AGREED = "agreed"  # ok, I see: heard, and nothing asked
    ABOUT = "about"  # what are you, what can you do


@dataclass(frozen=True, slots=True)
class Message:
    """about: the question without "just tell me", the topic of "quiz me on …", else the message. direct: whether the
    answer is wanted at once, also where the coach would ask first. asked: the question behind an attempt; text: what
    came with the topic of a free recall."""

    intent: Intent
    about: str
    direct: bool = False
    asked: str = ""
    text: str = ""


def _rule(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_GREETING = _rule(
    r"(?:hi|hello|hey|hiya|howdy|yo|greetings|good (?:morning|evening|afternoon|day))"
    r"(?:[ ,]+(?:there|coach|studyin|again))*"
)
_GREETS = _rule(r"(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|hallo|hola)\b[ ,.!]+")
_OKS = (
    r"(?:(?:i (?:understand|get it|got it)(?: now)?|ok(?:ay)?|great|kk?|cool|nice"
    r"|perfect|awesome|got it|i see|makes sense|understood|good|wow|alright|all right"
    r"|then|now|so much)(?:[ ,]+|$))"
)
_THANKS = _rule(
    r"(?:many )?(?:thanks?|thank you|thx|ty|cheers)\b[^?]{0,40}",
    rf"{_OKS}*(?:thanks?|thank you|thx)\b[^?]{{0,40}}",
)
_BYE = (
    r"(?:(?:good ?)?bye(?: bye)?|goodbye|see (?:you|ya)(?: (?:later|soon|tomorrow|then))?|good ?night|ciao|farewell"
    r"|(?:that'?s|that is|that was|that will be) (?:all|it|enough)(?: (?:for (?:now|today)|from me))?"
    r"|i'?m (?:done|finished)(?: for (?:now|today))?|i (?:have|need) to go(?: now)?|i(?:'ve| have) got to go|gotta go"
    r"|(?:please )?stop(?: (?:now|here|please|asking))*"
    r"|(?:let'?s|i want to) (?:stop|finish)(?: here| for (?:now|today))?|talk to you later|until next time)"
)
_GOODBYE = _rule(
    rf"(?:{_OKS}*(?:(?:many )?(?:thanks?|thank you|thx|cheers)(?: (?:a lot|so much|very much))?[ ,.!]+)?)"
    rf"{_BYE}(?:[ ,.!]+(?:{_BYE}|thanks|thank you|coach|then|now))*"
)
_DUMP_VERBS = r"(?:write|tell you|say|note|put|jot|get)(?: down)?"
_RECALL = _rule(
    r"(?:(?:let'?s |i(?:'d| would) like to |i want to |can i |let me )?(?:do |start |try )?(?:an? )?)?"
    r"(?:brain ?-?dump|free recall|blurt(?:ing)?|memory dump)"
    r"(?:(?: (?:on|about|of|for))? (?P<topic>(?!please\b|now\b).+))?",
    rf"(?:please )?(?:(?:let me|i(?:'ll| will| want to| would like to|'d like to)|can i|may i|shall i|ask me to|have me"
    rf"|make me) )?{_DUMP_VERBS} (?:(?:all|everything|whatever|what)(?: that)? (?:you|i) (?:know|remember|can remember)"
    r"|all my knowledge)(?: (?:about|on|of) (?P<other>.+))?",
    r"(?:all|everything)(?: that)? i (?:know|remember) (?:about|on|of) (?P<third>.+)",
)
_RECALL_WITH_TEXT = re.compile(r"(?P<lead>[^:\n]{8,120})(?::|\n)\s*(?P<text>\S.{12,})", re.DOTALL)
_AGREED = _rule(rf"{_OKS}+")
_ABOUT = _rule(r"what can you do", r"wh(?:o|at) are you", r"how (?:does this|do you) work", r"help")
_HINT = _rule(
    r"(?:(?:please|(?:can|could|may) i (?:have|get)|give me|i need|show me|an?|another|one more|the next|some|small"
    r"|little|tiny) )*(?:hint|clue)s?(?: please)?",
    r"(?:i'?m |i am )?(?:totally |really |a bit )?stuck.{0,15}",
    r"(?:please |can you )?help(?: me)?(?: out)?(?: please)?",
)
_UNKNOWN = _rule(
    r"(?:sorry[, ]+)?(?:i (?:really |just )?(?:don'?t|do not) (?:know|remember|have (?:a clue|any idea))|idk|dunno"
    r"|no idea|no clue|not sure|i'?m not sure|i have no (?:idea|clue)|i forgot|i give up|give up|(?:i )?can'?t remember"
    r"|pass)(?:[, ]+(?:sorry|really|yet|at all))*(?: (?:what|how|why|about|that|this|it)\b.{0,40})?",
    r"\?+",
)
_TELL = _rule(
    r"(?:(?:please|shut up|come on|stop it|ok|fine)(?: and|,)? )?(?:just |can you "
    r"|could you )*(?:tell|show|give)(?: me)?(?: the)? (?:answer|solution|it)"
    r"(?: please| then| already)*",
    r"(?:(?:shut up|come on|ok|fine)(?: and|,)? )?(?:just )?tell me(?: please| then| already)*",
    r"what(?:'?s| is)(?: it| (?:the|the right|the correct) (?:answer|solution))",
    r"(?:the )?answer|solution|reveal",
)
_THINKING = _rule(
    r"(?:(?:h+m+|u+[hm]+|m{2,}|e+r+m*|e+h+m*|ä+h+m*|a+h+|o+h+|well|let me (?:think|see)|wait|one moment|mal sehen"
    r"|a ver)[\s,.!…]*)+"
)
_PUZZLED = _rule(
    r"(?:sorry,? )?(?:what|huh|pardon|come again|what do you mean"
    r"|what does that mean|what is the question|wie bitte|was"
    r"|cómo|qué)(?: by that)?",
    r"i (?:don'?t|do not|not|no|can'?t|cannot) (?:understand"
    r"|get)(?: (?:it|this|that|you|the question|what you (?:mean|want)))?",
)
_JUST = _rule(r"(?:please )?(?:just|simply) (?:tell me|explain|say|give me the answer|answer)[,:]? (?P<rest>.+)")
_SKIP = _rule(
    r"(?:skip|next|another)(?: (?:one|it|this|that|question|please))*",
    r"(?:ask|give) me another(?: one| question)?",
    r"(?:a )?(?:new|different) question|something else",
)
_QUIZ = _rule(
    r"(?:please |can you |could you |let'?s )?(?:quiz|test|examine|drill|question)(?: me| us)?(?: please)?"
    r"(?: (?:on|about|over) (?P<topic>.+))?",
    r"ask me (?:a question|something|questions|anything)(?: (?:on|about) (?P<other>.+))?",
    r"(?:let'?s )?practi[cs]e(?: (?P<third>.+))?",
)
_MORE = _rule(
    r"(?:(?:tell|show|teach|give) me )?(?:some )?more(?: (?:about (?:it|this|that)|please|details?))*",
    r"(?:please )?(?:go on|continue|carry on|keep going|elaborate|expand)|in more detail",
    r"(?:and )?(?:then|what else|so|anything else)|explain (?:more|further|that|this|it)",
    r"yes(?: please)?|sure",
)
# With a question open these are no wish to hear more, but an answer, or none.
_NOT_MORE = ("yes", "so", "then", "sure")

_SENTENCE_ENDS = re.compile(
    r"(?<=[.!?;…])\s+|,?\s+(?:but|and|so|also|though)\s+(?=(?:what|why|how|when|where|who|which)\b)", re.IGNORECASE
)
_AT_THE_END = re.compile(r"[\s,;]+(?:but|and|so|also|though)?$", re.IGNORECASE)
_TO_THE_COACH = _rule(r"\b(?:you(?:'?re|rself)?|your|studyin|coach|bot|du|dich|dir|deine?[nmrs]?)\b")
_OF_ONESELF = _rule(
    r"(?:i|i'?m|i'?ve|i'?ll|i'?d|my|we|let me)\b(?! (?:\w+ )?(?:think|guess|believe|suppose|say|remember)\b)",
    r"(?:ich|mir|mein(?:e[nmrs]?)?|wir)\b(?! (?:\w+ )?(?:glaube?|denke?|meine?|vermute|rate|würde)\b)",
)
_FEELINGS = _rule(
    r"(?:this|that|it)(?: question)?(?: is|'s) (?:so |too |really "
    r"|very )*(?:stupid|dumb|boring|hard|difficult|easy|useless"
    r"|unfair|annoying|confusing|silly|crazy)",
    r"(?:(?:whatever|lol|lmao|haha\w*|meh|who cares|omg|wtf|idc|bla+h?)(?:[ ,]+|$))+(?:yes|no|ok)?",
)
_YES_OR_NO = _rule(r"(?:(?:yes|yeah|yep|yup|no|nope|nah|maybe|perhaps|sure|true|false|please|of course)(?:[ ,]+|$))+")


# A command of the page's menu that was typed out, with what it is about.
_TYPED = re.compile(
    r"\s*/(?=(?:quiz|summari[sz]e|compare|define|explain|brain ?-?dump|vergleiche?n?|zusammenfassen|definiere|erkläre?"
    r"|abfragen)\s)",
    re.IGNORECASE,
)
_QUIZ_TYPED = re.compile(r"^quiz (?:me )?(?:(?:on|about) )?", re.IGNORECASE)


def read(text: str, *, open_question: bool) -> Message:
    """What a message wants. open_question: whether the coach waits for an answer; then what asks nothing is one."""
    text = english(text)
    said = " ".join(text.split())
    bare = said.strip(" .!…").replace("’", "'")
    task = _recall(text) or _task(said, bare, open_question=open_question)
    if task:
        return task
    just = _JUST.fullmatch(bare)
    if just and subject(just["rest"]):
        return Message(Intent.ASK, just["rest"], direct=True)
    typed = _TYPED.match(text)
    if typed:  # as from the page's menu, and never an answer
        return read(_QUIZ_TYPED.sub("quiz me on ", text[typed.end() :]), open_question=False)
    if not open_question:
        return Message(Intent.ASK, said)
    return _behind_an_attempt(said) or Message(Intent.ASK if asks(bare) else Intent.ATTEMPT, text.strip())


def _behind_an_attempt(said: str) -> Message | None:
    """For "it makes sugar, but why does it need light?": that is to be graded, and answered."""
    *before, last = _SENTENCE_ENDS.split(said)
    if not before or not last.endswith("?") or not asks(last):
        return None
    answer = _AT_THE_END.sub("", said[: said.rindex(last)].strip())
    bare = answer.strip(" .!…").replace("’", "'")
    if not bare or asks(answer) or _command(bare, open_question=True) or greets(f"{bare} "):
        return None
    return Message(Intent.ATTEMPT, answer, asked=last)


def _task(said: str, bare: str, *, open_question: bool) -> Message | None:
    """For a command, a courtesy, or "quiz me on X"."""
    command = _command(bare, open_question=open_question)
    if command:
        return Message(command, "" if command is Intent.QUIZ else said)
    quiz = _QUIZ.fullmatch(bare.rstrip("?"))
    return Message(Intent.QUIZ, quiz["topic"] or quiz["other"] or quiz["third"] or "") if quiz else None


def _recall(text: str) -> Message | None:
    """For "brain dump on X", alone or with what the student knows right behind it."""
    with_text = _RECALL_WITH_TEXT.fullmatch(text.strip())
    lead, behind = (with_text["lead"], with_text["text"]) if with_text else (text, "")
    match = _RECALL.fullmatch(" ".join(english(lead).split()).strip(" .!?…").replace("’", "'"))
    if match is None:
        return None
    return Message(Intent.RECALL, match["topic"] or match["other"] or match["third"] or "", text=behind)


def _command(bare: str, *, open_question: bool) -> Intent | None:
    """For messages that are nothing but a command or a courtesy."""
    words = bare.rstrip("? ") or bare
    if open_question:
        for rule, intent in (
            (_HINT, Intent.HINT),
            (_UNKNOWN, Intent.TELL),
            (_TELL, Intent.TELL),
            (_PUZZLED, Intent.PUZZLED),
            (_THINKING, Intent.THINKING),
            (_FEELINGS, Intent.FEELING),
        ):
            if rule.fullmatch(words):
                return intent
    else:
        for rule, intent in ((_ABOUT, Intent.ABOUT), (_HINT, Intent.QUIZ), (_UNKNOWN, Intent.ABOUT)):
            if rule.fullmatch(words):
                return intent
    for rule, intent in (
        (_GREETING, Intent.GREETING),
        (_GOODBYE, Intent.GOODBYE),
        (_THANKS, Intent.THANKS),
        (_AGREED, Intent.AGREED),
        (_SKIP, Intent.SKIP),
        (_ABOUT, Intent.ABOUT),
    ):
        if rule.fullmatch(words):
            return intent
    if _MORE.fullmatch(words) and not (open_question and words.casefold() in _NOT_MORE):
        return Intent.MORE
    return None


def is_yes_or_no(text: str) -> bool:
    """Whether a message says yes, no or maybe, and nothing else."""
    return _YES_OR_NO.fullmatch(" ".join(text.split()).strip(" .!?…")) is not None


def is_personal(text: str) -> bool:
    """Whether a message speaks to the coach or of the student, as no answer does: "you are useless", "I am tired"."""
    said = " ".join(text.split()).replace("’", "'")
    return _TO_THE_COACH.search(said) is not None or _OF_ONESELF.match(said) is not None


def greets(text: str) -> bool:
    """Whether a longer message begins with a greeting."""
    return _GREETS.match(text.strip()) is not None
