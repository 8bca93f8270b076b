"""`studyin user`: who may come in, from the command line; works beside a running server, on the same data file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from studyin import values
from studyin.config import SETTINGS, Settings
from studyin.errors import StartupError
from studyin.options import dotenv_path, options_of

if TYPE_CHECKING:
    from studyin.accounts import Accounts

Result = TypeVar("Result")

ROLES = click.Choice(["student", "admin"])

_where = options_of(*(setting for setting in SETTINGS if setting.name == "data_dir"))
_password_stdin = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input, as is done where that is no terminal; else it is asked for.",
)


@click.group()
def user() -> None:
    """Add, list and remove accounts, for STUDYIN_AUTH=password or proxy."""


@user.command()
@click.argument("name")
@click.option("--role", type=ROLES, default="student", help="An admin may also invite and disable others.")
@click.option(
    "--adopt-local", is_flag=True, help="The account takes over what this server had before there were accounts."
)
@click.option("--no-password", is_flag=True, help="For STUDYIN_AUTH=proxy, where nobody needs one.")
@_password_stdin
@_where
def add(
    *, name: str, role: str, adopt_local: bool, no_password: bool, password_stdin: bool, data_dir: str | None
) -> None:
    """Add an account. One that exists under the same name, in large or small letters, is refused."""
    from studyin.accounts import account_name  # noqa: PLC0415 - see _with_accounts
    from studyin.store.accounts import Role  # noqa: PLC0415

    name = account_name(name)
    password = None if no_password else _ask_password(from_stdin=password_stdin)

    async def work(accounts: Accounts) -> None:
        await accounts.add(name, password, Role(role), adopt_local=adopt_local)

    _with_accounts(data_dir, work)
    click.echo(f"Added {name} ({role})." + (" What was here before is theirs." if adopt_local else ""))
    _say_what_is_missing(data_dir)


@user.command(name="list")
@_where
def list_(data_dir: str | None) -> None:
    """List the accounts."""

    async def work(accounts: Accounts) -> list[tuple[str, str, str, str]]:
        return [
            (
                account.name,
                str(account.role),
                _state(account.is_disabled, account.has_password),
                _day(account.created_at),
            )
            for account in await accounts.list()
        ]

    rows = [("name", "role", "state", "since"), *_with_accounts(data_dir, work)]
    if len(rows) == 1:
        click.echo("There is no account yet. Add one with `studyin user add NAME --role admin --adopt-local`.")
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@user.command()
@click.argument("name")
@_password_stdin
@_where
def passwd(name: str, password_stdin: bool, data_dir: str | None) -> None:
    """Set a new password; the account is signed out everywhere."""

    async def find(accounts: Accounts) -> None:
        await accounts.named(name)

    async def work(accounts: Accounts) -> None:
        await accounts.set_password(await accounts.named(name), password)

    _with_accounts(data_dir, find)  # before anyone types a password for nobody
    password = _ask_password(from_stdin=password_stdin)
    _with_accounts(data_dir, work)
    click.echo(f"{name} has a new password and is signed out everywhere.")


@user.command()
@click.argument("name")
@_where
def disable(name: str, data_dir: str | None) -> None:
    """Sign an account out everywhere and let nobody in to it; what it has is kept."""

    async def work(accounts: Accounts) -> None:
        await accounts.disable((await accounts.named(name)).id)

    _with_accounts(data_dir, work)
    click.echo(f"{name} is disabled and signed out everywhere. `studyin user enable` undoes that.")


@user.command()
@click.argument("name")
@_where
def enable(name: str, data_dir: str | None) -> None:
    """Let a disabled account in again."""

    async def work(accounts: Accounts) -> None:
        await accounts.enable((await accounts.named(name)).id)

    _with_accounts(data_dir, work)
    click.echo(f"{name} may come in again.")


@user.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
@_where
def remove(name: str, yes: bool, data_dir: str | None) -> None:
    """Delete an account with all its sessions and notes, for ever."""

    async def find(accounts: Accounts) -> str:
        return (await accounts.named(name)).id

    async def work(accounts: Accounts) -> None:
        await accounts.remove(account_id)

    account_id = _with_accounts(data_dir, find)
    if not yes:
        click.confirm(f"Delete {name} with all sessions and notes? This can't be undone.", abort=True)
    _with_accounts(data_dir, work)
    click.echo(f"{name} is deleted.")


@user.command()
@click.argument("name", default="")
@click.option("--role", type=ROLES, default="student", help="What the new account may do.")
@click.option("--days", type=click.FloatRange(0.01, 365), default=7, show_default=True, help="How long it works.")
@click.option("--url", help="Where people open Studyin, such as https://study.example.org/; makes the link whole.")
@options_of(*(setting for setting in SETTINGS if setting.name in ("data_dir", "port")))
def invite(*, name: str, role: str, days: float, url: str | None, data_dir: str | None, port: str | None) -> None:
    """Make a link that works once: for a new account, or for a new password where NAME has an account."""
    from studyin.store.accounts import Role  # noqa: PLC0415 - see _with_accounts

    settings = _settings(data_dir=data_dir, port=port)
    try:
        root = values.web_url(url).rstrip("/") if url else f"http://localhost:{settings.port}"
    except ValueError:
        raise StartupError(f"Expected --url to be an address such as https://study.example.org/, got {url}.") from None
    if settings.auth == "proxy":
        raise StartupError("With STUDYIN_AUTH=proxy the proxy says who comes in; nobody needs an invitation.")

    async def work(accounts: Accounts) -> tuple[str, bool]:
        known = await accounts.find_named(name)
        if known:
            return await accounts.invite_back(known, days=days), True
        return await accounts.invite(name, Role(role), days=days), False

    token, is_for_password = _with_accounts(data_dir, work)
    what = f"sets a new password for {name}" if is_for_password else f"makes one {role}'s account"
    click.echo(f"{root}/invitation?token={token}")
    click.echo(f"Works once, for {days:g} days: it {what}. Give it to nobody else.", err=True)


def _settings(**given: str | None) -> Settings:
    return Settings.load(given, dotenv_path=dotenv_path())


def _with_accounts(data_dir: str | None, work: Callable[[Accounts], Coroutine[Any, Any, Result]]) -> Result:
    """Open the data file, also where a server uses it, and do some work on its accounts."""
    # Imported here because `studyin --help` and `studyin config` must not wait for it.
    import asyncio  # noqa: PLC0415

    from studyin.accounts import Accounts  # noqa: PLC0415
    from studyin.store.database import Database  # noqa: PLC0415

    path = _settings(data_dir=data_dir).database_path

    async def run() -> Result:
        database = await Database.open(path, beside_server=True)
        try:
            return await work(Accounts(database))
        finally:
            await database.close()

    return asyncio.run(run())


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin or not _someone_types():
        line = sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
        if not line:
            raise StartupError(
                "Expected the password as a line on standard input, which is no terminal; got nothing. "
                "Run this in a terminal to type it, or pipe it in."
            )
        return line
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    return password


def _someone_types() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _say_what_is_missing(data_dir: str | None) -> None:
    if _settings(data_dir=data_dir).auth == "none":
        click.echo("Accounts count once the server is started with STUDYIN_AUTH=password.")


def _state(is_disabled: bool, has_password: bool) -> str:
    if is_disabled:
        return "disabled"
    return "active" if has_password else "no password"


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()
