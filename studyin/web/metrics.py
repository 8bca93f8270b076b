"""What the program counts, as Prometheus reads it: sockets, turns, tokens, the model server, the disk and the loop.

Its labels are codes and states from fixed sets, never names, addresses or anything a student wrote.
"""

from __future__ import annotations

import time

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from studyin import __version__
from studyin.chat.turn import Turn
from studyin.errors import Code, StudyinError
from studyin.web.keys import AUDIENCE, BACKUPS, DATABASE, ENGINE, METRICS, SETTINGS

# Seconds. A first token comes at once from the notes and after a minute from a large model that is loaded first.
FIRST_TOKEN_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
TURN_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600)
SHORT_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """One registry for one application: tests run several in a process, so nothing is global."""

    def __init__(self, app: web.Application) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        build = Gauge("studyin_build_info", "1, labelled with the version.", ["version"], registry=registry)
        build.labels(__version__).set(1)
        sockets_open = Gauge("studyin_sockets_open", "Chat sockets that are open.", registry=registry)
        sockets_open.set_function(lambda: app[AUDIENCE].count)
        turns_running = Gauge("studyin_turns_running", "Turns whose coach is at work.", registry=registry)
        turns_running.set_function(lambda: app[ENGINE].count - app[ENGINE].waiting if ENGINE in app else 0)
        turns_waiting = Gauge("studyin_turns_waiting", "Turns that wait for others to end.", registry=registry)
        turns_waiting.set_function(lambda: app[ENGINE].waiting if ENGINE in app else 0)
        if app[SETTINGS].backups_kept:  # where none are made none are missing
            last_backup = Gauge(
                "studyin_last_backup_timestamp_seconds",
                "When the newest daily backup was made, in seconds since 1970; 0 where there is none.",
                registry=registry,
            )
            last_backup.set_function(lambda: app[BACKUPS].newest_at if BACKUPS in app else 0)
        self.sockets_opened = Counter("studyin_sockets_opened", "Chat sockets that were let in.", registry=registry)
        self.sockets_closed = Counter(
            "studyin_sockets_closed", "Chat sockets that ended, by WebSocket close code.", ["code"], registry=registry
        )
        self.sockets_refused = Counter(
            "studyin_sockets_refused",
            "Chat sockets that were not let in, and silent connections that gave way to others, by reason.",
            ["reason"],
            registry=registry,
        )
        self.first_token = Histogram(
            "studyin_turn_first_token_seconds",
            "From a stored question to the first piece of its reply.",
            buckets=FIRST_TOKEN_BUCKETS,
            registry=registry,
        )
        self.turn = Histogram(
            "studyin_turn_seconds",
            "From a stored question to its stored reply, by how it ended.",
            ["status"],
            buckets=TURN_BUCKETS,
            registry=registry,
        )
        self.tokens = Counter(
            "studyin_tokens",
            "Tokens as the model server counts them: prompt or completion.",
            ["kind"],
            registry=registry,
        )
        self.provider_errors = Counter(
            "studyin_provider_errors", "Turns that the model server failed, by error code.", ["code"], registry=registry
        )
        self.uploads = Counter(
            "studyin_uploads",
            "Uploaded materials: accepted, or the code of the refusal.",
            ["outcome"],
            registry=registry,
        )
        self.upload_bytes = Counter("studyin_upload_bytes", "Bytes of accepted uploads.", registry=registry)
        self.responses = Counter(
            "studyin_http_responses", "Answers to HTTP requests, by status.", ["status"], registry=registry
        )
        self.loop_lag = Histogram(
            "studyin_event_loop_lag_seconds",
            "How late the event loop was for an appointment, twice a second.",
            buckets=SHORT_BUCKETS,
            registry=registry,
        )
        self.database_write = Histogram(
            "studyin_database_write_seconds",
            "Time of a write transaction, without its wait for the writer before it.",
            buckets=SHORT_BUCKETS,
            registry=registry,
        )

    def turn_changed(self, turn: Turn) -> None:
        """The engine's listener: a turn started, or has ended."""
        final = turn.final
        if final is None:
            return
        self.turn.labels(final.status).observe(time.monotonic() - turn.began_at)
        if turn.first_said_at is not None:
            self.first_token.observe(turn.first_said_at - turn.began_at)
        for kind in ("prompt", "completion"):
            self.tokens.labels(kind).inc((final.usage or {}).get(f"{kind}_tokens", 0))
        code = (final.error or {}).get("code", "")
        if code.startswith("provider_") or code == Code.CONTEXT_TOO_LONG:
            self.provider_errors.labels(code).inc()

    def upload_ended(self, size: int | None, error: StudyinError | None = None) -> None:
        self.uploads.labels(error.code if error else "accepted").inc()
        if size is not None:
            self.upload_bytes.inc(size)

    def exposition(self) -> bytes:
        """The figures in Prometheus' text format 0.0.4."""
        return generate_latest(self.registry)


def set_up(app: web.Application) -> None:
    app[METRICS] = Metrics(app)


def watch(app: web.Application) -> None:
    """Count what the parts below the web do, once they are there."""
    app[DATABASE].on_write = app[METRICS].database_write.observe
    app[ENGINE].listen(app[METRICS].turn_changed)
