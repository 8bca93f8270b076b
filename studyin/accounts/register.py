"""The register of accounts: sign in, invite, change a password; what web pages and the command line both do."""

from __future__ import annotations

import math
from collections.abc import Sequence

from studyin.accounts.names import account_name, new_password, password_text
from studyin.accounts.passwords import Passwords
from studyin.accounts.throttle import OF_ACCOUNT, OF_ADDRESS, Throttle, address_key
from studyin.errors import Code, StudyinError
from studyin.language import say, say_number
from studyin.store.accounts import Account, AccountStore, Role, name_key
from studyin.store.database import Database
from studyin.store.logins import Invitation, Login, LoginStore, invitation_not_found

LOGIN_DAYS = 30.0
INVITATION_DAYS = 7.0


class Accounts:
    """login_days: how long one stays signed in."""

    def __init__(self, database: Database, *, login_days: float = LOGIN_DAYS) -> None:
        self._store = AccountStore(database)
        self._logins = LoginStore(database)
        self._passwords = Passwords()
        self._login_days = login_days
        self._tries_of_account = Throttle(OF_ACCOUNT)
        self._tries_of_address = Throttle(OF_ADDRESS)

    # Signing in and out

    async def sign_in(self, name: str, password: str, address: str) -> tuple[str, Login]:
        """A new login and its token. address: the browser's.

        Raises StudyinError SIGN_IN_FAILED, the same and after the same time whether the name is unknown, the password
        wrong or the account disabled; TOO_MANY_TRIES where an account or an address has failed too often.
        """
        key = name_key(name)
        self._take_try(key, address)
        secret = await self._store.find_by_name(name)
        stored = secret.password if secret else None
        if await self._passwords.check(stored, password_text(password)) and secret and stored:
            begun = await self._logins.begin(secret.account.id, stored, self._login_days)
            if begun is not None:
                self._give_try_back(key, address)
                if self._passwords.is_outdated(stored):
                    await self._rehash(secret.account, stored, password)
                return begun
        raise StudyinError(
            Code.SIGN_IN_FAILED,
            say(
                "This name and this password don't belong together, or the account is not active. Check both and "
                "try again."
            ),
            status=403,
        )

    async def login_of(self, token: str) -> Login | None:
        """The login of a browser's token, None where it has ended."""
        return await self._logins.find(token) if token else None

    async def sign_out(self, login_id: str) -> None:
        await self._logins.end(login_id)

    async def sign_out_everywhere(self, account_id: str) -> None:
        await self._logins.end_all(account_id)

    async def open_logins(self, login_ids: Sequence[str]) -> set[str]:
        """Those of the logins that have not ended."""
        return await self._logins.open(login_ids)

    async def active(self, account_ids: Sequence[str]) -> set[str]:
        """Those of the accounts that are there and not disabled."""
        return await self._store.active(account_ids)

    async def change_password(self, login: Login, current: str, new: str, address: str) -> None:
        """Set another password; all other logins of the account end.

        Raises StudyinError SIGN_IN_FAILED where `current` is wrong, TOO_MANY_TRIES, and what new_password raises.
        """
        account = login.account
        key = name_key(account.name)
        self._take_try(key, address)
        secret = await self._store.secret(account.id)
        stored = secret.password if secret else None
        if not await self._passwords.check(stored, password_text(current)):
            raise _wrong_password()
        self._give_try_back(key, address)
        hashed = await self._passwords.hash(new_password(new, account.name))
        if not await self._store.set_password(account.id, hashed, instead_of=stored, keep_login=login.id):
            raise _wrong_password()

    # Accounts, for whoever runs the server

    async def installation(self) -> str:
        """Eight hex digits by which this installation differs from others."""
        return await self._store.installation()

    async def list(self) -> Sequence[Account]:
        return await self._store.list()

    async def get(self, account_id: str) -> Account:
        """An account that can sign in. Raises StudyinError NOT_FOUND."""
        account = await self._store.find(account_id)
        if account is None or not account.can_sign_in:
            raise _no_account()
        return account

    async def named(self, name: str) -> Account:
        """The account of this name. Raises StudyinError NOT_FOUND."""
        account = await self.find_named(name)
        if account is None:
            raise _no_account()
        return account

    async def find_named(self, name: str) -> Account | None:
        secret = await self._store.find_by_name(name)
        return secret.account if secret else None

    async def provide(self, name: str) -> Account:
        """The account of someone whom a proxy has signed in; made at their first visit. Raises as account_name does."""
        name = account_name(name)
        return await self.find_named(name) or await self._store.provide(name)

    async def add(
        self, name: str, password: str | None, role: Role = Role.STUDENT, *, adopt_local: bool = False
    ) -> Account:
        """A new account; without a password it can only come in through a proxy.

        Raises StudyinError NAME_TAKEN and what account_name and new_password raise.
        """
        name = account_name(name)
        hashed = await self._passwords.hash(new_password(password, name)) if password is not None else None
        return await self._store.add(name, role, hashed, adopt_local=adopt_local)

    async def set_password(self, account: Account, password: str) -> None:
        """Set a password without knowing the old one; all logins end. Raises what new_password does."""
        hashed = await self._passwords.hash(new_password(password, account.name))
        await self._store.reset_password(account.id, hashed)

    async def disable(self, account_id: str) -> None:
        await self._store.disable(account_id)

    async def enable(self, account_id: str) -> None:
        await self._store.enable(account_id)

    async def remove(self, account_id: str) -> None:
        """Delete the account and everything that is its own."""
        await self._store.remove(account_id)

    # Invitations

    async def invite(self, name: str = "", role: Role = Role.STUDENT, *, days: float = INVITATION_DAYS) -> str:
        """A token for a new account. name: a suggestion. Raises StudyinError NAME_TAKEN and as account_name does."""
        if name:
            name = account_name(name)
            if await self.find_named(name):
                raise StudyinError(
                    Code.NAME_TAKEN,
                    say("There is an account named {name} already. Choose another name.", name=name),
                    status=409,
                )
        return await self._logins.invite(name, role, days)

    async def invite_back(self, account: Account, *, days: float = INVITATION_DAYS) -> str:
        """A token for a new password of an account."""
        return await self._logins.invite(account.name, account.role, days, account_id=account.id)

    async def invitations(self) -> Sequence[Invitation]:
        return await self._logins.invitations()

    async def invitation(self, token: str) -> Invitation:
        """Raises StudyinError NOT_FOUND."""
        invitation = await self._logins.find_invitation(token) if token else None
        if invitation is None:
            raise invitation_not_found()
        return invitation

    async def withdraw(self, invitation_id: str) -> None:
        await self._logins.withdraw(invitation_id)

    async def accept(self, token: str, name: str, password: str) -> tuple[str, Login]:
        """Use an invitation up: the new login and its token. Raises StudyinError NOT_FOUND, NAME_TAKEN and what
        account_name and new_password raise; then the invitation still works."""
        invitation = await self.invitation(token)
        name = invitation.account.name if invitation.account else account_name(name)
        hashed = await self._passwords.hash(new_password(password, name))
        return await self._logins.accept(token, name, hashed, self._login_days)

    async def _rehash(self, account: Account, stored: str, password: str) -> None:
        hashed = await self._passwords.hash(password_text(password))
        await self._store.rehash(account.id, hashed, instead_of=stored)

    def _take_try(self, key: str, address: str) -> None:
        # The address first: who has used up its own tries can't use up those of others' accounts.
        wait = self._tries_of_address.take(address_key(address)) or self._tries_of_account.take(key)
        if wait:
            raise TooManyTriesError(math.ceil(wait))

    def _give_try_back(self, key: str, address: str) -> None:
        self._tries_of_account.give_back(key)
        self._tries_of_address.give_back(address_key(address))


class TooManyTriesError(StudyinError):
    """seconds: until the next try counts."""

    def __init__(self, seconds: int) -> None:
        if seconds > 30:
            message = say(
                "There were too many tries with this name or from this address. Wait a minute, then try again."
            )
        else:
            message = say_number(
                seconds,
                "There were too many tries with this name or from this address. Wait a second, then try again.",
                "There were too many tries with this name or from this address. Wait {number} seconds, then try again.",
            )
        super().__init__(
            Code.TOO_MANY_TRIES,
            message,
            status=429,
            retryable=True,
        )
        self.seconds = seconds


def _wrong_password() -> StudyinError:
    return StudyinError(
        Code.SIGN_IN_FAILED, say("This is not the password you have now. Check it and try again."), status=403
    )


def _no_account() -> StudyinError:
    return StudyinError(
        Code.NOT_FOUND, say("There is no account of this name; `studyin user list` shows all."), status=404
    )
