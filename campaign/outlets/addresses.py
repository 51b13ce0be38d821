"""When two web addresses are the same; pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

MAX_KEY_CHARS = 1000

_MOBILE = ("www.", "m.", "wap.", "mobile.", "3g.", "4g.", "5g.", "h5.", "touch.", "amp.")
_INDEX_FILES = re.compile(r"/(?:index|default)\.(?:s?html?|php|jsp|aspx?)$")
_TRACKING = re.compile(
    r"^(?:utm_.*|spm|scm|from|isappinstalled|share_?(?:token|from|source|medium|uid|to|by|time|type|count)|sharer.*|"
    r"wxshare.*|fbclid|gclid|msclkid|bd_vid|wfr|mpshare|scene|subscene|ascene|clicktime|enterid|srcid|chksm|"
    r"pass_ticket|wx_header|nettype|devicetype|exportkey|jsessionid|referr?er|_refluxos|tt_from|spm_id_from|"
    r"vd_source|seid|share|is_?share|sharefrom|shareuid|hm(?:sr|pl|cu|kw|ci)|yclid|dclid|mc_cid|mc_eid|"
    r"ref_(?:src|url)|nsukey|sudaref|upstream_biz|tt_(?:app|medium|campaign)|app_?share)$"
)
# What a sentence leaves behind an address that was pasted out of it.
_TRAILING = "。，、；：！？）】》”’"
_PLATFORMS = (
    (re.compile(r"(?:^|\.)toutiao\.com$"), re.compile(r"^/(?:article/|a|i|w/)(\d{15,})"), "toutiao.com"),
    (
        re.compile(r"(?:^|\.)163\.com$"),
        re.compile(r"^/(?:dy|news|v2)/a(?:rticle)?/(?:detail/)?([A-Z0-9]{16})"),
        "163.com",
    ),
    (
        re.compile(r"(?:^|\.)qq\.com$"),
        re.compile(r"^/(?:rain/a|omn/\d{8}|a|cmsn/\d{8})/(\d{8}[A-Z]\w{7,9})"),
        "new.qq.com",
    ),
    (re.compile(r"(?:^|\.)ifeng\.com$"), re.compile(r"^/c/(?:s/)?(?:v\d{3})?(\w{11,})$"), "ifeng.com"),
)
_SHORTENERS = frozenset(
    {
        "t.cn",
        "url.cn",
        "dwz.cn",
        "suo.im",
        "suo.nz",
        "3.cn",
        "b23.tv",
        "xhslink.com",
        "v.douyin.com",
        "v.kuaishou.com",
        "rrd.me",
        "t.co",
        "bit.ly",
        "tinyurl.com",
        "is.gd",
        "goo.gl",
        "sourl.cn",
        "u.nu",
    }
)
# An official-account piece is named by these alone; the rest of its address says who passed it on.
_WEIXIN = frozenset({"__biz", "mid", "idx", "sn"})
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def is_web_address(text: str) -> bool:
    """Whether this is an address a browser can open: http or https and a host with a dot."""
    return address_key(text) != ""


@lru_cache(maxsize=1024)
def address_key(text: str) -> str:
    """One canonical form for all ways to write the address of one piece, or "" if it is no web address.

    Scheme, www and mobile hosts, ports by default, tracking parameters, their order, fragments, trailing
    slashes, index files and full-width characters do not matter. A fragment that is a route of a page drawn
    by script (`#/detail/5`) names the piece and stays.
    """
    plain = unicodedata.normalize("NFKC", text.strip().rstrip(_TRAILING)).strip().strip("<>")
    if not plain or any(letter.isspace() for letter in plain):
        return ""
    if "://" not in plain:
        plain = f"http://{plain}"
    try:
        parts = urlsplit(plain)
        port = parts.port
    except ValueError:
        return ""
    host = _host(parts.hostname or "")
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = re.sub(r"/{2,}", "/", _escaped(parts.path))
    path = _INDEX_FILES.sub("/", re.sub(r";jsessionid=[^/]*", "", path, flags=re.IGNORECASE)).rstrip("/")
    key = _numbered(host, path) or host + path + _query(host, parts.query) + _route(parts.fragment)
    if len(key) <= MAX_KEY_CHARS:
        return key
    return key[:900] + "…" + hashlib.sha256(key.encode()).hexdigest()


def _numbered(host: str, path: str) -> str | None:
    """The key of a piece that its platform shows at several addresses under one number."""
    for hosts, pattern, key in _PLATFORMS:
        if hosts.search(host):
            found = pattern.search(path)
            if found is not None:
                return f"{key}/{found.group(1)}"
    return None


def is_short_link(text: str) -> bool:
    """Whether the address only leads on to another one: it proves nothing once the service forgets it."""
    return address_key(text).partition("/")[0] in _SHORTENERS


def host_of(text: str) -> str:
    """The host of an address as its key has it, without www and mobile marks; "" for what is no address."""
    return re.split(r"[/?#:]", address_key(text), maxsplit=1)[0]


def _host(name: str) -> str:
    host = name.lower().replace("。", ".").strip(".")
    if "xn--" in host:
        try:
            host = host.encode("ascii").decode("idna")
        except UnicodeError:
            return ""
    stripped = True
    while stripped:
        stripped = False
        for prefix in _MOBILE:
            if host.startswith(prefix) and "." in host[len(prefix) :]:
                host, stripped = host[len(prefix) :], True
    labels = host.split(".")
    return host if len(labels) > 1 and all(labels) else ""


def _escaped(text: str) -> str:
    """Write a path with the same escapes however it was typed: unreserved letters plain, others as %XX."""

    def normal(match: re.Match[str]) -> str:
        byte = int(match.group(1), 16)
        return chr(byte) if byte in _UNRESERVED else match.group(0).upper()

    return quote(re.sub(r"%([0-9a-fA-F]{2})", normal, text), safe="/%~!$&'()*+,;=:@-._")


def _query(host: str, query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    if host == "mp.weixin.qq.com":
        pairs = [(name, value) for name, value in pairs if name in _WEIXIN]
    else:
        pairs = [(name, value) for name, value in pairs if not _TRACKING.match(name.lower())]
    return f"?{urlencode(sorted(pairs))}" if pairs else ""


def _route(fragment: str) -> str:
    return (
        f"#{_escaped(fragment.rstrip('/'))}"
        if fragment.startswith(("/", "!/")) and fragment.strip("!/")
        else ""
    )
