"""The end of a turn: the reply as it will be stored, what its readers are told, and its line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyin import logs
from studyin.chat.turn import Turn
from studyin.coach.base import Coach, Outcome
from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.messages import Message, Status

log = logging.getLogger(__name__)


def log_end(turn: Turn, final: Message) -> None:
    usage = final.usage or {}
    logs.event(
        log,
        logging.WARNING if final.status is Status.FAILED else logging.INFO,
        f"turn {final.status}",
        session_id=turn.session_id,
        seconds=round(time.monotonic() - turn.began_at, 3),
        first_token=round(turn.first_said_at - turn.began_at, 3) if turn.first_said_at is not None else None,
        characters=turn.length,
        passages=len(final.quotations),
        coach=final.coach,
        model=final.model,
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        error=(final.error or {}).get("code"),
    )


def unexpected() -> StudyinError:
    """For whatever the program did not see coming."""
    return StudyinError(Code.SERVER_ERROR, say("Unexpected server error."), status=500)


def told(error: StudyinError) -> Mapping[str, Any]:
    """As it is stored with a reply that failed."""
    return {"code": error.code, "message": error.message, "retryable": error.retryable}


def final_of(turn: Turn, status: Status, coach: Coach, outcome: Outcome, error: StudyinError | None) -> Message:
    """The reply as it is stored; outcome: an empty one where the coach did not come to its end."""
    return replace(
        turn.reply,
        status=status,
        content=turn.text,
        thinking=turn.thinking,
        coach=coach.name,
        model=outcome.model,
        usage=outcome.usage,
        error=told(error) if error else None,
        notices=tuple(turn.notices),
        dialogue=outcome.dialogue,
        quotations=turn.quotations or (),
        citations=outcome.citations,
        proposals=tuple(outcome.proposals),
    )
