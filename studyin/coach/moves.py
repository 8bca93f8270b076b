"""What a reply does, as it was decided by code: a coach may choose its words, never its move."""

from enum import StrEnum


class Move(StrEnum):
    TALK = "talk"  # a courtesy, or something about the conversation itself
    ABOUT = "about"  # what the coach can do
    EXPLAIN = "explain"  # answer a question from the notes
    NEAREST = "nearest"  # the notes come near the question, and don't answer it
    NOTHING = "nothing"  # the notes have nothing to it
    OVERVIEW = "overview"  # what a material is about
    MORE = "more"  # what the notes say next
    ASK_FIRST = "ask first"  # the student tries before anything is explained
    QUIZ = "quiz"  # ask a question
    CHECK = "check"  # compare an answer with what was expected
    UNCHECKED = "unchecked"  # an answer to a question that nothing was expected to
    INSIST = "insist"  # "yes" or "no" is no answer to what was asked
    HINT = "hint"  # one rung up the ladder
    TELL = "tell"  # give the answer away
    PROBLEM = "problem"  # help with a problem, as far as its rung goes
