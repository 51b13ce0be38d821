"""Spoilt and treacherous films end in a result or a refusal, within limits, and reach nothing else."""

import json
import re
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from . import mutants

CHUNK, CHUNKS = 100, 21
# Seconds of processor; a mutant takes a fifth of one, some seconds where boxes claim millions of entries.
MOST_SECONDS = 60
# Of the worker, and of every ffmpeg that it starts.
MOST_MIB = 700
WORKER = Path(mutants.__file__)


@pytest.fixture(scope="module")
def bases(tmp_path_factory):
    return mutants.make_bases(tmp_path_factory.mktemp("bases"))


def lines_of(output):
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def run_worker(*args, scratch, before=(), timeout=None):
    """Run the worker in a process of its own, so that its end is a finding and not ours."""
    scratch.mkdir()
    command = [*before, sys.executable, str(WORKER), *map(str, args)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=Path.cwd(),
        env={"PYTHONPATH": str(Path.cwd()), "PATH": "/usr/bin:/bin", "TMPDIR": str(scratch)},
    ) as worker:  # fmt: skip
        try:
            output, _ = worker.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            worker.kill()
            output, _ = worker.communicate()
    return worker.returncode, output


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_spoilt_films_end_in_a_result_or_a_clean_refusal(bases, tmp_path, chunk):
    """2,100 mutants in all; a seed that fails is named and can be run alone."""
    first, end = chunk * CHUNK, (chunk + 1) * CHUNK
    status, output = run_worker(
        "--seeds",
        first,
        end,
        "--folder",
        tmp_path,
        *bases,
        scratch=tmp_path / "scratch",
        timeout=800,
    )
    told = lines_of(output)
    assert status == 0, f"died or hung at {told[-1:]}: {output[-2000:]}"
    done = [line for line in told if "seed" in line]
    assert [line["seed"] for line in done] == [*range(first, end)]
    assert [line for line in done if "broken" in line] == []
    assert [line for line in done if line["seconds"] > MOST_SECONDS] == []
    assert [line for line in done if max(line["mib"]) > MOST_MIB] == []


@pytest.mark.slow
def test_the_mutants_are_of_every_sort(bases):
    """A fuzz test whose films are all refused at the door, or all whole, would prove nothing."""
    manners = {mutants.mutant(bases, seed)[1] for seed in range(CHUNK * CHUNKS)}
    assert len(manners) == len(bases) * len(mutants._MANNERS)


def test_a_few_spoilt_films(bases, tmp_path):
    """The slow suite does two thousand."""
    status, output = run_worker(
        "--seeds", 0, 12, "--folder", tmp_path, *bases, scratch=tmp_path / "scratch", timeout=200
    )
    told = lines_of(output)
    assert status == 0, output[-2000:]
    assert [line for line in told if "broken" in line] == []
    assert list((tmp_path / "scratch").iterdir()) == []
    assert {"done", "damaged"} <= {end for line in told for end in line.get("ends", {}).values()}


def with_reference(film, address):
    """Give a film that says that its pictures lie at another address (ISO 14496-12, 8.7.2)."""
    data = bytearray(film)
    at = 0
    while (at := data.find(b"dref", at)) > 0:
        start, size = at - 4, struct.unpack_from(">I", data, at - 4)[0]
        entry = address.encode() + b"\0"
        box = struct.pack(">I4sII", 28 + len(entry), b"dref", 0, 1)
        box += struct.pack(">I4sI", 12 + len(entry), b"url ", 0) + entry
        grown = len(box) - size
        for parent in (b"dinf", b"minf", b"mdia", b"trak", b"moov"):
            place = data.rfind(parent, 0, start) - 4
            struct.pack_into(">I", data, place, struct.unpack_from(">I", data, place)[0] + grown)
        data[start : start + size] = box
        at = start + len(box)
    return bytes(data)


def reference_movie(address):
    """Give a QuickTime reference movie, which is nothing but an address."""
    entry = address.encode() + b"\0"
    box = b""
    for name, inside in (
        (b"rdrf", struct.pack(">I4sI", 0, b"url ", len(entry)) + entry),
        (b"rmda", b""), (b"rmra", b""), (b"moov", b""),
    ):  # fmt: skip
        content = inside + box
        box = struct.pack(">I4s", 8 + len(content), name) + content
    return struct.pack(">I4s4sI", 16, b"ftyp", b"qt  ", 0) + box


def traps(film, canary, port):
    """Give files that name a canary and an address in every way that a demuxer may follow."""
    web = f"http://127.0.0.1:{port}/canary.mp4"
    manifest = (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" '
        'bandwidth="1"><BaseURL>{}</BaseURL></Representation></AdaptationSet></Period></MPD>'
    )
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n"
    made = {}
    for kind, address in (("file", str(canary)), ("file-url", f"file://{canary}"), ("web", web)):
        made |= {
            f"dash-{kind}": manifest.format(address).encode(),
            f"hls-{kind}": playlist.format(address).encode(),
            f"concat-{kind}": f"ffconcat version 1.0\nfile '{address}'\n".encode(),
            f"dref-{kind}": with_reference(film, address),
            f"movie-{kind}": reference_movie(address),
            # The box that makes it a film, and then a playlist: who guesses by the content may take either.
            f"both-{kind}": struct.pack(">I4s", 8, b"free") + playlist.format(address).encode(),
            f"list-{kind}": film + playlist.format(address).encode(),
        }
    made["sdp"] = f"v=0\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n".encode()
    made["subtitles"] = f"1\n00:00:00,000 --> 00:00:02,000\n<img src='{web}'>\n".encode()
    return made


@pytest.fixture
def trapped(bases, tmp_path):
    """Lay out the traps, each in a folder of its own, and a canary and a listener that must see nobody."""
    canary = tmp_path / "canary" / "canary.mp4"
    canary.parent.mkdir()
    shutil.copy(bases[0], canary)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.setblocking(False)
        files = []
        for name, content in traps(bases[0].read_bytes(), canary, listener.getsockname()[1]).items():
            folder = tmp_path / "jobs" / name
            folder.mkdir(parents=True)
            (folder / "film.mp4").write_bytes(content)
            files.append(folder / "film.mp4")
        yield canary, files
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.slow
def test_films_that_name_other_files_and_addresses_reach_neither(trapped, tmp_path):
    """A DASH manifest named .mp4 once made ffmpeg open a local file."""
    canary, files = trapped
    trace = tmp_path / "trace"
    strace = shutil.which("strace")
    before = (
        [strace, "-f", "-qq", "-e", "trace=open,openat,connect,socket,unlink,rename", "-o", str(trace)]
        if strace
        else []
    )
    status, output = run_worker(*files, before=before, scratch=tmp_path / "scratch", timeout=280)
    assert status == 0, output[-2000:]
    results = [line["ends"] for line in lines_of(output) if "file" in line]
    assert len(results) == len(files)
    if strace and (seen := trace.read_text(errors="replace")):
        opened = set(re.findall(r'open(?:at)?\([^"]*"([^"]+)"[^)]*\) = \d', seen))
        assert str(canary) not in opened
        assert "AF_INET" not in seen
        jobs = {path for path in opened if path.startswith(str(tmp_path))}
        assert jobs
        own = (str(tmp_path / "jobs"), str(tmp_path / "scratch"))
        assert [path for path in jobs if not path.startswith(own)] == []
        written = set(re.findall(r'open(?:at)?\([^"]*"([^"]+)", [^)]*O_(?:WRONLY|RDWR)', seen))
        own = (str(tmp_path / "jobs"), str(tmp_path / "scratch"), "/dev/", "/proc/")
        assert [path for path in written if not path.startswith(own) and "__pycache__" not in path] == []
    assert list((tmp_path / "scratch").iterdir()) == []
