"""How often a password may be tried: for each account and for each address, a bucket of tries that fills up slowly."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

# How many names and addresses are remembered; the longest untouched is forgotten for the next one.
MAX_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """tries: at once; seconds: until there is one more."""

    tries: int
    seconds: float


# A person who tries the five passwords they have, twice, is let; a machine gets 1,440 tries a day.
OF_ACCOUNT = Allowance(10, 60.0)
# A school is one address.
OF_ADDRESS = Allowance(40, 5.0)


class Throttle:
    """Buckets of one allowance. clock: seconds, monotonic."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tries left, as of when

    def take(self, key: str) -> float:
        """Use one try up: 0 where there was one, else the seconds until there is."""
        left = self._left(key)
        if left < 1:
            self._put(key, left)
            return (1 - left) * self._allowance.seconds
        self._put(key, left - 1)
        return 0.0

    def give_back(self, key: str) -> None:
        """The try was a right one, and doesn't count."""
        self._put(key, min(self._left(key) + 1, self._allowance.tries))

    def _left(self, key: str) -> float:
        left, at = self._buckets.get(key, (float(self._allowance.tries), 0.0))
        return min(left + (self._clock() - at) / self._allowance.seconds, self._allowance.tries)

    def _put(self, key: str, left: float) -> None:
        self._buckets[key] = (left, self._clock())
        self._buckets.move_to_end(key)
        if len(self._buckets) > MAX_REMEMBERED:
            self._buckets.popitem(last=False)


def address_key(address: str) -> str:
    """One household: an IPv4 address, or the network of 2^64 that one subscriber has in IPv6."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ip_network((ip, 64), strict=False))
    return str(ip)
