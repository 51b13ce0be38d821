"""What the registry knows, in memory, for reading messages; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from campaign.placements.rules import address_key


def plain_name(text: str) -> str:
    """A name as it is compared: narrow, without blanks and title marks."""
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("《》").casefold()


@dataclass(frozen=True)
class Known:
    """What the registry knows: outlet by any name or host, and the channel that a name or host speaks of."""

    names: Mapping[str, str] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    def by_host(self, address: str) -> str:
        """The outlet whose domain or one above it the address has, or ""."""
        return self.hosts.get(self._host(address), "")

    def channel(self, outlet: str, text: str, address: str) -> str:
        """The channel that a name of the outlet in the text speaks of, or else its address; "" for none."""
        plain = plain_name(text)
        spoken = (self.channels.get(name, "") for name in self.names_of(outlet) if name in plain)
        return next(filter(None, spoken), "") or self.channels.get(self._host(address), "")

    def _host(self, address: str) -> str:
        """The domain of the registry in which an address stands, the most exact one; "" for none."""
        host = address_key(address).partition("/")[0].partition("?")[0].partition(":")[0]
        while host.count(".") and host not in self.hosts:
            host = host.partition(".")[2]
        return host if host in self.hosts else ""

    def names_of(self, outlet: str) -> tuple[str, ...]:
        """Every name of an outlet, the longest first; of one nobody knows, the name it was given."""
        names = {outlet, *(name for name, known in self.names.items() if known == outlet)} - {""}
        return tuple(sorted(names, key=lambda name: (-len(name), name)))

    def by_name(self, text: str) -> str:
        """The outlet that is called exactly so, or ""."""
        return self.names.get(plain_name(text), "")


def known_from(names: Iterable[tuple[str, str, str]], hosts: Iterable[tuple[str, str, str]]) -> Known:
    """Make the knowledge from names and hosts, each with its outlet and the channel it speaks of, or ""."""
    called = [(plain_name(name), outlet, channel) for name, outlet, channel in names]
    every = [*called, *hosts]
    return Known(
        {name: outlet for name, outlet, _ in called},
        {host: outlet for host, outlet, _ in every[len(called) :]},
        {key: channel for key, _, channel in every if channel},
    )
