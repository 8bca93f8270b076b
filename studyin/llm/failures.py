"""Turns what went wrong between us and a model server into errors that say what to do, each with its own code.

No key, no password and no body is ever in a sentence; a server's own sentence may be quoted (see complaint.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

from studyin.errors import Code, StudyinError
from studyin.language import in_short, say, say_number
from studyin.llm.base import ContextTooLongError
from studyin.llm.broken import BROKEN
from studyin.llm.complaint import Complaint
from studyin.llm.completion import Trouble, Wrong
from studyin.llm.server import Server

# models named where the one asked for is unknown
_NAMED = 6

_STATUS = {
    Code.PROVIDER_UNREACHABLE: 503,
    Code.PROVIDER_TIMEOUT: 504,
    Code.PROVIDER_RATE_LIMITED: 429,
}


class ProviderError(StudyinError):
    """What a provider raises. retryable: its sentence tells to try again, and the two must not disagree.

    again: it may pass within seconds, so the provider itself tries again; after: seconds the server asks for first.
    wrong_path: the API may start elsewhere on this server; nothing_there: nothing at all is at this path. refused: some
    parameter may be what the server refuses.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        retryable: bool = False,
        again: bool = False,
        after: float | None = None,
        wrong_path: bool = False,
        nothing_there: bool = False,
        refused: Complaint | None = None,
    ) -> None:
        super().__init__(code, message, status=_STATUS.get(code, 502), retryable=retryable)
        self.again = again
        self.after = after
        self.wrong_path = wrong_path
        self.nothing_there = nothing_there
        self.refused = refused


class Failures:
    """The errors of one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._where = server.where

    def refusal(self, status: int, headers: Mapping[str, str], body: bytes, model: str | None) -> StudyinError:
        """For an answer that is not 200. model: which one was asked, None where it was the list of models."""
        if 300 <= status < 400:
            return self._redirect(headers.get("Location", ""))
        return self._meaning(status, Complaint.read(body), model, retry_after(headers, datetime.now(UTC)))

    def trouble(self, trouble: Trouble, model: str) -> StudyinError:
        """For an answer that began well."""
        match trouble.wrong:
            case Wrong.ERROR:
                complaint = Complaint.of(trouble.error)
                return self._meaning(complaint.status or 500, complaint, model, None)
            case Wrong.MALFORMED:
                return ProviderError(
                    Code.PROVIDER_PROTOCOL,
                    say(
                        "The model server at {where} sent a piece of its reply that can't be read; try again, and look "
                        "into that server's log where it happens again.",
                        where=self._where,
                    ),
                    retryable=True,
                )
            case Wrong.HTML:
                return self._something_else(say("an HTML page"))
            case Wrong.NO_STREAM:
                return self._something_else(say("something else"))
            case Wrong.CUT:
                return self.cut()

    def broken(self, exc: BaseException) -> ProviderError:
        """For an exception of aiohttp or of the socket."""
        for kind, code, sentence, retryable in BROKEN:
            if isinstance(exc, kind):
                message = say(sentence, where=self._where, seconds=in_short(self._server.connect))
                again = kind is aiohttp.ClientConnectorError
                return ProviderError(code, message, retryable=retryable, again=again)
        return self.cut()

    def cut(self) -> ProviderError:
        message = say("The model server at {where} ended its reply half way; try again.", where=self._where)
        return ProviderError(Code.PROVIDER_CUT, message, retryable=True, again=True)

    def silent(self, seconds: float, setting: str) -> ProviderError:
        """setting: the environment's name of the deadline that ran out."""
        return ProviderError(
            Code.PROVIDER_TIMEOUT,
            say(
                "The model server at {where} said nothing for {seconds} seconds; try again, and raise {setting} where "
                "it needs longer.",
                where=self._where,
                seconds=in_short(seconds),
                setting=setting,
            ),
            retryable=True,
        )

    def no_models(self) -> ProviderError:
        return ProviderError(
            Code.PROVIDER_MODEL,
            say(
                "Expected a model that can chat at {where}, got none in its list; install one there, or set "
                "OPENAI_DEFAULT_MODEL.",
                where=self._where,
            ),
        )

    def unknown_model(self, model: str, known: Sequence[str] = ()) -> ProviderError:
        where, names = self._where, ", ".join(known[:_NAMED])
        if not known:
            message = say(
                "The model server at {where} has no model {model} for you; change OPENAI_DEFAULT_MODEL.",
                where=where,
                model=model,
            )
        elif len(known) > _NAMED:
            message = say(
                "The model server at {where} has no model {model} for you; it has {names} and others; change "
                "OPENAI_DEFAULT_MODEL.",
                where=where,
                model=model,
                names=names,
            )
        else:
            message = say(
                "The model server at {where} has no model {model} for you; it has {names}; change "
                "OPENAI_DEFAULT_MODEL.",
                where=where,
                model=model,
                names=names,
            )
        return ProviderError(Code.PROVIDER_MODEL, message)

    def _redirect(self, location: str) -> ProviderError:
        """Redirects are not followed: another host must never get the key. The target is named without its query."""
        try:
            target = URL(location)
            named = str(target.with_query(None).with_user(None)) if target.host else ""
        except ValueError:
            named = ""
        if named:
            message = say(
                "Expected an answer from {where}, got a redirect to {target}; set OPENAI_BASE_URL to the server "
                "itself.",
                where=self._where,
                target=named,
            )
        else:
            message = say(
                "Expected an answer from {where}, got a redirect; set OPENAI_BASE_URL to the server itself.",
                where=self._where,
            )
        return ProviderError(Code.PROVIDER_PROTOCOL, message)

    def _something_else(self, got: str, *, nothing_there: bool = False) -> ProviderError:
        return ProviderError(
            Code.PROVIDER_PROTOCOL,
            say(
                "Expected an OpenAI-compatible server at {where}, got {got}; check OPENAI_BASE_URL.",
                where=self._where,
                got=got,
            ),
            wrong_path=True,
            nothing_there=nothing_there,
        )

    def _meaning(self, status: int, complaint: Complaint, model: str | None, after: float | None) -> StudyinError:
        """A word on the context, the model or the credit means more than the status it came with."""
        if status == 413 or (complaint.about_context and (status in {400, 422} or status >= 500)):
            return ContextTooLongError(
                say(
                    "This conversation is longer than {model} at {where} takes; start a new session, shorten the "
                    "question, or lower STUDYIN_CONTEXT_TOKENS.",
                    model=model or say("the model"),
                    where=self._where,
                ),
                complaint.limit,
            )
        if model is None and status in {404, 405}:
            return ProviderError(
                Code.PROVIDER_PROTOCOL,
                say(
                    "Expected an OpenAI-compatible server at {where}, got status {status} for its list of models; "
                    "check OPENAI_BASE_URL, or set OPENAI_DEFAULT_MODEL where it has no list.",
                    where=self._where,
                    status=status,
                ),
                wrong_path=True,
                nothing_there=True,
            )
        if model and complaint.about_model(model) and status in {400, 403, 404, 422}:
            return self.unknown_model(model)
        return self._by_status(402 if complaint.about_quota else status, complaint, after)

    def _by_status(self, status: int, complaint: Complaint, after: float | None) -> ProviderError:
        says = complaint.quoted(self._server.key)
        if status in {401, 403}:
            return self._not_allowed(status, says)
        if status == 402:
            return ProviderError(
                Code.PROVIDER_RATE_LIMITED,
                say(
                    "The account at {where} has no credit left{says}; top it up, or use another OPENAI_API_KEY.",
                    where=self._where,
                    says=says,
                ),
            )
        if status in {404, 405}:
            return self._something_else(say("status {status} (not found)", status=status), nothing_there=True)
        if status in {408, 425, 429} or status >= 500:
            return self._for_now(status, says, after)
        return ProviderError(
            Code.PROVIDER_FAILED,
            say(
                "The model server at {where} refused the request with status {status}{says}; check "
                "OPENAI_DEFAULT_MODEL and that server's log.",
                where=self._where,
                status=status,
                says=says,
            ),
            refused=complaint,
        )

    def _not_allowed(self, status: int, says: str) -> ProviderError:
        if not self._server.key:
            sentence = say("The model server at {where} wants a key; set OPENAI_API_KEY.", where=self._where)
        elif status == 401:  # what it says may have part of the key in it
            sentence = say(
                "The model server at {where} does not accept the key; check OPENAI_API_KEY, and whether "
                "OPENAI_BASE_URL is the server it is for.",
                where=self._where,
            )
        else:
            sentence = say(
                "The model server at {where} does not allow this{says}; check what the key in OPENAI_API_KEY may be "
                "used for.",
                where=self._where,
                says=says,
            )
        return ProviderError(Code.PROVIDER_AUTH, sentence)

    def _for_now(self, status: int, says: str, after: float | None) -> ProviderError:
        if status == 429:
            code = Code.PROVIDER_RATE_LIMITED
            trouble = say("The model server at {where} has too much to do{says}", where=self._where, says=says)
        else:
            code = Code.PROVIDER_FAILED
            trouble = say(
                "The model server at {where} failed with status {status}{says}",
                where=self._where,
                status=status,
                says=says,
            )
        if after is None or after < 1:
            message = say("{trouble}; try again in a moment.", trouble=trouble)
        else:
            message = say_number(
                round(after),
                "{trouble}; try again in a second.",
                "{trouble}; try again in {number} seconds.",
                trouble=trouble,
            )
        return ProviderError(code, message, retryable=True, again=True, after=after)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the server wants to be left alone for: from a number or a date; None where it does not say."""
    given = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", given):
        return float(given)
    try:
        when = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds())
