"""Accounts as rows: who there is, what they may do, what their password's hash is."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.database import Database
from studyin.store.ids import new_id, now_ms

# The account of whoever uses a server without accounts. Every file has it; somebody may take it over.
LOCAL = "local"


class Role(StrEnum):
    """What an account may do."""

    STUDENT = "student"  # use what is its own
    ADMIN = "admin"  # also invite, disable and enable others; never see what is theirs


@dataclass(frozen=True, slots=True)
class Account:
    """Who. name: as it is shown; can_sign_in: False for the local account before somebody took it over."""

    id: str
    name: str
    role: Role
    created_at: int
    is_disabled: bool = False
    can_sign_in: bool = True
    has_password: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """An account with its password's hash, None where it has no password."""

    account: Account
    password: str | None


class AccountStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, name: str, role: Role, password: str | None, *, adopt_local: bool = False) -> Account:
        """A new account. password: its hash. adopt_local: it becomes the owner of what the server had before there were
        accounts. Raises StudyinError NAME_TAKEN, or NOT_FOUND where somebody has the local account already."""

        def add(tx: sqlite3.Connection) -> Account:
            return insert_account(tx, name, role, password, adopt_local=adopt_local)

        return await self._database.transact(add, durable=True)

    async def provide(self, name: str) -> Account:
        """The account of that name; made without a password where there is none."""

        def provide(tx: sqlite3.Connection) -> Account:
            row = tx.execute("SELECT * FROM accounts WHERE name_key = ?", (name_key(name),)).fetchone()
            return account_of(row) if row else insert_account(tx, name, Role.STUDENT, None)

        return await self._database.transact(provide, durable=True)

    async def find(self, account_id: str) -> Account | None:
        row = await self._database.fetch_one("SELECT * FROM accounts WHERE id = ?", (account_id,))
        return account_of(row) if row else None

    async def find_by_name(self, name: str) -> Secret | None:
        """The account that signs in by this name, in large or small letters."""
        row = await self._database.fetch_one("SELECT * FROM accounts WHERE name_key = ?", (name_key(name),))
        return Secret(account_of(row), row["password"]) if row else None

    async def list(self) -> Sequence[Account]:
        """All accounts that can sign in, by name."""
        rows = await self._database.fetch_all("SELECT * FROM accounts WHERE name_key IS NOT NULL ORDER BY name_key")
        return [account_of(row) for row in rows]

    async def secret(self, account_id: str) -> Secret | None:
        row = await self._database.fetch_one("SELECT * FROM accounts WHERE id = ?", (account_id,))
        return Secret(account_of(row), row["password"]) if row else None

    async def set_password(self, account_id: str, password: str, *, instead_of: str | None, keep_login: str) -> bool:
        """Store a new password's hash and end all logins but `keep_login`.

        instead_of: the hash that was checked; False where it is another one by now, and nothing is changed.
        """

        def change(tx: sqlite3.Connection) -> bool:
            changed = tx.execute(
                "UPDATE accounts SET password = ? WHERE id = ? AND password IS ?", (password, account_id, instead_of)
            ).rowcount
            if changed:
                tx.execute("DELETE FROM logins WHERE account_id = ? AND id <> ?", (account_id, keep_login))
            return bool(changed)

        return await self._database.transact(change, durable=True)

    async def reset_password(self, account_id: str, password: str) -> None:
        """Store a new password's hash, end all logins, and withdraw the links to a new password."""

        def reset(tx: sqlite3.Connection) -> None:
            replace_password(tx, account_id, password)

        await self._database.transact(reset, durable=True)

    async def rehash(self, account_id: str, password: str, *, instead_of: str) -> None:
        """Store the same password's hash with newer costs."""

        def change(tx: sqlite3.Connection) -> None:
            tx.execute(
                "UPDATE accounts SET password = ? WHERE id = ? AND password = ?", (password, account_id, instead_of)
            )

        await self._database.transact(change)

    async def disable(self, account_id: str) -> None:
        """Nobody can sign in to it any more, and who is, is not; what it has is kept."""

        def disable(tx: sqlite3.Connection) -> None:
            tx.execute(
                "UPDATE accounts SET disabled_at = coalesce(disabled_at, ?) WHERE id = ?", (now_ms(), account_id)
            )
            tx.execute("DELETE FROM logins WHERE account_id = ?", (account_id,))
            tx.execute("DELETE FROM invitations WHERE account_id = ?", (account_id,))

        await self._database.transact(disable, durable=True)

    async def enable(self, account_id: str) -> None:
        def enable(tx: sqlite3.Connection) -> None:
            tx.execute("UPDATE accounts SET disabled_at = NULL WHERE id = ?", (account_id,))

        await self._database.transact(enable, durable=True)

    async def remove(self, account_id: str) -> None:
        """Delete the account with everything that it has. The local one stays, empty and nobody's."""

        def remove(tx: sqlite3.Connection) -> None:
            tx.execute("DELETE FROM accounts WHERE id = ?", (account_id,))
            if account_id == LOCAL:
                tx.execute("INSERT INTO accounts (id, name, created_at) VALUES (?, 'Student', 0)", (LOCAL,))

        await self._database.transact(remove, durable=True)

    async def active(self, account_ids: Sequence[str]) -> set[str]:
        """Those of the accounts that are there and not disabled."""
        rows = await self._database.fetch_all(
            "SELECT id FROM accounts WHERE disabled_at IS NULL AND id IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(account_ids).decode(),),
        )
        return {str(row["id"]) for row in rows}

    async def installation(self) -> str:
        """Eight hex digits by which this data file differs from others."""
        row = await self._database.fetch_one("SELECT id FROM installation")
        assert row is not None  # made with the table
        return str(row["id"])


def insert_account(
    tx: sqlite3.Connection, name: str, role: Role, password: str | None, *, adopt_local: bool = False
) -> Account:
    """As AccountStore.add, within a transaction."""
    key = name_key(name)
    if tx.execute("SELECT 1 FROM accounts WHERE name_key = ?", (key,)).fetchone():
        raise StudyinError(
            Code.NAME_TAKEN,
            say("There is an account named {name} already. Choose another name.", name=name),
            status=409,
        )
    if adopt_local:
        row = tx.execute(
            "UPDATE accounts SET name = ?, name_key = ?, role = ?, password = ?, created_at = ? WHERE id = ?"
            " AND name_key IS NULL RETURNING *",
            (name, key, role, password, now_ms(), LOCAL),
        ).fetchone()
        if row is None:
            raise StudyinError(
                Code.NOT_FOUND,
                say(
                    "What this server had before there were accounts belongs to somebody already. Add the account "
                    "without --adopt-local."
                ),
                status=409,
            )
    else:
        row = tx.execute(
            "INSERT INTO accounts (id, name, name_key, role, password, created_at) VALUES (?, ?, ?, ?, ?, ?)"
            " RETURNING *",
            (new_id(), name, key, role, password, now_ms()),
        ).fetchone()
    return account_of(row)


def replace_password(tx: sqlite3.Connection, account_id: str, password: str) -> None:
    """As AccountStore.reset_password, within a transaction."""
    tx.execute("UPDATE accounts SET password = ? WHERE id = ?", (password, account_id))
    tx.execute("DELETE FROM logins WHERE account_id = ?", (account_id,))
    tx.execute("DELETE FROM invitations WHERE account_id = ?", (account_id,))


def name_key(name: str) -> str:
    """What is the same for names that a person takes for the same: large and small letters, wide and narrow ones."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def account_of(row: sqlite3.Row) -> Account:
    return Account(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        created_at=row["created_at"],
        is_disabled=row["disabled_at"] is not None,
        can_sign_in=row["name_key"] is not None,
        has_password=row["password"] is not None,
    )
