"""Moving pictures of an imagined factory, drawn by Pillow and numpy, each a loop without a seam.

A scene is a function of the phase (0 to 1) that draws on a fresh copy of its own background. Everything that
does not move is drawn once.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

Canvas = Image.Image
Drawer = Callable[[float], Canvas]
Colour = tuple[int, int, int]
Size = tuple[int, int]

_TURN = 2 * math.pi


@dataclass(frozen=True)
class Palette:
    """The colours of one film."""

    deep: Colour
    mid: Colour
    light: Colour
    accent: Colour


PALETTES = (
    Palette((14, 30, 52), (38, 84, 124), (206, 226, 240), (240, 128, 60)),
    Palette((22, 40, 34), (52, 110, 88), (214, 236, 220), (232, 180, 64)),
    Palette((44, 22, 30), (122, 48, 60), (244, 224, 214), (232, 112, 92)),
    Palette((26, 24, 48), (84, 78, 150), (224, 222, 244), (96, 200, 210)),
)


def backdrop(size: Size, top: Colour, bottom: Colour) -> Canvas:
    """Draw a quiet slope of colour from top to bottom."""
    rows = np.linspace(np.array(top, np.float32), np.array(bottom, np.float32), size[1])
    return Image.fromarray(np.repeat(rows[:, None, :], size[0], axis=1).astype(np.uint8), "RGB")


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Give the colour between two others."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def gears(size: Size, look: Palette, random: np.random.Generator) -> Drawer:
    """Draw meshing gears that turn."""
    ground = backdrop(size, mixed(look.deep, look.mid, 0.3), look.deep)
    height = size[1]
    wheels = (
        (0.34, 0.46, 0.27, 16, 1, look.mid),
        (0.34 + 0.43 * height / size[0], 0.68, 0.20, 12, -1, look.accent),
        (0.74, 0.33, 0.24, 14, 1, mixed(look.mid, look.light, 0.4)),
    )
    shift = float(random.uniform(0, 1))

    def draw(phase: float) -> Canvas:
        canvas = ground.copy()
        pen = ImageDraw.Draw(canvas)
        for x, y, radius, teeth, way, colour in wheels:
            # Four teeth further is the same picture again.
            turn = way * (phase * 4 + shift) * _TURN / teeth
            centre, reach = (x * size[0], y * size[1]), radius * height
            _gear(pen, centre, reach, teeth, turn, colour, look.deep)
        return canvas

    return draw


def _gear(
    pen: ImageDraw.ImageDraw,
    centre: tuple[float, float],
    reach: float,
    teeth: int,
    turn: float,
    fill: Colour,
    hole: Colour,
) -> None:
    points = []
    for tooth in range(teeth):
        for part, radius in ((-0.30, 0.86), (-0.18, 1.0), (0.18, 1.0), (0.30, 0.86)):
            angle = turn + (tooth + part) * _TURN / teeth
            points.append(
                (centre[0] + reach * radius * math.cos(angle), centre[1] + reach * radius * math.sin(angle))
            )
    pen.polygon(points, fill=fill)
    for spoke in range(5):
        angle = turn + spoke * _TURN / 5
        x, y = centre[0] + reach * 0.52 * math.cos(angle), centre[1] + reach * 0.52 * math.sin(angle)
        pen.circle((x, y), reach * 0.16, fill=hole)
    pen.circle(centre, reach * 0.17, fill=hole)


def circuit(size: Size, look: Palette, random: np.random.Generator) -> Drawer:
    """Draw a circuit board on which pulses run along the tracks."""
    ground = backdrop(size, mixed(look.deep, (8, 70, 52), 0.5), look.deep)
    pen = ImageDraw.Draw(ground)
    tracks = [_track(size, random) for _ in range(26)]
    line = mixed(look.mid, look.light, 0.25)
    for track in tracks:
        pen.line(track, fill=line, width=5, joint="curve")
        for end in (track[0], track[-1]):
            pen.circle(end, 12, fill=line)
            pen.circle(end, 5, fill=look.deep)
    centre_box = (size[0] * 0.40, size[1] * 0.34, size[0] * 0.60, size[1] * 0.66)
    pen.rounded_rectangle(centre_box, 18, fill=mixed(look.deep, (0, 0, 0), 0.4), outline=look.light, width=4)
    offsets = random.uniform(0, 1, len(tracks))

    def draw(phase: float) -> Canvas:
        canvas = ground.copy()
        pen = ImageDraw.Draw(canvas)
        for track, offset in zip(tracks, offsets, strict=True):
            for tail in range(4):
                spot = _along(track, (phase * 2 + float(offset) - tail * 0.012) % 1)
                pen.circle(spot, 11 - 2 * tail, fill=mixed(look.accent, look.light, 0.5 - tail * 0.12))
        glow = 0.5 + 0.5 * math.sin(phase * _TURN * 3)
        inner = tuple(value + (30 if side < 2 else -30) for side, value in enumerate(centre_box))
        pen.rounded_rectangle(inner, 12, outline=mixed(look.deep, look.accent, glow), width=6)
        return canvas

    return draw


def _track(size: Size, random: np.random.Generator) -> list[tuple[float, float]]:
    x, y = float(random.uniform(0.03, 0.97) * size[0]), float(random.uniform(0.05, 0.95) * size[1])
    points = [(x, y)]
    for step in range(4):
        reach = float(random.uniform(90, 320)) * (1 if random.random() < 0.5 else -1)
        x, y = (x + reach, y) if step % 2 else (x, y + reach * 0.6)
        points.append((min(max(x, 20), size[0] - 20), min(max(y, 20), size[1] - 20)))
    return points


def _along(points: list[tuple[float, float]], share: float) -> tuple[float, float]:
    lengths = [math.dist(a, b) for a, b in itertools.pairwise(points)]
    left = share * sum(lengths)
    for (a, b), length in zip(itertools.pairwise(points), lengths, strict=True):
        if left <= length:
            part = left / length if length else 0.0
            return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        left -= length
    return points[-1]


def charts(size: Size, look: Palette, random: np.random.Generator) -> Drawer:
    """Draw rising columns and a curve over a grid."""
    ground = backdrop(size, (248, 248, 246), mixed(look.light, (255, 255, 255), 0.2))
    pen = ImageDraw.Draw(ground)
    left, right, top, bottom = size[0] * 0.10, size[0] * 0.92, size[1] * 0.14, size[1] * 0.80
    for row in range(6):
        y = bottom - (bottom - top) * row / 5
        pen.line((left, y, right, y), fill=(206, 208, 210), width=2)
    heights = np.sort(random.uniform(0.25, 0.95, 10))
    slot = (right - left) / len(heights)

    def draw(phase: float) -> Canvas:
        canvas = ground.copy()
        pen = ImageDraw.Draw(canvas)
        curve = []
        for number, height in enumerate(heights):
            sway = 0.82 + 0.18 * math.sin(_TURN * (phase * 2 - number / 10))
            x, y = left + slot * number, bottom - (bottom - top) * float(height) * sway
            colour = look.accent if number == len(heights) - 1 else mixed(look.mid, look.light, 0.15)
            pen.rectangle((x + slot * 0.2, y, x + slot * 0.8, bottom), fill=colour)
            curve.append((x + slot / 2, y - 60 - 20 * math.cos(_TURN * (phase + number / 5))))
        pen.line(curve, fill=look.deep, width=7, joint="curve")
        for spot in curve:
            pen.circle(spot, 11, fill=(255, 255, 255), outline=look.deep, width=5)
        return canvas

    return draw


def conveyor(size: Size, look: Palette, random: np.random.Generator) -> Drawer:
    """Draw a production line: boxes on a belt, and an arm that reaches for them."""
    ground = backdrop(size, mixed(look.light, look.mid, 0.25), mixed(look.light, (255, 255, 255), 0.3))
    pen = ImageDraw.Draw(ground)
    width, height = size
    for window in range(6):
        x = width * (0.03 + window * 0.165)
        pen.rectangle(
            (x, height * 0.06, x + width * 0.13, height * 0.26), fill=mixed(look.mid, (255, 255, 255), 0.7)
        )
    belt = height * 0.74
    pen.rectangle((0, belt, width, belt + 64), fill=look.deep)
    gap = width / 5
    tints = [mixed(look.accent, look.light, float(random.uniform(0, 0.5))) for _ in range(5)]

    def draw(phase: float) -> Canvas:
        canvas = ground.copy()
        pen = ImageDraw.Draw(canvas)
        for box in range(-1, 6):
            x = (box + phase * 5 % 5) * gap % (gap * 6) - gap
            tint = tints[box % 5]
            pen.rectangle((x, belt - 150, x + 190, belt), fill=tint, outline=look.deep, width=4)
            pen.line((x + 95, belt - 150, x + 95, belt), fill=mixed(tint, look.deep, 0.3), width=10)
        for roller in range(16):
            x, turn = width * (roller + 0.5) / 16, phase * _TURN * 6
            pen.circle((x, belt + 32), 22, fill=mixed(look.mid, look.light, 0.3))
            pen.line(
                (x, belt + 32, x + 20 * math.cos(turn), belt + 32 + 20 * math.sin(turn)),
                fill=look.deep,
                width=5,
            )
        _arm(pen, size, phase, look)
        return canvas

    return draw


def _arm(pen: ImageDraw.ImageDraw, size: Size, phase: float, look: Palette) -> None:
    base = (size[0] * 0.66, size[1] * 0.10)
    first = math.pi / 2 + 0.45 * math.sin(phase * _TURN * 2)
    second = first + 0.7 * math.cos(phase * _TURN * 2) - 0.2
    elbow = (base[0] + 280 * math.cos(first), base[1] + 280 * math.sin(first))
    hand = (elbow[0] + 220 * math.cos(second), elbow[1] + 220 * math.sin(second))
    pen.line((base, elbow), fill=look.accent, width=46)
    pen.line((elbow, hand), fill=mixed(look.accent, look.deep, 0.25), width=34)
    for joint, radius in ((base, 52), (elbow, 36), (hand, 24)):
        pen.circle(joint, radius, fill=look.deep)
        pen.circle(joint, radius // 2, fill=look.light)


def field(size: Size, look: Palette, random: np.random.Generator) -> Drawer:
    """Draw slow waves of colour, as an opening under a title."""
    rows, columns = 68, 120
    ys, xs = np.mgrid[0:rows, 0:columns] / 20.0
    bend = random.uniform(0.6, 1.4, 3)
    deep, mid, accent = (np.array(colour, np.float32) for colour in (look.deep, look.mid, look.accent))

    def draw(phase: float) -> Canvas:
        turn = phase * _TURN
        wave = (
            np.sin(xs * bend[0] + turn)
            + np.sin(ys * bend[1] * 1.4 - turn)
            + np.sin((xs + ys) * bend[2] + turn)
        )
        level = ((wave + 3) / 6)[..., None].astype(np.float32)
        colours = deep + (mid - deep) * level + (accent - mid) * np.clip(level - 0.78, 0, 1)
        return Image.fromarray(colours.clip(0, 255).astype(np.uint8), "RGB").resize(
            size, Image.Resampling.BICUBIC
        )

    return draw


def network(size: Size, look: Palette, random: np.random.Generator) -> Drawer:
    """Draw drifting points that join hands when they come near: people and ideas."""
    ground = backdrop(size, look.deep, mixed(look.deep, look.mid, 0.5))
    homes, reach = random.uniform(0.05, 0.95, (46, 2)), random.uniform(0.02, 0.07, (46, 2))
    starts = random.uniform(0, _TURN, (46, 2))

    def draw(phase: float) -> Canvas:
        canvas = ground.copy()
        pen = ImageDraw.Draw(canvas)
        spots = (homes + reach * np.sin(starts + phase * _TURN)) * np.array(size)
        distances = np.linalg.norm(spots[:, None] - spots[None], axis=2)
        for one, other in zip(*np.where(np.triu(distances < 300, 1)), strict=True):
            tint = mixed(look.light, look.deep, min(1.0, float(distances[one, other]) / 300))
            pen.line((*spots[one], *spots[other]), fill=tint, width=3)
        for number, (x, y) in enumerate(spots):
            pen.circle(
                (x, y), 16 if number % 5 == 0 else 9, fill=look.accent if number % 5 == 0 else look.light
            )
        return canvas

    return draw


def turbine(size: Size, look: Palette, random: np.random.Generator) -> Drawer:
    """Draw a globe of wires with rings that turns in space."""
    ground = backdrop(size, mixed(look.deep, (0, 0, 0), 0.3), mixed(look.deep, look.mid, 0.4))
    radius, tilt = size[1] * 0.36, float(random.uniform(0.3, 0.5))
    latitudes = np.linspace(-math.pi / 2, math.pi / 2, 13)

    def draw(phase: float) -> Canvas:
        canvas = ground.copy()
        pen = ImageDraw.Draw(canvas)
        turn = phase * _TURN / 6
        for wire in range(12):
            longitude = turn + wire * _TURN / 12
            x, z = np.cos(latitudes) * np.cos(longitude), np.cos(latitudes) * np.sin(longitude)
            y = np.sin(latitudes)
            flat_y = y * math.cos(tilt) - z * math.sin(tilt)
            near = float(math.sin(longitude) + 1) / 2
            points = list(zip(size[0] / 2 + radius * x, size[1] * 0.46 - radius * flat_y, strict=True))
            pen.line(
                [(float(a), float(b)) for a, b in points], fill=mixed(look.mid, look.light, near), width=5
            )
        for ring, stretch in ((1.25, 0.34), (1.5, 0.42)):
            wide, high = radius * ring, radius * stretch
            box = (size[0] / 2 - wide, size[1] * 0.46 - high, size[0] / 2 + wide, size[1] * 0.46 + high)
            start = phase * 360 * (1 if ring < 1.4 else -1)
            pen.arc(box, start, start + 250, fill=look.accent, width=9)
        return canvas

    return draw


def skyline(size: Size, look: Palette, random: np.random.Generator) -> Drawer:
    """Draw the park's buildings passing by in two layers under a sky."""
    sky = backdrop(size, mixed(look.mid, (190, 220, 250), 0.7), mixed(look.light, (255, 244, 226), 0.6))
    far = _blocks(size, random, mixed(look.mid, look.light, 0.55), 0.30, windows=None)
    near = _blocks(
        size, random, mixed(look.deep, look.mid, 0.35), 0.46, windows=mixed(look.accent, look.light, 0.6)
    )

    def draw(phase: float) -> Canvas:
        canvas = sky.copy()
        pen = ImageDraw.Draw(canvas)
        sway = math.sin(phase * _TURN)
        pen.circle(
            (size[0] * (0.75 + 0.03 * sway), size[1] * 0.2), 80, fill=mixed(look.accent, (255, 250, 220), 0.6)
        )
        for layer, laps in ((far, 1), (near, 2)):
            # A layer is as wide as the picture, so that whole laps bring it back to its start.
            shift = round(phase * laps * size[0]) % size[0]
            canvas.paste(layer, (-shift, 0), layer)
            canvas.paste(layer, (size[0] - shift, 0), layer)
        return canvas

    return draw


_GAP = 12


def _blocks(
    size: Size, random: np.random.Generator, colour: Colour, tall: float, *, windows: Colour | None
) -> Canvas:
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    x = 0
    while x < size[0]:
        width = int(random.integers(90, 220))
        height = int(size[1] * random.uniform(tall * 0.5, tall))
        right = min(x + width, size[0])
        x += width
        if right - (x - width) <= _GAP:
            # What is left of the width holds no block beside its gap.
            break
        pen.rectangle((x - width, size[1] - height, right - _GAP, size[1]), fill=colour)
        if windows:
            for wx in range(x - width + 18, right - 40, 34):
                for wy in range(size[1] - height + 24, size[1] - 30, 46):
                    if random.random() < 0.6:
                        pen.rectangle((wx, wy, wx + 16, wy + 24), fill=windows)
    return layer


def voice(size: Size, look: Palette, random: np.random.Generator) -> Drawer:
    """Draw a person speaking: a figure at a desk and the bars of a voice."""
    ground = backdrop(size, mixed(look.mid, look.light, 0.6), mixed(look.mid, look.deep, 0.2))
    pen = ImageDraw.Draw(ground)
    width, height = size
    pen.rounded_rectangle((width * 0.06, height * 0.10, width * 0.42, height * 0.52), 10, fill=look.deep)
    weights, starts = random.uniform(0.4, 1.0, 22), random.uniform(0, _TURN, 22)

    def draw(phase: float) -> Canvas:
        canvas = ground.copy()
        pen = ImageDraw.Draw(canvas)
        sway, nod = 10 * math.sin(phase * _TURN), 6 * math.sin(phase * _TURN * 3)
        x, y = width * 0.68 + sway, height * 0.36 + nod
        pen.ellipse((x - 250, y + 150, x + 250, y + 900), fill=mixed(look.deep, look.mid, 0.3))
        pen.polygon(((x - 60, y + 165), (x + 60, y + 165), (x, y + 380)), fill=look.light)
        pen.ellipse((x - 120, y - 160, x + 120, y + 160), fill=(226, 190, 164))
        pen.pieslice((x - 128, y - 178, x + 128, y + 110), 180, 360, fill=(40, 34, 36))
        lips = 8 + 8 * abs(math.sin(phase * _TURN * 9))
        pen.ellipse((x - 30, y + 80 - lips / 2, x + 30, y + 80 + lips / 2), fill=(150, 70, 70))
        for bar in range(22):
            tall = float(weights[bar]) * (0.35 + 0.65 * abs(math.sin(float(starts[bar]) + phase * _TURN * 4)))
            middle, left = height * 0.31, width * (0.085 + bar * 0.0145)
            pen.rectangle((left, middle - tall * 150, left + 16, middle + tall * 150), fill=look.accent)
        pen.rectangle((0, height * 0.82, width, height), fill=mixed(look.deep, (96, 66, 44), 0.4))
        return canvas

    return draw


KINDS = (skyline, conveyor, gears, circuit, network, turbine, charts, voice)
OPENING = field
