"""One look at a public page, with a guard: no request of ours ever reaches an internal address.

An address is judged when its name has been resolved, and the connection goes to the very address that was
judged, so that a name which resolves otherwise a moment later (DNS rebinding) gains nothing. Redirects are
judged anew. Time, size and the number of redirects are bounded; no cookies, no credentials, no proxies. That
a page cannot be reached is a normal case: `Unreachable` says why in a word for the log, never to the page.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import SplitResult, quote, urljoin, urlsplit

BLOCK_BYTES = 32 * 1024
PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
PLAIN = "/%~!$&'()*+,;=:@-._?"
AGENT = "Mozilla/5.0 (compatible; Qichuang)"
# These carry an IPv4 address inside, or lead through a gateway to one: 6to4, Teredo, NAT64, IPv4-compatible.
CARRIERS = tuple(
    ipaddress.IPv6Network(text)
    for text in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96", "fec0::/10")
)
# What Python counts as global and is none of the public Internet: benchmarks, protocol assignments.
ODD_NETWORKS = tuple(
    ipaddress.IPv4Network(text) for text in ("0.0.0.0/8", "192.0.0.0/24", "198.18.0.0/15", "192.88.99.0/24")
)
NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))+")


@dataclass(frozen=True)
class Limits:
    """How far one look goes: seconds over all redirects, bytes after unpacking, redirects."""

    seconds: float = 6.0
    size_bytes: int = 2 * 1024 * 1024
    redirects: int = 3


@dataclass(frozen=True)
class Fetched:
    """The beginning of a page: at most `Limits.size_bytes`, and the charset its head names ("" if none)."""

    address: str
    content: bytes
    charset: str


class Unreachable(Exception):  # noqa: N818 - a normal outcome, not a fault
    """The page was not read; `reason` is one of inside, address, name, slow, answer, redirects, line."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


Resolve = Callable[[str, int], Sequence[str]]
Dial = Callable[[str, int, float], socket.socket]


def resolve_name(host: str, port: int) -> Sequence[str]:
    """Give all addresses of a name, as this machine's resolver knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def dial(ip: str, port: int, seconds: float) -> socket.socket:
    """Connect to an address that was judged."""
    return socket.create_connection((ip, port), timeout=seconds)


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public Internet and to nobody's inside.

    Loopback, private, link-local, shared (CGNAT), multicast, reserved and unique local addresses do not, nor
    do IPv6 addresses that carry one of these inside.
    """
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in CARRIERS):
            return False
    elif any(ip in network for network in ODD_NETWORKS):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


def fetch(
    address: str, *, resolve: Resolve = resolve_name, dial: Dial = dial, limits: Limits | None = None
) -> Fetched:
    """Read the beginning of a page, or raise Unreachable; takes at most `limits.seconds`."""
    limits = limits or Limits()
    deadline = time.monotonic() + limits.seconds
    for _step in range(limits.redirects + 1):
        parts, host, port = _target(address)
        ip = _judged(host, port, resolve, deadline)
        try:
            answer = _ask(parts, host, ip, port, dial, deadline)
            with answer:
                moved = answer.status in REDIRECTS and answer.getheader("Location")
                if not moved:
                    return _page(address, answer, limits)
        except TimeoutError as error:
            raise Unreachable("slow") from error
        except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
            raise Unreachable("line") from error
        address = urljoin(address, _plain(moved))
    raise Unreachable("redirects")


def _plain(location: str) -> str:
    """A Location as servers really send it: bytes of UTF-8 that were read as Latin-1, blanks at the ends."""
    try:
        text = location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        text = location
    return text.strip()


def _target(address: str) -> tuple[SplitResult, str, int]:
    """Take an address apart and refuse what no news page has: other schemes, names, ports, credentials."""
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
    except ValueError as error:
        raise Unreachable("address") from error
    wanted = PORTS.get(parts.scheme)
    if wanted is None or port not in (None, *PORTS.values()) or parts.username is not None:
        raise Unreachable("address")
    return parts, _host(host), port or wanted


def _host(host: str) -> str:
    """A name as it is asked for; an IP address only in its one plain form.

    2130706433, 0177.0.0.1, 0x7f.1 and 127.1 are ways to write 127.0.0.1 that only some readers know.
    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise Unreachable("address") from error
    last = name.rpartition(".")[2]
    if not NAME.fullmatch(name) or last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        raise Unreachable("address")
    return name


def _judged(host: str, port: int, resolve: Resolve, deadline: float) -> str:
    """Resolve a name and give one of its addresses; one inside is enough to refuse them all."""
    found = [host] if _is_ip(host) else _resolved(host, port, resolve, deadline)
    if not found:
        raise Unreachable("name")
    if not all(is_public(ip) for ip in found):
        raise Unreachable("inside")
    return found[0]


def _is_ip(host: str) -> bool:
    return ":" in host or host.rpartition(".")[2].isdigit()


def _resolved(host: str, port: int, resolve: Resolve, deadline: float) -> list[str]:
    """Ask the resolver in a thread of its own, since it knows no time limit."""
    found: list[str] = []

    def ask() -> None:
        try:
            found.extend(resolve(host, port))
        except (OSError, UnicodeError):
            # No such name, or no network: an empty list says both.
            return

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_left(deadline))
    if thread.is_alive():
        raise Unreachable("slow")
    return found


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unreachable("slow")
    return left


class _Timed(io.RawIOBase):
    """A socket to read from, whose every piece must come before one and the same deadline."""

    def __init__(self, source: socket.socket, deadline: float) -> None:
        self._source = source
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        self._source.settimeout(_left(self._deadline))
        return self._source.recv_into(buffer)

    def close(self) -> None:
        self._source.close()
        super().close()


class _Line:
    """What `http.client.HTTPResponse` wants of a socket."""

    def __init__(self, source: socket.socket, deadline: float) -> None:
        self._timed = _Timed(source, deadline)

    def makefile(self, *_mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._timed, BLOCK_BYTES)


def _ask(
    parts: SplitResult, host: str, ip: str, port: int, dial: Dial, deadline: float
) -> http.client.HTTPResponse:
    line = dial(ip, port, _left(deadline))
    try:
        if parts.scheme == "https":
            line.settimeout(_left(deadline))
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
        line.settimeout(_left(deadline))
        line.sendall(_request(parts, host, port))
        answer = http.client.HTTPResponse(cast("socket.socket", _Line(line, deadline)), method="GET")
        answer.begin()
    except BaseException:
        line.close()
        raise
    return answer


def _request(parts: SplitResult, host: str, port: int) -> bytes:
    path = quote(parts.path or "/", safe=PLAIN)
    query = "?" + quote(parts.query, safe=PLAIN) if parts.query else ""
    name = f"[{host}]" if ":" in host else host
    place = name if port == PORTS[parts.scheme] else f"{name}:{port}"
    return (
        f"GET {path}{query} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: {AGENT}\r\n"
        "Accept: text/html,application/xhtml+xml\r\nAccept-Language: zh-CN,zh;q=0.9\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
    ).encode("ascii")


def _page(address: str, answer: http.client.HTTPResponse, limits: Limits) -> Fetched:
    kind = answer.headers.get_content_type() if answer.getheader("Content-Type") else ""
    if answer.status != http.HTTPStatus.OK or kind not in PAGES:
        raise Unreachable("answer")
    packing = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if packing not in ("identity", "gzip", "deflate"):
        raise Unreachable("answer")
    unpack = None if packing == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)
    content = bytearray()
    while len(content) < limits.size_bytes and (block := answer.read1(BLOCK_BYTES)):
        room = limits.size_bytes - len(content)
        # A bomb is unpacked as far as there is room and no further.
        content += block[:room] if unpack is None else unpack.decompress(block, room)
    return Fetched(address, bytes(content), answer.headers.get_content_charset() or "")
