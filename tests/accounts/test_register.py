"""Accounts: who signs in, who no longer does, and what a thief of the data file gets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from studyin.accounts import Accounts, passwords
from studyin.accounts.throttle import OF_ACCOUNT, OF_ADDRESS
from studyin.errors import Code, StartupError, StudyinError
from studyin.store import logins
from studyin.store.accounts import LOCAL, Account, AccountStore, Role
from studyin.store.database import Database
from studyin.store.logins import LoginStore
from studyin.store.sessions import SessionStore
from studyin.store.turns import TurnStore

PASSWORD = "correct horse battery"
HERE = "203.0.113.7"


@pytest.fixture
async def ann(accounts: Accounts) -> Account:
    return await accounts.add("Ann", PASSWORD)


async def _refusal(accounts: Accounts, name: str, password: str, address: str = HERE) -> StudyinError:
    with pytest.raises(StudyinError) as refused:
        await accounts.sign_in(name, password, address)
    return refused.value


async def test_name_and_password_give_a_token_and_the_file_has_neither_of_the_secrets(
    accounts: Accounts, ann: Account, tmp_path: Path
) -> None:
    token, login = await accounts.sign_in("ANN", PASSWORD, HERE)
    assert login.account == ann
    found = await accounts.login_of(token)
    assert found is not None
    assert found.account.id == ann.id
    assert await accounts.login_of(token + "x") is None
    assert await accounts.login_of(login.id) is None  # what is stored opens nothing
    assert await accounts.login_of("") is None
    invitation = await accounts.invite("bob")
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert login.id.encode() in stored
    for secret in (token, PASSWORD, invitation):
        assert secret.encode() not in stored


async def test_whatever_is_wrong_the_answer_and_the_work_are_the_same(
    accounts: Accounts, ann: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accounts.add("proxied", None)
    disabled = await accounts.add("disabled", PASSWORD)
    await accounts.disable(disabled.id)
    checked: list[str] = []
    check = passwords._fits

    def spy(stored: str, password: str) -> bool:
        checked.append(stored.rpartition("$")[0].rpartition("$")[0])  # without salt and hash: its costs
        return check(stored, password)

    monkeypatch.setattr(passwords, "_fits", spy)
    answers = [
        await _refusal(accounts, name, password)
        for name, password in [
            ("ann", "wrong"),
            ("nobody", PASSWORD),
            ("proxied", PASSWORD),
            ("disabled", PASSWORD),
            ("Student", PASSWORD),  # the local account's name
            ("", ""),
        ]
    ]
    assert {(answer.code, answer.message, answer.status) for answer in answers} == {
        (Code.SIGN_IN_FAILED, answers[0].message, 403)
    }
    assert len(checked) == len(answers)
    assert len(set(checked)) == 1


async def test_too_many_tries_for_one_account_are_refused_from_everywhere_whether_it_exists_or_not(
    accounts: Accounts, ann: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_fits", lambda stored, password: password == PASSWORD)
    told = []
    for name in ("ann", "nobody"):
        for at in range(OF_ACCOUNT.tries):
            assert (await _refusal(accounts, name, "wrong", f"203.0.113.{at}")).code == Code.SIGN_IN_FAILED
        told.append(await _refusal(accounts, name, PASSWORD, "198.51.100.1"))
    assert {(each.code, each.message, each.status) for each in told} == {(Code.TOO_MANY_TRIES, told[0].message, 429)}
    await accounts.add("bob", PASSWORD)
    await accounts.sign_in("bob", PASSWORD, "198.51.100.1")


async def test_too_many_tries_from_one_address_are_refused_and_use_up_nobody_s(
    accounts: Accounts, ann: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_fits", lambda stored, password: password == PASSWORD)
    for at in range(OF_ADDRESS.tries):
        assert (await _refusal(accounts, f"name {at}", "wrong")).code == Code.SIGN_IN_FAILED
    for _ in range(OF_ACCOUNT.tries + 1):
        assert (await _refusal(accounts, "ann", "wrong")).code == Code.TOO_MANY_TRIES
    await accounts.sign_in("ann", PASSWORD, "198.51.100.1")


async def test_signing_in_ten_times_with_the_right_password_is_not_throttled(
    accounts: Accounts, ann: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_fits", lambda stored, password: password == PASSWORD)
    for _ in range(OF_ACCOUNT.tries + 1):
        await accounts.sign_in("ann", PASSWORD, HERE)


async def test_another_password_ends_all_other_logins(accounts: Accounts, ann: Account) -> None:
    here, login = await accounts.sign_in("ann", PASSWORD, HERE)
    there, _ = await accounts.sign_in("ann", PASSWORD, HERE)
    with pytest.raises(StudyinError, match="not the password you have now"):
        await accounts.change_password(login, "wrong", "another good one", HERE)
    with pytest.raises(StudyinError, match="at least 10 characters"):
        await accounts.change_password(login, PASSWORD, "short", HERE)
    assert await accounts.login_of(there)
    await accounts.change_password(login, PASSWORD, "another good one", HERE)
    assert await accounts.login_of(here)
    assert await accounts.login_of(there) is None
    assert (await _refusal(accounts, "ann", PASSWORD)).code == Code.SIGN_IN_FAILED
    await accounts.sign_in("ann", "another good one", HERE)


async def test_a_password_that_changes_while_it_is_checked_signs_nobody_in(
    database: Database, accounts: Accounts, ann: Account
) -> None:
    secret = await AccountStore(database).secret(ann.id)
    assert secret is not None
    assert secret.password is not None
    await accounts.set_password(ann, "another good one")
    assert await LoginStore(database).begin(ann.id, secret.password, 1) is None


async def test_signing_out_ends_one_login_and_everywhere_all(accounts: Accounts, ann: Account) -> None:
    bob = await accounts.add("bob", PASSWORD)
    (one, login), (two, _), (his, _) = [await accounts.sign_in(name, PASSWORD, HERE) for name in ("ann", "ann", "bob")]
    await accounts.sign_out(login.id)
    assert [bool(await accounts.login_of(token)) for token in (one, two, his)] == [False, True, True]
    await accounts.sign_out_everywhere(ann.id)
    assert [bool(await accounts.login_of(token)) for token in (two, his)] == [False, True]
    assert await accounts.active([ann.id, bob.id, "unknown"]) == {ann.id, bob.id}


async def test_a_disabled_account_is_out_at_once_and_comes_back_with_what_it_had(
    accounts: Accounts, ann: Account
) -> None:
    token, login = await accounts.sign_in("ann", PASSWORD, HERE)
    link = await accounts.invite_back(ann)
    await accounts.disable(ann.id)
    assert await accounts.login_of(token) is None
    assert await accounts.open_logins([login.id]) == set()
    assert await accounts.active([ann.id]) == set()
    with pytest.raises(StudyinError, match="This link doesn't work"):
        await accounts.invitation(link)
    await accounts.enable(ann.id)
    again, _ = await accounts.sign_in("ann", PASSWORD, HERE)
    assert await accounts.login_of(again)


async def test_a_login_ends_by_itself_and_the_oldest_makes_room(
    database: Database, ann: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, secret = LoginStore(database), await AccountStore(database).secret(ann.id)
    assert secret is not None
    assert secret.password is not None
    monkeypatch.setattr(logins, "MAX_LOGINS", 2)
    times = iter(range(1_000_000_000_000, 1_000_000_000_100))
    with monkeypatch.context() as clock:
        clock.setattr(logins, "now_ms", lambda: next(times))
        begun = [await store.begin(ann.id, secret.password, 1) for _ in range(3)]
        assert [bool(one and await store.find(one[0])) for one in begun] == [False, True, True]
    assert [bool(one and await store.find(one[0])) for one in begun] == [False] * 3  # today they are old


async def test_an_invitation_works_once_even_for_two_who_open_it_together(accounts: Accounts) -> None:
    token = await accounts.invite("bob", Role.ADMIN)
    both = await asyncio.gather(
        accounts.accept(token, "bob", PASSWORD), accounts.accept(token, "rob", PASSWORD), return_exceptions=True
    )
    (refused,) = [each for each in both if isinstance(each, StudyinError)]
    assert refused.code == Code.NOT_FOUND
    (account,) = await accounts.list()
    assert account.role is Role.ADMIN
    with pytest.raises(StudyinError, match="used already"):
        await accounts.invitation(token)


async def test_an_invitation_that_is_refused_for_its_name_still_works(accounts: Accounts, ann: Account) -> None:
    token = await accounts.invite()
    with pytest.raises(StudyinError) as refused:
        await accounts.accept(token, "ANN", PASSWORD)
    assert refused.value.code == Code.NAME_TAKEN
    await accounts.accept(token, "bob", PASSWORD)


async def test_an_old_or_withdrawn_invitation_does_not_work(accounts: Accounts) -> None:
    old, withdrawn = await accounts.invite(days=0), await accounts.invite()
    (listed,) = await accounts.invitations()
    await accounts.withdraw(listed.id)
    for token in (old, withdrawn, ""):
        with pytest.raises(StudyinError, match="This link doesn't work"):
            await accounts.accept(token, "bob", PASSWORD)
    assert await accounts.list() == []


async def test_a_link_to_a_new_password_ends_logins_and_earlier_links(accounts: Accounts, ann: Account) -> None:
    before, _ = await accounts.sign_in("ann", PASSWORD, HERE)
    first, second = await accounts.invite_back(ann), await accounts.invite_back(ann)
    with pytest.raises(StudyinError, match="This link doesn't work"):
        await accounts.accept(first, "", "another good one")
    token, _ = await accounts.accept(second, "eve", "another good one")
    login = await accounts.login_of(token)
    assert login is not None
    assert (login.account.id, login.account.name) == (ann.id, "Ann")
    assert await accounts.login_of(before) is None


async def test_the_local_history_is_taken_over_once_and_the_local_account_never_goes(
    database: Database, accounts: Accounts
) -> None:
    begun = await TurnStore(database).begin(LOCAL, None, "Why?", {})
    assert await accounts.list() == []  # nobody can sign in to it
    ann = await accounts.add("ann", PASSWORD, Role.ADMIN, adopt_local=True)
    assert (ann.id, ann.role, ann.name) == (LOCAL, Role.ADMIN, "ann")
    await SessionStore(database).get(ann.id, begun.session.id)
    with pytest.raises(StudyinError, match="belongs to somebody already"):
        await accounts.add("bob", PASSWORD, adopt_local=True)
    await accounts.remove(ann.id)
    assert await SessionStore(database).find(LOCAL, begun.session.id) is None
    assert await accounts.list() == []
    await TurnStore(database).begin(LOCAL, None, "Still there?", {})


async def test_removing_an_account_removes_what_is_its_own_and_nothing_else(
    database: Database, accounts: Accounts, ann: Account
) -> None:
    bob = await accounts.add("bob", None)
    hers, his = [await TurnStore(database).begin(each.id, None, "Why?", {}) for each in (ann, bob)]
    await accounts.remove(ann.id)
    assert await SessionStore(database).find(ann.id, hers.session.id) is None
    assert await SessionStore(database).find(bob.id, his.session.id)
    assert [account.name for account in await accounts.list()] == ["bob"]


async def test_a_hash_of_lower_costs_is_made_anew_at_the_next_sign_in(
    database: Database, accounts: Accounts, real_costs: None
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    store = AccountStore(database)
    ann = await store.add("ann", Role.STUDENT, old)
    token, _ = await accounts.sign_in("ann", PASSWORD, HERE)
    secret = await store.secret(ann.id)
    assert secret is not None
    assert str(secret.password).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await accounts.login_of(token)
    await accounts.sign_in("ann", PASSWORD, HERE)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("ninechars", "at least 10 characters, got 9"),
        ("x" * 513, "at most 512 characters, got 513"),
        ("aaaaaaaaaaaa", "can't be guessed"),
        ("Ann of Green", "can't be guessed"),
    ],
)
async def test_a_password_that_is_easily_guessed_is_refused_in_words(
    accounts: Accounts, password: str, words: str
) -> None:
    with pytest.raises(StudyinError, match=words):
        await accounts.add("ann of green", password)
    assert await accounts.list() == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("  ", "got none"), ("a" * 65, "at most 64"), ("a\nb", "visible"), ("a\u200bb", "visible"), ("a,b", "comma")],
)
async def test_a_name_that_can_not_be_told_from_another_is_refused_in_words(
    accounts: Accounts, name: str, words: str
) -> None:
    with pytest.raises(StudyinError, match=words):
        await accounts.add(name, None)


@pytest.mark.parametrize("same", ["ann", "ANN", " Ann ", "Ａｎｎ"])
async def test_names_that_look_the_same_are_the_same(accounts: Accounts, ann: Account, same: str) -> None:
    with pytest.raises(StudyinError) as refused:
        await accounts.add(same, None)
    assert refused.value.code == Code.NAME_TAKEN
    assert (await accounts.provide(same)).id == ann.id


async def test_a_command_works_beside_a_server_and_is_refused_where_that_has_another_version(
    database: Database, accounts: Accounts, ann: Account
) -> None:
    beside = await Database.open(database.path, beside_server=True)
    await Accounts(beside).disable(ann.id)
    await beside.close()
    assert await accounts.active([ann.id]) == set()
    await database.transact(lambda tx: tx.execute("PRAGMA user_version = 1").rowcount)
    with pytest.raises(StartupError, match="of another version of Studyin"):
        await Database.open(database.path, beside_server=True)


async def test_a_command_that_is_there_first_keeps_no_server_from_starting(tmp_path: Path) -> None:
    path = tmp_path / "first.sqlite3"
    command = await Database.open(path, beside_server=True)
    server = await Database.open(path)
    await Accounts(command).add("ann", None)
    assert [account.name for account in await Accounts(server).list()] == ["ann"]
    await command.close()
    await server.close()
