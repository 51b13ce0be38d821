"""Small films spoilt in every way that a seed can name, and a worker that puts them through the engine.

Run as a script it works through a span of seeds and prints one line of JSON before and after each, so that
whoever started it knows which mutant was under way when it died or hung.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import random
import resource
import struct
import sys
import traceback
from fractions import Fraction
from pathlib import Path

import av

from media import ffmpeg
from media.cut import cut
from media.deliveries import MASTER
from media.errors import MediaError
from media.ingest import ingest, look_through
from media.lane import NoLane, plan_lane
from media.plan import EditList, plan
from media.probe import probe
from media.specs import VideoSpec
from media.testfilms import FilmRecipe, draw_numbered, make_sound, mux_sound
from media.timecode import TimeRange
from media.triage import triage
from tests.media.memory import own_peak_mib

SIZE = (160, 96)
SMALL = dataclasses.replace(MASTER, width=SIZE[0], height=SIZE[1], preset="ultrafast", level="3.1")
SPEC = VideoSpec(
    container=("mp4",), video_codecs=("h264",), audio_codecs=("aac",), max_duration_s=Fraction(120)
)
MIB = 1 << 20
# Address space of the worker, and so of every ffmpeg it starts, and CPU seconds of one mutant.
ADDRESS_SPACE = 3 << 30
MOST_SECONDS = 60
FRAMES = 50
EVERY_STEP = -1
_BOXES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"moof", b"traf", b"udta", b"dinf", b"mvex")


def make_bases(folder):
    """Make the films that are spoilt: as a delivery, fragmented, with an edit list, of PCM, as Matroska."""
    whole = _film(folder / "whole.mp4")
    trimmed, pieces, pcm, mkv = (
        folder / name for name in ("trimmed.mp4", "pieces.mp4", "pcm.mov", "film.mkv")
    )
    copy = ["-map", "0", "-c", "copy"]
    for before, after, out in (
        (["-ss", "0.2"], [*copy, "-movflags", "+faststart"], trimmed),
        ([], [*copy, "-movflags", "frag_keyframe+empty_moov+default_base_moof"], pieces),
        ([], ["-map", "0", "-c:v", "copy", "-c:a", "pcm_s16le", "-ac", "1"], pcm),
        ([], copy, mkv),
    ):
        ffmpeg.run(["-y", *before, "-i", str(whole), *after, str(out)])
    return [whole, trimmed, pieces, pcm, mkv]


def _film(path):
    options = {"preset": "ultrafast", "crf": "30", "profile": "high"}
    options["x264-params"] = (
        "keyint=12:min-keyint=12:bframes=2:b-adapt=0:scenecut=0:cabac=1:8x8dct=1:"
        "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv:log=-1"
    )
    with av.open(str(path), "w") as container:
        picture = container.add_stream("libx264", rate=25, options=options)
        picture.width, picture.height, picture.pix_fmt = *SIZE, "yuv420p"
        sound = container.add_stream("aac", rate=48000, layout="mono")
        for number in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(draw_numbered(number, FilmRecipe(size=SIZE)), format="gray")
            frame = frame.reformat(format="yuv420p")
            frame.pts = number
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        mux_sound(container, sound, make_sound("tone", Fraction(FRAMES, 25)), 1)
    return path


def mutant(bases, seed):
    """Give the bytes of mutant number `seed`, and its base and manner in words."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    base = chance.choice(bases)
    data = bytearray(base.read_bytes())
    manner = chance.choice(tuple(_MANNERS))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = _MANNERS[manner](chance, data, bases)
    return bytes(data), f"{base.name} {manner}"


def _flip(chance, data, bases):
    for _ in range(chance.choice((1, 4, 16, 64))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def _head_flip(chance, data, bases):
    """Change bytes of what describes the film: in the first and last 4 KiB."""
    for _ in range(chance.choice((1, 2, 8))):
        at = chance.randrange(min(4096, len(data)))
        data[at if chance.random() < 0.5 else len(data) - 1 - at] = chance.choice(
            (0, 1, 127, 128, 255, chance.randrange(256))
        )
    return data


def _truncate(chance, data, bases):
    return data[: chance.randrange(1, len(data))]


def _boxes(data):
    """Give the places of all boxes, found by their names and not by their sizes."""
    return [
        at - 4
        for at in range(4, len(data) - 8)
        if data[at : at + 4].isalnum() and 8 <= struct.unpack_from(">I", data, at - 4)[0] <= len(data)
    ]


_STRANGE = (0, 1, 7, 8, 16, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0)


def _size(chance, data, bases):
    """Change the size of a box."""
    if places := _boxes(data):
        at = chance.choice(places)
        size = struct.unpack_from(">I", data, at)[0]
        wrong = chance.choice((*_STRANGE, size - 1, size + 1, size * 2, size // 2))
        struct.pack_into(">I", data, at, wrong & 0xFFFFFFFF)
    return data


def _rename(chance, data, bases):
    """Give a box the name of another kind."""
    if places := _boxes(data):
        at = chance.choice(places) + 4
        data[at : at + 4] = chance.choice((*_BOXES, bytes(data[chance.choice(places) + 4 :][:4])))
    return data


def _field(chance, data, bases):
    """Write a strange number into a box: counts, sizes of pictures, clocks, offsets."""
    if places := [at for at in _boxes(data) if struct.unpack_from(">I", data, at)[0] < 4096]:
        at = chance.choice(places)
        inside = at + 8 + 4 * chance.randrange(12)
        if inside + 4 <= len(data):
            struct.pack_into(">I", data, inside, chance.choice((*_STRANGE, chance.getrandbits(32))))
    return data


def _splice(chance, data, bases):
    """Lay a piece of another film, or of this one, over or between what is there."""
    other = chance.choice(bases).read_bytes()
    begin = chance.randrange(len(other))
    piece = other[begin : begin + chance.choice((16, 256, 4096))]
    at = chance.randrange(len(data))
    data[at : at + (len(piece) if chance.random() < 0.5 else 0)] = piece
    return data


def _drop(chance, data, bases):
    at = chance.randrange(len(data))
    del data[at : at + chance.choice((1, 4, 64, 1024))]
    return data or bytearray(b"\0")


_MANNERS = {
    "flipped": _flip, "flipped head": _head_flip, "truncated": _truncate, "wrong size": _size,
    "renamed": _rename, "strange number": _field, "spliced": _splice, "shortened": _drop,
}  # fmt: skip


def steps(path, scratch, seed):
    """Give what is done with a mutant: always a probe, a first verdict and the lane; rarer what is dear."""
    info = probe(path)
    json.dumps(info.to_json())
    yield "triage", lambda: triage(path, SPEC, info=info)
    end = min(info.duration, Fraction(2))
    picture = info.picture
    if picture is not None and end > 0:
        edit_list = EditList.of(path, [TimeRange(end / 10, end)])
        yield "lane", lambda: plan_lane(plan(edit_list, {path: info}, SMALL))
        if seed % 8 == 0 or seed == EVERY_STEP:
            out = scratch / "clip.mp4"
            yield "cut", lambda: cut(edit_list, out, SMALL, infos={path: info}, timeout_s=MOST_SECONDS)
    if seed % 16 == 1 or seed == EVERY_STEP:
        yield "full pass", lambda: look_through(path, info=info, timeout_s=MOST_SECONDS)
    if seed % 16 == 2 or seed == EVERY_STEP:
        yield "ingest", lambda: ingest(path, scratch / "ingest", info=info, timeout_s=MOST_SECONDS)


def put_through(path, scratch, seed):
    """Put one file through the engine; give how each step ended. Whatever is no refusal is raised."""
    ends = {}
    with contextlib.suppress(StopIteration):
        todo = steps(path, scratch, seed)
        try:
            step, work = next(todo)
        except MediaError as refusal:
            return {"probe": str(refusal.code)}
        while True:
            try:
                work()
                ends[step] = "done"
            except NoLane:
                ends[step] = "no lane"
            except MediaError as refusal:
                ends[step] = refusal.code
            step, work = next(todo)
    return ends


def _cpu_s():
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def say(line):
    """Print one line of JSON at once."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def work_through(folder, bases, seeds):
    """Print before and after each mutant what is done with it and how it ended."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    for seed in seeds:
        place = folder / f"job-{seed}"
        place.mkdir()
        data, told = mutant(bases, seed)
        path = place / f"mutant{Path(told.split()[0]).suffix}"
        path.write_bytes(data)
        say({"begun": seed, "told": told})
        began, line = _cpu_s(), {"seed": seed, "told": told}
        try:
            line["ends"] = put_through(path, place, seed)
        except Exception:  # noqa: BLE001 - this is what the proof looks for
            line["broken"] = traceback.format_exc()
        line["seconds"] = round(_cpu_s() - began, 2)
        line["mib"] = [
            int(own_peak_mib()),
            # Each was forked from this process, whose own mark is therefore the least it can tell.
            resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        ]
        left = {item.name for item in place.iterdir()} - {path.name, "clip.mp4", "ingest"}
        if left:
            line["broken"] = f"left behind: {sorted(left)}"
        say(line)


def work_on(paths):
    """Put whole files through the engine, each in its own folder, with every step."""
    for path in paths:
        say({"begun": path.name})
        say({"file": path.name, "ends": put_through(path, path.parent, EVERY_STEP)})


def main():
    """Work through the mutants from the first seed to before the end, or through files as they are."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seeds", nargs=2, type=int)
    asked.add_argument("--folder", type=Path)
    asked.add_argument("files", nargs="+", type=Path)
    args = asked.parse_args()
    if args.seeds:
        work_through(args.folder, args.files, range(*args.seeds))
    else:
        work_on(args.files)


if __name__ == "__main__":
    sys.exit(main())
