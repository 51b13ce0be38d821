from fractions import Fraction

import pytest
from PIL import Image

from media.errors import Cancelled
from media.firstlook import TILES, first_look
from media.testfilms import make_test_film


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return make_test_film(
        tmp_path_factory.mktemp("looks") / "film.mp4", frames=250, rate=Fraction(25), size=(640, 360)
    )


def test_a_poster_and_twenty_tiles_are_made(film, tmp_path):
    look = first_look(film, tmp_path)
    with Image.open(look.poster) as poster, Image.open(look.strip) as strip:
        assert (poster.size, strip.size) == ((640, 360), (1600, 180))
    assert (look.count, look.columns, look.rows, look.interval_s) == (TILES, 10, 2, Fraction(1, 2))


def test_it_stops_when_told(film, tmp_path):
    with pytest.raises(Cancelled):
        first_look(film, tmp_path, should_stop=lambda: True)
    assert list(tmp_path.iterdir()) == []
