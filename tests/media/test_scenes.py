import numpy as np
import pytest

from media.scenes import PALETTES, skyline

SIZE = (1920, 1080)


@pytest.mark.parametrize("seed", range(12))
def test_a_skyline_fills_the_width_whatever_the_seed(seed):
    """A last block narrower than its gap once stopped the demonstration."""
    picture = skyline(SIZE, PALETTES[0], np.random.default_rng(seed))(0.0)
    assert picture.size == SIZE
