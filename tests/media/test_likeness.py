import functools
import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from media.likeness import chroma, distance, fingerprint
from media.photo_rules import PhotoSpec


@functools.cache
def scene(seed, size=(360, 240)):
    """A picture with the spectrum of a photograph."""
    random = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(size[1])[:, None], np.fft.rfftfreq(size[0])[None, :])
    planes = [
        np.fft.irfft2(
            np.fft.rfft2(random.normal(size=size[::-1])) / np.maximum(frequency, 0.002), s=size[::-1]
        )
        for _ in range(3)
    ]
    stack = np.stack([120 + 45 * (plane - plane.mean()) / plane.std() for plane in planes], axis=2)
    return Image.fromarray(np.clip(stack, 0, 255).astype(np.uint8), "RGB")


def saved_anew(image):
    told = io.BytesIO()
    image.save(told, "JPEG", quality=25)
    return Image.open(told).convert("RGB")


@pytest.mark.parametrize(
    "change",
    [
        saved_anew,
        lambda image: image.resize((120, 80)),
        lambda image: image.filter(ImageFilter.GaussianBlur(2)),
        lambda image: ImageEnhance.Contrast(image).enhance(1.2),
        lambda image: image.crop((5, 3, 355, 237)),
    ],
)
def test_copies_of_a_photo_are_alike(change):
    limit = PhotoSpec().alike_bits
    assert [distance(fingerprint(scene(n)), fingerprint(change(scene(n)))) <= limit for n in range(6)] == [
        True
    ] * 6


def test_other_photos_and_mirrored_ones_are_not():
    prints = [fingerprint(scene(seed)) for seed in range(12)]
    others = [distance(one, other) for at, one in enumerate(prints) for other in prints[:at]]
    assert min(others) > PhotoSpec().alike_bits
    assert distance(prints[0], fingerprint(ImageOps.mirror(scene(0)))) > PhotoSpec().alike_bits


def test_one_coloured_thing_before_a_grey_wall_is_colour():
    wall = Image.new("RGB", (600, 400), (150, 150, 150))
    assert chroma(wall) == 0
    wall.paste((200, 60, 40), (0, 0, 180, 140))
    assert chroma(wall) > 100
