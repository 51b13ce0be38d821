"""Good films of three kinds, and the same films with one fault each at two strengths."""

import itertools
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

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


def name_strip():
    """A name and a post on a dark ground at the lower left, as long as the film."""
    words = [(96, 556, 150, 22), (96, 592, 210, 14)]
    ground = (
        "drawbox=x=76:y=540:w=330:h=80:color=0x141418@0.8:t=fill,drawbox=x=76:y=540:w=6:h=80:color=red:t=fill"
    )
    return ",".join(
        [ground, *(f"drawbox=x={x}:y={y}:w={w}:h={h}:color=white:t=fill" for x, y, w, h in words)]
    )


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

# What belongs to good films and looks or sounds a little like a fault: nothing may be called wrong by it.
HARMLESS = (
    Fault("marks", "name strip stays", "", name_strip()),
    Fault("black", "fades", "", "fade=in:0:20,fade=out:180:20"),
    Fault("black", "short rest in black", "", blacked(0.8)),
    Fault("silence", "a pause", "", "volume=0:enable='between(t,3,3.5)'", sound=True),
    Fault(
        "noise",
        "music far below",
        "",
        "aeval=val(0)+0.004*sin(1382*t)|val(1)+0.004*sin(1382*t):c=same",
        sound=True,
    ),
)


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


def interview(number, look, random):
    """A person before a ground far out of focus, with a name strip in half of the scenes and subtitles."""
    ground = Image.fromarray(np.clip(_texture(SIZE, random, 40), 0, 255).astype(np.uint8), "RGB")
    ground = ground.filter(ImageFilter.GaussianBlur(14))
    skin = np.asarray(Image.new("RGB", SIZE, (214, 176, 150)), np.float32) + _texture(SIZE, random, 9) - 120
    skin = Image.fromarray(np.clip(skin, 0, 255).astype(np.uint8), "RGB")
    cloth = _texture(SIZE, random, 26) * np.array(look.mid, np.float32) / 150
    cloth = Image.fromarray(np.clip(cloth, 0, 255).astype(np.uint8), "RGB")
    middle = SIZE[0] * float(random.uniform(0.35, 0.65))
    words = random.integers(14, 34, size=int(random.integers(9, 15)))

    def draw(phase):
        canvas, mask = ground.copy(), Image.new("L", SIZE)
        pen, sway = ImageDraw.Draw(mask), 30 * np.sin(phase * 6)
        pen.ellipse((middle - 260 + sway, 400, middle + 260 + sway, 1100), fill=255)
        canvas.paste(cloth, mask=mask)
        face = Image.new("L", SIZE)
        ImageDraw.Draw(face).ellipse((middle - 110 + sway, 130, middle + 110 + sway, 440), fill=255)
        canvas.paste(skin, mask=face)
        pen = ImageDraw.Draw(canvas)
        for side in (-48, 48):
            x = middle + sway + side
            pen.ellipse((x - 16, 252, x + 16, 268), fill=(36, 28, 26))
            pen.line((x - 26, 232, x + 26, 228), fill=(52, 40, 36), width=5)
        pen.ellipse(
            (middle + sway - 34, 360, middle + sway + 34, 366 + 20 * abs(np.sin(phase * 9))),
            fill=(130, 60, 60),
        )
        _line_of_words(pen, words, 640)
        if number % 2:
            pen.rectangle((76, 540, 420, 620), fill=(24, 24, 28))
            pen.rectangle((76, 540, 84, 620), fill=(180, 40, 30))
            _line_of_words(pen, words[:6], 566, left=110)
        return canvas

    return draw


def screens(number, look, random):
    """Slides and tables: dark or white paper, lines of words, a drawing that grows."""
    paper, ink = ((246, 246, 243), (28, 30, 36)) if number % 3 else ((24, 28, 40), (228, 230, 236))
    ground = Image.new("RGB", SIZE, paper)
    pen = ImageDraw.Draw(ground)
    for row in range(int(random.integers(4, 8))):
        words = random.integers(20, 70, size=int(random.integers(4, 9)))
        _line_of_words(pen, words, 130 + 62 * row, left=90 + 30 * (row % 2), ink=ink, tall=24)
    pen.rectangle((0, 0, SIZE[0], 76), fill=look.mid)
    steps = random.uniform(0.2, 1.0, 9)

    def draw(phase):
        canvas = ground.copy()
        pen = ImageDraw.Draw(canvas)
        for bar, tall in enumerate(steps):
            left, top = 760 + 46 * bar, 620 - 380 * float(tall) * min(1.0, 0.4 + 2.4 * phase)
            pen.rectangle((left, top, left + 32, 620), fill=look.accent, outline=ink)
        pen.line((740, 622, 1190, 622), fill=ink, width=3)
        return canvas

    return draw


def _texture(size, random, strength):
    """Three equal planes of noise with the spectrum of a photograph, around 120."""
    frequency = np.hypot(np.fft.fftfreq(size[1])[:, None], np.fft.rfftfreq(size[0])[None, :])
    grey = np.fft.irfft2(
        np.fft.rfft2(random.normal(size=size[::-1])) / np.maximum(frequency, 0.004), s=size[::-1]
    )
    return np.repeat((120 + strength * (grey - grey.mean()) / grey.std())[:, :, None], 3, axis=2)


def _line_of_words(pen, words, top, *, left=None, ink=(250, 250, 250), tall=30):
    """Draw blocks of strokes as wide as words; in the middle unless told where."""
    at = left if left is not None else (SIZE[0] - sum(words) - 10 * len(words)) // 2
    for wide in words:
        for stroke in range(0, int(wide), 7):
            pen.rectangle((at + stroke, top, at + stroke + 2, top + tall), fill=ink)
        pen.rectangle((at, top + tall // 2, at + int(wide), top + tall // 2 + 2), fill=ink)
        at += int(wide) + 10


CONTENTS = {"factory": (factory, 0), "landscape": (landscape, 1), "mixture": (mixture, 2)}
# Kinds of film that no threshold was chosen on; they only prove.
HELD_OUT = {"interview": (interview, 3), "screens": (screens, 4)}


def make_good(out, content):
    """Eight scenes of one second with the sound of speech, sharp, steady, well lit."""
    kind, seed = (CONTENTS | HELD_OUT)[content]
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


def harmless():
    """What a good film may hold, and the good film as it is (None)."""
    return [None, *HARMLESS]


def confusion(found):
    """Give the lines of the confusion table from verdicts by rule, by content, name and strength.

    Each fault has, for the films on which thresholds were chosen and for those held out, how many of the
    strong and of the mild ones were found, how many could not be decided; then, for each good variant, how
    many films had a rule warned of or failed, and which.
    """
    kinds = {"chosen on": list(CONTENTS), "held out": list(HELD_OUT)}
    lines = [f"| {'fault':<20} | films     | strong found | mild found | undecidable |"]
    lines.append(f"|{'-' * 22}|-----------|--------------|------------|-------------|")
    for fault in FAULTS:
        for kind, contents in kinds.items():
            told = {
                strength: [
                    verdicts[fault.rule]
                    for content in contents
                    if (verdicts := found.get((content, fault.name, strength)))
                ]
                for strength in ("strong", "mild")
            }
            hits = {
                strength: f"{sum(v in {'warn', 'fail'} for v in verdicts)}/{len(verdicts)}"
                for strength, verdicts in told.items()
            }
            unknown = sum(v == "undecidable" for verdicts in told.values() for v in verdicts)
            lines.append(
                f"| {fault.name:<20} | {kind:<9} | {hits['strong']:<12} | {hits['mild']:<10} "
                f"| {unknown:<11} |"
            )
    lines += [
        "",
        f"| {'good film':<20} | films     | false alarms |",
        f"|{'-' * 22}|-----------|--------------|",
    ]
    for variant in harmless():
        name = variant.name if variant else "as it is"
        for kind, contents in kinds.items():
            told = [verdicts for content in contents if (verdicts := found.get((content, name, "good")))]
            alarms = [
                f"{rule} {verdict}"
                for verdicts in told
                for rule, verdict in verdicts.items()
                if verdict in {"warn", "fail"}
            ]
            films = sum(any(v in {"warn", "fail"} for v in verdicts.values()) for verdicts in told)
            lines.append(f"| {name:<20} | {kind:<9} | {films}/{len(told)} {', '.join(sorted(set(alarms)))} |")
    return lines
