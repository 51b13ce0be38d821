"""Films for the fast lane: numbered pictures in groups of every kind, as an encoder would deliver them."""

import dataclasses

from media import ffmpeg
from media.deliveries import MASTER
from media.lane_proof import pictures
from media.probe import probe
from media.testfilms import make_test_film

SMALL = dataclasses.replace(MASTER, width=320, height=180, preset="ultrafast", level="3.1")
FRAMES = 260

CLOSED = "keyint=50:min-keyint=50:bframes=0"
PYRAMID = "keyint=40:min-keyint=40:bframes=3:b-adapt=0:b-pyramid=normal:ref=4"
B_PICTURES = "keyint=48:min-keyint=48:bframes=2:b-adapt=0:b-pyramid=none:ref=2"
UNEVEN = "keyint=60:min-keyint=1:bframes=3:b-adapt=1:scenecut=100:ref=3"
OPEN = "keyint=40:min-keyint=40:bframes=3:b-adapt=0:open-gop=1"
SINGLE = "keyint=infinite:bframes=3:b-adapt=0"
REPEATED = "keyint=50:min-keyint=50:bframes=2:repeat-headers=1:aud=1"
COPIED = {"closed": CLOSED, "pyramid": PYRAMID, "b": B_PICTURES, "uneven": UNEVEN, "repeated": REPEATED}
ENCODED = {"open": OPEN, "single": SINGLE}

TAGS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


def numbered(folder, frames=FRAMES, **recipe):
    """Give a film of numbered pictures that others are made of."""
    name = "-".join(f"{key}{value}" for key, value in recipe.items()).replace("/", "_")
    path = folder / f"numbered-{frames}{name}.mp4"
    return (
        path
        if path.exists()
        else make_test_film(path, frames=frames, sound="speech", size=(320, 180), **recipe)
    )


def delivered(source, out, groups=CLOSED, *extra, tags=TAGS):
    """Encode a film as the delivery is, with groups of a kind; further arguments go before the output."""
    scenecut = "" if "scenecut" in groups else ":scenecut=0"
    if not out.exists():
        ffmpeg.run(
            ["-y", "-i", str(source), "-map", "0", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18",
             "-profile:v", "high", "-vf", tags, "-x264-params", f"cabac=1:8x8dct=1:{groups}{scenecut}",
             "-c:a", "copy", *extra, str(out)]
        )  # fmt: skip
    return out


def all_pictures(path, first, end):
    """Decode some pictures of a film to their planes."""
    return list(pictures(path, probe(path).picture, first, end))
