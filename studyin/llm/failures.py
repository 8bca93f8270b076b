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
from studyin.llm.base import ContextTooLongError
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
    """What a provider raises. One whose sentence says "try again" is retryable: the two must not disagree.

    again: it may pass within seconds, so the provider itself tries again; after: seconds the server asks for first.
    wrong_path: the API may start elsewhere on this server. refused: some parameter may be what the server refuses.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        again: bool = False,
        after: float | None = None,
        wrong_path: bool = False,
        refused: Complaint | None = None,
    ) -> None:
        super().__init__(code, message, status=_STATUS.get(code, 502), retryable="try again" in message)
        self.again = again
        self.after = after
        self.wrong_path = wrong_path
        self.refused = refused


# exceptions of the connection, from resolving the name to reading the answer; the first that fits. All others: cut
_BROKEN: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Code, str], ...] = (
    (
        aiohttp.ConnectionTimeoutError,
        Code.PROVIDER_TIMEOUT,
        "The model server at {where} took no connection within {connect:g} seconds; check OPENAI_BASE_URL and that "
        "server, then try again.",
    ),
    (
        aiohttp.ClientConnectorDNSError,
        Code.PROVIDER_UNREACHABLE,
        "Expected a model server at {where}, but there is no host of that name, or no network; check OPENAI_BASE_URL "
        "and the network, then try again.",
    ),
    (
        aiohttp.ClientConnectorCertificateError,
        Code.PROVIDER_UNREACHABLE,
        "Expected a valid certificate at {where}, got one that this machine does not trust; mend it, or check "
        "OPENAI_BASE_URL.",
    ),
    (
        aiohttp.ClientSSLError,
        Code.PROVIDER_PROTOCOL,
        "Expected encryption (TLS) at {where}, got something else; check whether OPENAI_BASE_URL should begin with "
        "http://.",
    ),
    (
        (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError),
        Code.PROVIDER_UNREACHABLE,
        "The proxy on the way to {where} does not let us through; check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, then try "
        "again.",
    ),
    (
        aiohttp.ClientConnectorError,
        Code.PROVIDER_UNREACHABLE,
        "No model server answers at {where}; start it, or change OPENAI_BASE_URL, then try again.",
    ),
    (
        aiohttp.ClientResponseError,
        Code.PROVIDER_PROTOCOL,
        "Expected an OpenAI-compatible server at {where}, got something that is no HTTP; check OPENAI_BASE_URL.",
    ),
)


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
                    f"The model server at {self._where} sent a piece of its reply that can't be read; try again, and "
                    "look into that server's log where it happens again.",
                )
            case Wrong.HTML:
                return self._something_else("an HTML page")
            case Wrong.NO_STREAM:
                return self._something_else("something else")
            case Wrong.CUT:
                return self.cut()

    def broken(self, exc: BaseException) -> ProviderError:
        """For an exception of aiohttp or of the socket."""
        for kind, code, sentence in _BROKEN:
            if isinstance(exc, kind):
                message = sentence.format(where=self._where, connect=self._server.connect)
                return ProviderError(code, message, again=kind is aiohttp.ClientConnectorError)
        return self.cut()

    def cut(self) -> ProviderError:
        message = f"The model server at {self._where} ended its reply half way; try again."
        return ProviderError(Code.PROVIDER_CUT, message, again=True)

    def silent(self, seconds: float, setting: str) -> ProviderError:
        """setting: the environment's name of the deadline that ran out."""
        return ProviderError(
            Code.PROVIDER_TIMEOUT,
            f"The model server at {self._where} said nothing for {seconds:g} seconds; try again, and raise {setting} "
            "where it needs longer.",
        )

    def no_models(self) -> ProviderError:
        return ProviderError(
            Code.PROVIDER_MODEL,
            f"Expected a model that can chat at {self._where}, got none in its list; install one there, or set "
            "OPENAI_DEFAULT_MODEL.",
        )

    def unknown_model(self, model: str, known: Sequence[str] = ()) -> ProviderError:
        names = ", ".join(known[:_NAMED]) + (" and others" if len(known) > _NAMED else "")
        has = f"it has {names}; " if known else ""
        return ProviderError(
            Code.PROVIDER_MODEL,
            f"The model server at {self._where} has no model {model} for you; {has}change OPENAI_DEFAULT_MODEL.",
        )

    def _redirect(self, location: str) -> ProviderError:
        """Redirects are not followed: another host must never get the key. The target is named without its query."""
        try:
            target = URL(location)
            named = f" to {target.with_query(None).with_user(None)}" if target.host else ""
        except ValueError:
            named = ""
        return ProviderError(
            Code.PROVIDER_PROTOCOL,
            f"Expected an answer from {self._where}, got a redirect{named}; set OPENAI_BASE_URL to the server itself.",
        )

    def _something_else(self, got: str) -> ProviderError:
        return ProviderError(
            Code.PROVIDER_PROTOCOL,
            f"Expected an OpenAI-compatible server at {self._where}, got {got}; check OPENAI_BASE_URL.",
            wrong_path=True,
        )

    def _meaning(self, status: int, complaint: Complaint, model: str | None, after: float | None) -> StudyinError:
        """A word on the context, the model or the credit means more than the status it came with."""
        if status == 413 or (complaint.about_context and (status in {400, 422} or status >= 500)):
            return ContextTooLongError(
                f"This conversation is longer than {model or 'the model'} at {self._where} takes; start a new session, "
                "shorten the question, or lower STUDYIN_CONTEXT_TOKENS.",
                complaint.limit,
            )
        if model is None and status in {404, 405}:
            return ProviderError(
                Code.PROVIDER_PROTOCOL,
                f"Expected an OpenAI-compatible server at {self._where}, got status {status} for its list of models; "
                "check OPENAI_BASE_URL, or set OPENAI_DEFAULT_MODEL where it has no list.",
                wrong_path=True,
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
                f"The account at {self._where} has no credit left{says}; top it up, or use another OPENAI_API_KEY.",
            )
        if status in {404, 405}:
            return self._something_else(f"status {status} (not found)")
        if status in {408, 425, 429} or status >= 500:
            return self._for_now(status, says, after)
        return ProviderError(
            Code.PROVIDER_FAILED,
            f"The model server at {self._where} refused the request with status {status}{says}; check "
            "OPENAI_DEFAULT_MODEL and that server's log.",
            refused=complaint,
        )

    def _not_allowed(self, status: int, says: str) -> ProviderError:
        if not self._server.key:
            sentence = f"The model server at {self._where} wants a key; set OPENAI_API_KEY."
        elif status == 401:  # what it says may have part of the key in it
            sentence = (
                f"The model server at {self._where} does not accept the key; check OPENAI_API_KEY, and whether "
                "OPENAI_BASE_URL is the server it is for."
            )
        else:
            sentence = (
                f"The model server at {self._where} does not allow this{says}; check what the key in OPENAI_API_KEY "
                "may be used for."
            )
        return ProviderError(Code.PROVIDER_AUTH, sentence)

    def _for_now(self, status: int, says: str, after: float | None) -> ProviderError:
        when = f"in {after:.0f} seconds" if after and after >= 1 else "in a moment"
        if status == 429:
            code, what = Code.PROVIDER_RATE_LIMITED, "has too much to do"
        else:
            code, what = Code.PROVIDER_FAILED, f"failed with status {status}"
        message = f"The model server at {self._where} {what}{says}; try again {when}."
        return ProviderError(code, message, again=True, after=after)


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
