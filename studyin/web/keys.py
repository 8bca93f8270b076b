"""Where the parts of the running program are found on the aiohttp application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from studyin.accounts import Accounts
from studyin.chat.turns import TurnEngine
from studyin.coach.cards import Deck
from studyin.coach.choose import Coaches
from studyin.config import Settings
from studyin.library import Library
from studyin.store.backup import DailyBackups
from studyin.store.database import Database
from studyin.store.imports import ImportStore
from studyin.store.insights import InsightStore
from studyin.store.messages import MessageStore
from studyin.store.sessions import SessionStore

if TYPE_CHECKING:
    from studyin.web.accounts import Visitor
    from studyin.web.audience import Audience
    from studyin.web.connections import Connections
    from studyin.web.metrics import Metrics
    from studyin.web.security import Gate

SETTINGS = web.AppKey("settings", Settings)
DATABASE = web.AppKey("database", Database)
BACKUPS = web.AppKey("backups", DailyBackups)
SESSIONS = web.AppKey("sessions", SessionStore)
IMPORTS = web.AppKey("imports", ImportStore)
MESSAGES = web.AppKey("messages", MessageStore)
ACCOUNTS = web.AppKey("accounts", Accounts)
INSIGHTS = web.AppKey("insights", InsightStore)
LIBRARY = web.AppKey("library", Library)
DECK = web.AppKey("deck", Deck)
COACHES = web.AppKey("coaches", Coaches)
ENGINE: web.AppKey[TurnEngine] = web.AppKey("engine", TurnEngine)
AUDIENCE: web.AppKey[Audience] = web.AppKey("audience")
GATE: web.AppKey[Gate] = web.AppKey("gate")
VISITOR: web.RequestKey[Visitor] = web.RequestKey("visitor")
INSTALLATION = web.AppKey("installation", str)
CONNECTIONS: web.AppKey[Connections] = web.AppKey("connections")
METRICS: web.AppKey[Metrics] = web.AppKey("metrics")
STATIC_VERSION = web.AppKey("static_version", str)
