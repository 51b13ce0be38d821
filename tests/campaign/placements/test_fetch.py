"""No request of ours reaches an internal address, and no page holds us longer than its time (issue 5)."""

import gzip
import socket
import socketserver
import threading
import time

import pytest

from campaign.placements.fetch import Limits, Unreachable, fetch, is_public

OUTSIDE = "93.184.216.34"
PAGE = b"<html><title>\xe6\xa0\x87\xe9\xa2\x98</title></html>"


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@pytest.fixture
def site():
    """A server that answers each path with bytes or a writing function and keeps what it was asked."""

    class Site:
        def __init__(self):
            self.answers = {}
            self.asked = []

        def dial(self, ip, port, seconds):
            # The judged address stands for the local server; nothing else can be dialled.
            assert (ip, port) in ((OUTSIDE, 80), (OUTSIDE, 443))
            return socket.create_connection(server.server_address, timeout=seconds)

        def look(self, address="http://news.example/", resolve=lambda _h, _p: [OUTSIDE], **limits):
            return fetch(address, resolve=resolve, dial=self.dial, limits=Limits(**limits))

        def refusal(self, *args, **options):
            with pytest.raises(Unreachable) as refused:
                self.look(*args, **options)
            return refused.value.reason

    found = Site()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += self.rfile.readline()
            found.asked.append(head.decode())
            answer = found.answers.get(head.split()[1].decode(), PAGE)
            try:
                if callable(answer):
                    answer(self.wfile)
                else:
                    self.wfile.write(answer if answer.startswith(b"HTTP") else ok(answer))
            except OSError:
                return

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


def ok(body, head="Content-Type: text/html; charset=utf-8"):
    return f"HTTP/1.1 200 OK\r\n{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def moved(to, code=302):
    return f"HTTP/1.1 {code} Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.255.1.2", "0.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.127.255.254", "192.0.0.8", "198.18.0.1", "192.0.2.1",
        "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1",
        "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1", "2001:0:7f00:1::", "no address", "",
    ],
)  # fmt: skip
def test_an_address_inside_is_never_public(ip):
    assert is_public(ip) is False


@pytest.mark.parametrize(
    "ip", ["93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1"]
)
def test_an_address_outside_is_public(ip):
    assert is_public(ip) is True


@pytest.mark.parametrize(
    "address",
    [
        "http://2130706433/", "http://0177.0.0.1/", "http://0x7f.0.0.1/", "http://0x7f000001/", "http://127.1/",
        "http://017700000001/", "http://10.1/", "http://127.0.0.1.0x1/", "http://１２７.1/", "http://127。1/",
        "http://localhost/", "http://intranet/", "file:///etc/passwd", "ftp://news.example/", "gopher://a.b/",
        "http://user:pass@news.example/", "http://news.example:22/", "http://news.example:99999/", "http:///",
        "http://[::1", "http://a..b/", "javascript:alert(1)", "http://-.-/%0d%0a",
    ],
)  # fmt: skip
def test_an_address_that_no_news_page_has_is_not_even_looked_up(site, address):
    def resolve(_host, _port):
        pytest.fail("it was looked up")

    assert (site.refusal(address, resolve=resolve), site.asked) == ("address", [])


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/", "http://10.0.0.1/", "http://[::1]/", "http://[::ffff:169.254.169.254]/",
     "http://[::ffff:a9fe:a9fe]/", "http://169.254.169.254/latest/meta-data/", "https://[fd00::1]/"],
)  # fmt: skip
def test_a_plain_internal_address_is_refused(site, address):
    assert (site.refusal(address), site.asked) == ("inside", [])


@pytest.mark.parametrize(
    "found",
    [["127.0.0.1"], ["10.1.2.3"], ["::1"], ["fd00::1"], ["::ffff:10.0.0.1"], [OUTSIDE, "192.168.0.1"]],
)
def test_a_name_that_resolves_inside_is_refused_even_if_another_address_is_outside(site, found):
    assert (site.refusal(resolve=lambda _h, _p: found), site.asked) == ("inside", [])


def test_a_name_that_resolves_otherwise_a_moment_later_gains_nothing(site):
    """DNS rebinding: the name is looked up once, and the judged address is the one dialled."""
    answers = [[OUTSIDE], ["127.0.0.1"]]
    assert site.look(resolve=lambda _h, _p: answers.pop(0)).content == PAGE
    assert (answers, len(site.asked)) == ([["127.0.0.1"]], 1)


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://127.0.0.1/admin", "inside"),
        ("http://[::1]/", "inside"),
        ("//10.0.0.1/", "inside"),
        ("http://0x7f.1/", "address"),
        ("file:///etc/passwd", "address"),
        ("http://inside.example/", "inside"),
    ],
)
def test_a_redirect_to_the_inside_is_refused(site, to, reason):
    site.answers["/"] = moved(to)

    def resolve(host, _port):
        return ["192.168.1.1"] if host == "inside.example" else [OUTSIDE]

    assert (site.refusal(resolve=resolve), len(site.asked)) == (reason, 1)


def test_three_redirects_are_followed_and_a_fourth_is_not(site):
    site.answers |= {"/": moved("/1"), "/1": moved("/2", 301), "/2": moved("http://news.example/3", 307)}
    found = site.look()
    assert (found.address, found.content, found.charset) == ("http://news.example/3", PAGE, "utf-8")
    site.answers["/3"] = moved("/4", 308)
    assert site.refusal() == "redirects"


def test_a_request_carries_neither_cookies_nor_anything_of_ours(site):
    site.answers["/"] = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
    site.look("http://news.example/?标题=一 二#x")
    assert [line for head in site.asked for line in head.splitlines() if "cookie" in line.lower()] == []
    assert site.asked[0].splitlines()[:2] == [
        "GET /?%E6%A0%87%E9%A2%98=%E4%B8%80%20%E4%BA%8C HTTP/1.1",
        "Host: news.example",
    ]


def test_a_slow_drip_ends_after_the_whole_time_in_head_and_body(site):
    def drip(start):
        def write(line):
            line.write(start)
            for _piece in range(100):
                time.sleep(0.05)
                line.write(b"x")
                line.flush()

        return write

    site.answers |= {
        "/body": drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
        "/head": drip(b"HTTP/1.1 200 OK\r\nX: "),
    }
    for path in ("/body", "/head"):
        began = time.monotonic()
        assert site.refusal(f"http://news.example{path}", seconds=0.4) == "slow"
        assert time.monotonic() - began < 1.5


def test_a_resolver_that_does_not_answer_ends_after_the_time(site):
    done = threading.Event()
    began = time.monotonic()
    assert site.refusal(resolve=lambda _h, _p: [str(done.wait(5))], seconds=0.2) == "slow"
    done.set()
    assert time.monotonic() - began < 1.5


def test_of_a_huge_body_only_the_beginning_is_read(site):
    def write(line):
        line.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _block in range(10_000):
            line.write(b"x" * 10_000)

    site.answers["/"] = write
    assert len(site.look(size_bytes=100_000).content) == 100_000


def test_a_gzip_bomb_is_unpacked_only_as_far_as_there_is_room(site):
    bomb = gzip.compress(b"0" * 50_000_000)
    site.answers["/"] = ok(bomb, "Content-Type: text/html\r\nContent-Encoding: gzip")
    assert len(site.look(size_bytes=100_000).content) == 100_000


def test_a_packed_page_is_unpacked(site):
    site.answers["/"] = ok(gzip.compress(PAGE), "Content-Type: text/html\r\nContent-Encoding: gzip")
    assert site.look().content == PAGE


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answer"),
        (ok(b"%PDF", "Content-Type: application/pdf"), "answer"),
        (ok(b"x", "Content-Encoding: br"), "answer"),
        (ok(b"no gzip at all", "Content-Encoding: gzip"), "line"),
        (b"SSH-2.0-OpenSSH\r\n", "line"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", "line"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", "line"),
    ],
)
def test_an_answer_that_is_no_page_is_none(site, answer, reason):
    site.answers["/"] = answer if answer.startswith(b"HTTP") else lambda line: line.write(answer)
    assert site.refusal() == reason


def test_no_network_is_told_at_once():
    def nowhere(_host, _port):
        raise socket.gaierror

    def unplugged(_ip, _port, _seconds):
        raise OSError

    reasons = []
    for resolve, dial in ((nowhere, None), (lambda _h, _p: [OUTSIDE], unplugged)):
        with pytest.raises(Unreachable) as refused:
            fetch("https://news.example/", resolve=resolve, dial=dial)
        reasons.append(refused.value.reason)
    assert reasons == ["name", "line"]
