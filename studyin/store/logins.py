"""Logins and invitations as rows: random tokens, of which only the hash is kept, each with an end."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.accounts import Account, Role, account_of, insert_account, replace_password
from studyin.store.database import Database
from studyin.store.ids import now_ms

DAY_MS = 24 * 3600 * 1000
# Of one account at the same time; the oldest ends for the next one.
MAX_LOGINS = 50


@dataclass(frozen=True, slots=True)
class Login:
    """A browser's proof of who it is. id: the hash of its token; expires_at: ms since 1970."""

    id: str
    account: Account
    expires_at: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that works once. account: whose new password it is for, None for a new account; name: as suggested."""

    id: str
    account: Account | None
    name: str
    role: Role
    created_at: int
    expires_at: int


class LoginStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, account_id: str, password: str, days: float) -> tuple[str, Login] | None:
        """A new login: its token, which nobody can see again, and the login.

        password: the hash that was checked; None where the account has another one, or is disabled by now.
        """
        token = new_token()

        def begin(tx: sqlite3.Connection) -> Login | None:
            row = tx.execute(
                "SELECT * FROM accounts WHERE id = ? AND password = ? AND disabled_at IS NULL", (account_id, password)
            ).fetchone()
            return _begin(tx, account_of(row), token, days) if row else None

        login = await self._database.transact(begin, durable=True)
        return (token, login) if login else None

    async def find(self, token: str) -> Login | None:
        """The login of this token, None where it has ended."""
        row = await self._database.fetch_one(
            "SELECT accounts.*, logins.id AS login_id, logins.expires_at FROM logins"
            " JOIN accounts ON accounts.id = logins.account_id"
            " WHERE logins.id = ? AND logins.expires_at > ? AND accounts.disabled_at IS NULL",
            (hash_of(token), now_ms()),
        )
        return Login(row["login_id"], account_of(row), row["expires_at"]) if row else None

    async def end(self, login_id: str) -> None:
        def end(tx: sqlite3.Connection) -> None:
            tx.execute("DELETE FROM logins WHERE id = ?", (login_id,))

        await self._database.transact(end, durable=True)

    async def end_all(self, account_id: str) -> None:
        """Sign the account out everywhere."""

        def end(tx: sqlite3.Connection) -> None:
            tx.execute("DELETE FROM logins WHERE account_id = ?", (account_id,))

        await self._database.transact(end, durable=True)

    async def open(self, login_ids: Sequence[str]) -> set[str]:
        """Those of the logins that have not ended."""
        rows = await self._database.fetch_all(
            "SELECT logins.id FROM logins JOIN accounts ON accounts.id = logins.account_id WHERE logins.expires_at > ?"
            " AND accounts.disabled_at IS NULL AND logins.id IN (SELECT value FROM json_each(?))",
            (now_ms(), msgspec.json.encode(login_ids).decode()),
        )
        return {str(row["id"]) for row in rows}

    async def invite(self, name: str, role: Role, days: float, *, account_id: str | None = None) -> str:
        """A new invitation: its token, which nobody can see again. account_id: for a new password of that account,
        whose earlier links then no longer work."""
        token = new_token()

        def invite(tx: sqlite3.Connection) -> None:
            now = now_ms()
            tx.execute("DELETE FROM invitations WHERE expires_at <= ? OR account_id = ?", (now, account_id))
            tx.execute(
                "INSERT INTO invitations (id, account_id, name, role, created_at, expires_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (hash_of(token), account_id, name, role, now, now + round(days * DAY_MS)),
            )

        await self._database.transact(invite, durable=True)
        return token

    async def find_invitation(self, token: str) -> Invitation | None:
        row = await self._database.fetch_one(
            f"{_INVITATION} WHERE i.id = ? AND i.expires_at > ?", (hash_of(token), now_ms())
        )
        return _invitation_of(row) if row else None

    async def invitations(self) -> Sequence[Invitation]:
        """Those that can still be accepted, the newest first."""
        rows = await self._database.fetch_all(
            f"{_INVITATION} WHERE i.expires_at > ? ORDER BY i.created_at DESC, i.id", (now_ms(),)
        )
        return [_invitation_of(row) for row in rows]

    async def withdraw(self, invitation_id: str) -> None:
        """The link no longer works."""

        def withdraw(tx: sqlite3.Connection) -> None:
            tx.execute("DELETE FROM invitations WHERE id = ?", (invitation_id,))

        await self._database.transact(withdraw, durable=True)

    async def accept(self, token: str, name: str, password: str, days: float) -> tuple[str, Login]:
        """Use an invitation up: the account is made or gets its new password, and is signed in.

        name: for a new account; password: its hash. Raises StudyinError NOT_FOUND, or NAME_TAKEN; then the link still
        works.
        """
        login_token = new_token()

        def accept(tx: sqlite3.Connection) -> Login:
            row = tx.execute(
                "DELETE FROM invitations WHERE id = ? AND expires_at > ? RETURNING *", (hash_of(token), now_ms())
            ).fetchone()
            if row is None:
                raise invitation_not_found()
            if row["account_id"] is None:
                account = insert_account(tx, name, Role(row["role"]), password)
            else:
                replace_password(tx, row["account_id"], password)
                found = tx.execute("SELECT * FROM accounts WHERE id = ?", (row["account_id"],)).fetchone()
                account = account_of(found)
            return _begin(tx, account, login_token, days)

        return login_token, await self._database.transact(accept, durable=True)


_INVITATION = (
    "SELECT accounts.*, i.id AS invitation_id, i.account_id AS of_account, i.name AS suggested, i.role AS invited_role,"
    " i.created_at AS invited_at, i.expires_at FROM invitations i LEFT JOIN accounts ON accounts.id = i.account_id"
)


def new_token() -> str:
    """256 random bits, safe in a URL and in a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """As it is stored. A token is random through and through: a slow hash would protect it no better."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def invitation_not_found() -> StudyinError:
    return StudyinError(
        Code.NOT_FOUND,
        say("This link doesn't work: it was used already, is too old, or is not whole. Ask for a new one."),
        status=404,
    )


def _begin(tx: sqlite3.Connection, account: Account, token: str, days: float) -> Login:
    now = now_ms()
    login = Login(hash_of(token), account, now + round(days * DAY_MS))
    tx.execute("DELETE FROM logins WHERE expires_at <= ?", (now,))
    tx.execute(
        "DELETE FROM logins WHERE id IN (SELECT id FROM logins WHERE account_id = ?"
        " ORDER BY created_at DESC, id LIMIT -1 OFFSET ?)",
        (account.id, MAX_LOGINS - 1),
    )
    tx.execute(
        "INSERT INTO logins (id, account_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
        (login.id, account.id, now, login.expires_at),
    )
    return login


def _invitation_of(row: sqlite3.Row) -> Invitation:
    return Invitation(
        id=row["invitation_id"],
        account=account_of(row) if row["of_account"] is not None else None,
        name=row["suggested"],
        role=Role(row["invited_role"]),
        created_at=row["invited_at"],
        expires_at=row["expires_at"],
    )
