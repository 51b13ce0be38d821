"""Good films of three kinds, and the same films with one fault each at two strengths."""

import itertools
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from PIL import Image

from media import ffmpeg
from media.scenes import KINDS, PALETTES
from media.testfilms import SAMPLE_RATE_HZ, babble, mux_sound

SIZE = (1280, 720)
RATE = 25
SCENE_FRAMES = 25
SCENES = 8


@dataclass(frozen=True)
class Fault:
    """How ffmpeg spoils picture or sound, mildly and strongly."""

    rule: str
    name: str
    mild: str
    strong: str
    sound: bool = False


def shaken(pixels):
    return (
        f"crop=iw-128:ih-72:64+{pixels}*sin(n*n*1.7):36+{pixels}*0.6*sin(n*n*2.3+1),scale={SIZE[0]}:{SIZE[1]}"
    )


def logo(opacity):
    boxes = [(1060, 40, 150, 16), (1060, 72, 90, 16), (1166, 72, 44, 44), (1060, 102, 90, 14)]
    return ",".join(f"drawbox=x={x}:y={y}:w={w}:h={h}:color=white@{opacity}:t=fill" for x, y, w, h in boxes)


def blacked(seconds):
    return f"drawbox=t=fill:color=black:enable='between(t,3,{3 + seconds})'"


def noisy(level):
    return f"aeval=val(0)+{level}*(random(0)-0.5)|val(1)+{level}*(random(1)-0.5):c=same"


def squashed(width, height):
    return f"scale={width}:{height},pad={SIZE[0]}:{SIZE[1]}:(ow-iw)/2:(oh-ih)/2"


FAULTS = (
    Fault("focus", "out of focus", "gblur=sigma=3", "gblur=sigma=7"),
    Fault("shake", "shaking", shaken(14), shaken(40)),
    Fault("exposure", "too dark", "lutyuv=y=16+(val-16)*0.55", "lutyuv=y=16+(val-16)*0.3"),
    Fault("exposure", "burnt out", "lutyuv=y=255-(255-val)*0.25", "lutyuv=y=255-(255-val)*0.08"),
    Fault("black", "black", blacked(1.4), blacked(3)),
    Fault("freeze", "frozen", "loop=loop=60:size=1:start=80", "loop=loop=100:size=1:start=80"),
    Fault("bars", "pillars", squashed(1200, 720), squashed(960, 720)),
    Fault("bars", "letterbox", squashed(1280, 640), squashed(1280, 544)),
    Fault("marks", "corner mark", logo(0.4), logo(1)),
    Fault("loudness", "too quiet", "volume=-22dB", "volume=-45dB", sound=True),
    Fault("loudness", "over full scale", "volume=10dB", "volume=25dB", sound=True),
    Fault("silence", "silent", "volume=0:enable='lt(t,3)'", "volume=0:enable='lt(t,7.8)'", sound=True),
    Fault(
        "clipping", "clipped", "volume=14dB,aformat=s16,volume=-8dB", "volume=30dB,aformat=s16,volume=-8dB",
        sound=True,
    ),
    Fault("noise", "noisy", noisy(0.03), noisy(0.15), sound=True),
)  # fmt: skip


def factory(number, look, random):
    """A drawn scene of a factory."""
    return KINDS[number % len(KINDS)](SIZE, look, random)


def landscape(number, look, random):
    """A slow pan over a texture with the spectrum of a photograph."""
    tall, wide = SIZE[1] + 64, SIZE[0] + 256
    frequency = np.hypot(np.fft.fftfreq(tall)[:, None], np.fft.rfftfreq(wide)[None, :])
    spectrum = np.fft.rfft2(random.normal(size=(tall, wide))) / np.maximum(frequency, 0.002)
    grey = np.fft.irfft2(spectrum, s=(tall, wide))
    grey = 120 + 42 * (grey - grey.mean()) / grey.std()
    tinted = np.stack([grey * share for share in (1.05, 1.0, 0.9)], axis=2)
    ground = Image.fromarray(np.clip(tinted, 0, 255).astype(np.uint8), "RGB")
    return lambda phase: ground.crop((round(128 * phase), 16, round(128 * phase) + SIZE[0], 16 + SIZE[1]))


def mixture(number, look, random):
    """Every other scene drawn, every other a pan; the drawn ones from the end of the list."""
    return (factory if number % 2 else landscape)(SCENES - number, look, random)


CONTENTS = {"factory": (factory, 0), "landscape": (landscape, 1), "mixture": (mixture, 2)}


def make_good(out, content):
    """Eight scenes of one second with the sound of speech, sharp, steady, well lit."""
    kind, seed = CONTENTS[content]
    random = np.random.default_rng(seed)
    with av.open(str(out), "w") as film:
        picture = film.add_stream(
            "libx264", rate=RATE, options={"preset": "ultrafast", "crf": "18", "g": "8"}
        )
        (picture.width, picture.height), picture.pix_fmt = SIZE, "yuv420p"
        sound = film.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="stereo")
        for number in range(SCENES):
            draw = kind(number, PALETTES[(seed + number) % len(PALETTES)], random)
            for step in range(SCENE_FRAMES):
                # Drawing is dear, so each drawing is shown twice, as animation films do it.
                if step % 2 == 0:
                    drawn = av.VideoFrame.from_image(draw(step / SCENE_FRAMES / 4).convert("RGB"))
                    drawn = drawn.reformat(format="yuv420p")
                drawn.pts = None
                film.mux(picture.encode(drawn))
        film.mux(picture.encode(None))
        count = round(Fraction(SCENES * SCENE_FRAMES, RATE) * SAMPLE_RATE_HZ)
        mux_sound(film, sound, babble(count), 2)
    return out


def spoil(good, out, *filters):
    """Encode a film anew with faults of picture and sound."""
    seen = [text for text, sound in filters if not sound]
    heard = [text for text, sound in filters if sound]
    args = ["-y", "-i", str(good)]
    encode = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-g", "8"]
    args += ["-vf", ",".join(seen), *encode] if seen else ["-c:v", "copy"]
    args += ["-af", ",".join(heard), "-c:a", "aac", "-b:a", "160k"] if heard else ["-c:a", "copy"]
    ffmpeg.run([*args, "-pix_fmt", "yuv420p", str(out)])
    return out


def variants():
    """Every fault with both strengths: fault, strength, filter."""
    return [
        (fault, strength, getattr(fault, strength))
        for fault, strength in itertools.product(FAULTS, ("mild", "strong"))
    ]
