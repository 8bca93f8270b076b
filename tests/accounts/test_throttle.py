"""How often a password may be tried."""

from __future__ import annotations

import pytest

from studyin.accounts import throttle
from studyin.accounts.throttle import Allowance, Throttle, address_key


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _taken(bucket: Throttle, key: str, times: int) -> list[float]:
    return [bucket.take(key) for _ in range(times)]


def test_after_the_tries_at_once_there_is_one_more_each_while():
    clock = Clock()
    bucket = Throttle(Allowance(3, 10.0), clock)
    assert _taken(bucket, "ann", 4) == [0, 0, 0, 10]
    clock.now = 4
    assert bucket.take("ann") == pytest.approx(6)
    clock.now = 10
    assert _taken(bucket, "ann", 2) == [0, 10]
    clock.now = 1000
    assert _taken(bucket, "ann", 4) == [0, 0, 0, 10]


def test_one_key_s_tries_are_not_another_s():
    bucket = Throttle(Allowance(1, 10.0), Clock())
    assert _taken(bucket, "ann", 2) == [0, 10]
    assert bucket.take("bob") == 0


def test_a_right_try_does_not_count():
    bucket = Throttle(Allowance(2, 10.0), Clock())
    for _ in range(5):
        assert bucket.take("ann") == 0
        bucket.give_back("ann")
    assert _taken(bucket, "ann", 3) == [0, 0, 10]


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(throttle, "MAX_REMEMBERED", 2)
    bucket = Throttle(Allowance(1, 10.0), Clock())
    assert [bucket.take(key) for key in ("ann", "bob", "ann", "eve", "ann")] == [0, 0, 10, 0, 10]
    assert bucket.take("bob") == 0  # forgotten for eve


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2:ffff::"),
        ("fe80::1%eth0", "fe80::2%eth0"),
        ("", ""),
    ],
)
def test_a_household_is_one_address(address, same):
    assert address_key(address) == address_key(same)


def test_two_households_are_two_addresses():
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key("203.0.113.7") != address_key("203.0.113.8")
