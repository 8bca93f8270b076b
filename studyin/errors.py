"""The errors a person may see: a stable code for programs, one sentence for people.

Every error that leaves the program is a StudyinError; studyin.web.errors turns it into a page, JSON or a frame.
Anything else is a bug: it is logged with its stack and shown as "Unexpected server error."
"""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes; each is documented in docs/errors.md, and a test keeps the two equal."""

    # what a request or frame got wrong
    BAD_FRAME = "bad_frame"
    UNKNOWN_TYPE = "unknown_type"
    BAD_REQUEST = "bad_request"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    UNSUPPORTED_TYPE = "unsupported_type"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    # who may ask
    ORIGIN_NOT_ALLOWED = "origin_not_allowed"
    HOST_NOT_ALLOWED = "host_not_allowed"
    UPGRADE_REQUIRED = "upgrade_required"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    METRICS_NOT_ALLOWED = "metrics_not_allowed"
    # turns
    BUSY = "busy"
    NOT_RUNNING = "not_running"
    TOO_MANY_QUESTIONS = "too_many_questions"
    # storage
    STORAGE_UNAVAILABLE = "storage_unavailable"
    # the model server behind the coach
    PROVIDER_UNREACHABLE = "provider_unreachable"
    PROVIDER_TIMEOUT = "provider_timeout"
    PROVIDER_AUTH = "provider_auth"
    PROVIDER_MODEL = "provider_model"
    PROVIDER_RATE_LIMITED = "provider_rate_limited"
    PROVIDER_FAILED = "provider_failed"
    PROVIDER_PROTOCOL = "provider_protocol"
    PROVIDER_CUT = "provider_cut"
    CONTEXT_TOO_LONG = "context_too_long"
    # ours
    SERVER_ERROR = "server_error"


class StudyinError(Exception):
    """An error meant for a person: what was expected, what came, what to do next.

    code: stable, for programs. message: one or two sentences for people. status: the HTTP status.
    retryable: whether the same request may succeed later, unchanged.
    """

    def __init__(self, code: Code, message: str, *, status: int = 400, retryable: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.retryable = retryable


class StartupError(Exception):
    """The program can't start; its text says what to do. cli prints it and exits with code 2."""
