"""Finding the outlet of a name or an address in the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.outlets.addresses import address_key, host_of
from campaign.outlets.models import Outlet, OutletAddress, OutletName
from campaign.outlets.rules import address_keys, name_key

# Where many accounts of different outlets stand under one host; the host says the channel, not the outlet.
ACCOUNT_HOSTS: Mapping[str, str] = {
    "mp.weixin.qq.com": "account",
    "channels.weixin.qq.com": "video_account",
    "weixin.qq.com": "account",
    "weibo.com": "account",
    "weibo.cn": "account",
    "toutiao.com": "account",
    "baijiahao.baidu.com": "account",
    "mbd.baidu.com": "account",
    "douyin.com": "video_account",
    "iesdouyin.com": "video_account",
    "kuaishou.com": "video_account",
    "bilibili.com": "video_account",
    "v.qq.com": "video_account",
    "xiaohongshu.com": "account",
    "zhihu.com": "account",
}


@dataclass(frozen=True)
class Found:
    """An outlet by its id, and the channel that name or address speak of ("" when they do not)."""

    outlet_id: int
    channel: str


@dataclass(frozen=True)
class Registry:
    """Names and addresses of the whole registry in memory, for many questions at once."""

    names: Mapping[str, Found]
    addresses: Mapping[str, Found]

    @classmethod
    def load(cls, session: Session) -> Registry:
        """Read it with two queries."""
        names = session.execute(select(OutletName.key, OutletName.outlet_id, OutletName.channel))
        addresses = session.execute(
            select(OutletAddress.key, OutletAddress.outlet_id, OutletAddress.kind).where(
                OutletAddress.kind.in_(("web", "client"))
            )
        )
        return cls(
            {key: Found(outlet_id, channel) for key, outlet_id, channel in names},
            {key: Found(outlet_id, kind) for key, outlet_id, kind in addresses},
        )

    def named(self, name: str) -> Found | None:
        """The outlet with this name or alias, however it is written."""
        return self.names.get(name_key(name))

    def at(self, address: str) -> Found | None:
        """The outlet at this address, by the most exact domain that is registered."""
        return _first(address_keys(address_key(address)), self.addresses)


def place_of(session: Session, address: str) -> tuple[Outlet | None, str]:
    """The outlet at an address, and the channel ("" unknown); one query."""
    keys = address_keys(address_key(address))
    rows = session.execute(
        select(OutletAddress.key, OutletAddress.outlet_id, OutletAddress.kind).where(
            OutletAddress.key.in_(keys), OutletAddress.kind.in_(("web", "client"))
        )
    )
    found = _first(keys, {key: Found(outlet_id, kind) for key, outlet_id, kind in rows})
    if found is None:
        return None, channel_of(address)
    return session.get(Outlet, found.outlet_id), found.channel


def channel_of(address: str) -> str:
    """What an address alone says of its channel: an account on a platform, or a web page; "" for none."""
    host = host_of(address)
    if not host:
        return ""
    return next(
        (channel for one, channel in ACCOUNT_HOSTS.items() if host == one or host.endswith("." + one)), "web"
    )


def _first(keys: Iterable[str], places: Mapping[str, Found]) -> Found | None:
    return next((places[key] for key in keys if key in places), None)
