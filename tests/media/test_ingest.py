import bisect
import json
from fractions import Fraction

import av
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from media.cli import proxy_command
from media.errors import Cancelled, NotAFilm
from media.ingest import ARTEFACTS, PEAKS_PER_SECOND, ingest
from media.measure import Curve, Measures
from media.pictures import Mark, Region
from media.probe import probe
from media.testfilms import read_barcodes, truncate
from media.timecode import TimeRange
from tests.marks import mostly_slow

from .memory import watched


@pytest.fixture(scope="module")
def looked_at(films, tmp_path_factory):
    """A film of ten seconds: black from 2 to 4, frozen from 5 to 8, a click every second."""
    source = films(frames=250, black=((50, 100),), frozen=((125, 200),))
    out = tmp_path_factory.mktemp("ingest")
    return ingest(source, out), source


def test_everything_the_studio_needs_is_there(looked_at):
    made, _ = looked_at
    names = {path.name for path in made.proxy.parent.iterdir()}
    assert names == {"proxy.mp4", "filmstrip.jpg", "poster.jpg", "waveform.json"}
    assert made.to_json()["proxy"] == "proxy.mp4"
    assert json.loads(json.dumps(made.to_json()))["strip"]["count"] == 10


@pytest.mark.parametrize(
    "rate", mostly_slow([Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(50)], 2)
)
def test_a_frame_of_the_proxy_is_a_frame_of_the_source(films, tmp_path, rate):
    """The studio marks IN and OUT on the proxy, so its numbers have to be the source's."""
    source = films("mkv", frames=round(4 * rate), rate=rate)
    made = ingest(source, tmp_path)
    assert made.proxy_rate == rate
    assert read_barcodes(made.proxy) == list(range(round(4 * rate)))


def shown_at(source, times):
    """Give the numbers of the pictures of a film that are on the screen at these times."""
    with av.open(str(source)) as container:
        starts = [frame.pts * frame.time_base for frame in container.decode(video=0)]
    return [bisect.bisect_right(starts, time + starts[0] + Fraction(1, 1000)) - 1 for time in times]


def proxy_times(proxy):
    with av.open(str(proxy)) as container:
        return [frame.pts * frame.time_base for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    ("recipe", "rate"),
    mostly_slow(
        [
            ({"rate": Fraction(50), "step_pattern": (1, 2, 4, 1, 5, 2)}, 25),
            ({"rate": Fraction(30), "step_pattern": (1, 1, 3, 1, 1, 1, 17)}, 25),
            ({"rate": Fraction(120)}, 25),
            ({"rate": Fraction(60000, 1001)}, Fraction(60000, 1001)),
        ],
        1,
    ),
    ids=["variable", "variable with a hole", "120 a second", "59.94 a second"],
)
def test_scrubbing_shows_what_the_source_shows_at_that_time(films, tmp_path, recipe, rate):
    """Picture k of the proxy stands at k/rate and is what the source shows there, whatever its own steps."""
    source = films(frames=100, sound=None, **recipe)
    made = ingest(source, tmp_path)
    times = proxy_times(made.proxy)
    assert made.proxy_rate == rate
    assert times == [pytest.approx(Fraction(number) / rate, abs=1e-4) for number in range(len(times))]
    assert abs(len(times) / rate - made.info.picture.duration) <= 1 / rate
    assert read_barcodes(made.proxy) == shown_at(source, times)


def test_the_proxy_is_small_seekable_and_audible(looked_at):
    made, _ = looked_at
    info = probe(made.proxy)
    assert (info.picture.width, info.picture.height) == (640, 360)
    assert info.picture.max_key_gap_s <= Fraction(1, 2)
    assert info.sound.codec == "aac"
    content = made.proxy.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def close(found, wanted, slack=Fraction(1, 4)):
    assert len(found) == len(wanted)
    return all(
        abs(span.start - start) <= slack and abs(span.end - end) <= slack
        for span, (start, end) in zip(found, wanted, strict=True)
    )


def test_black_and_frozen_spans_are_found_where_they_are(looked_at):
    """P14."""
    made, _ = looked_at
    assert close(made.measures.black, [(2, 4)])
    assert close(made.measures.freeze, [(5, 8)])


def test_a_freeze_that_lasts_to_the_end_is_found(films, tmp_path):
    made = ingest(films(frames=150, frozen=((50, 150),), sound=None), tmp_path)
    assert close(made.measures.freeze, [(2, 6)])


def test_silence_and_loudness_are_measured(films, tmp_path):
    silent = ingest(films(frames=100, sound="silence"), tmp_path / "silent").measures
    assert close(silent.silence, [(0, 4)])
    assert silent.integrated_lufs is None
    tone = ingest(films(frames=100, sound="tone"), tmp_path / "tone").measures
    assert tone.silence == ()
    # A sine of 0.2 in both channels: 20 log10(0.2) - 3.01 + 3.01 - 0.7 (K weighting at 440 Hz).
    assert -16.0 < tone.integrated_lufs < -13.0
    assert abs(tone.true_peak_dbtp + 14) < 0.5


def test_scene_changes_are_found(films, tmp_path):
    made = ingest(films(frames=150, black=((0, 75),), sound=None), tmp_path)
    assert [cut for cut in made.measures.scene_cuts if abs(cut - 3) <= Fraction(1, 4)]


def test_the_waveform_has_a_peak_for_each_click(looked_at):
    made, _ = looked_at
    wave = json.loads(made.waveform.read_text(encoding="ascii"))
    assert wave["peaks_per_second"] == PEAKS_PER_SECOND
    assert len(wave["peaks"]) == 10 * PEAKS_PER_SECOND
    loud = [place for place, peak in enumerate(wave["peaks"]) if peak > 20]
    assert loud == [second * PEAKS_PER_SECOND for second in range(10)]


def test_the_filmstrip_shows_the_film_at_its_times(looked_at):
    made, _ = looked_at
    strip = made.strip
    with Image.open(made.filmstrip) as sheet:
        assert sheet.size == (strip.tile_width * strip.columns, strip.tile_height * strip.rows)
        grey = np.asarray(sheet.convert("L"), dtype=float)
    tiles = [grey[:, n * strip.tile_width : (n + 1) * strip.tile_width].mean() for n in range(strip.count)]
    assert strip.interval_s == 1
    assert [second for second, level in enumerate(tiles) if level < 20] == [2, 3]


def test_the_poster_is_a_good_picture(looked_at):
    made, _ = looked_at
    with Image.open(made.poster) as poster:
        assert poster.size == (640, 360)
        assert np.asarray(poster.convert("L")).mean() > 60


@pytest.mark.parametrize(
    ("black", "every"),
    [
        (((0, 60), (90, 200)), 25),
        (((0, 110), (115, 250)), 250),
        (((10, 250),), 250),
    ],
    ids=["black start and middle", "lit for a fifth of a second", "lit at the very start only"],
)
def test_the_poster_is_never_black_where_anything_is_lit(films, tmp_path, black, every):
    made = ingest(films(frames=250, black=black, keyframe_every=every, sound=None), tmp_path)
    with Image.open(made.poster) as poster:
        assert np.asarray(poster.convert("L")).mean() > 60


def test_the_poster_of_a_black_film_is_black(films, tmp_path):
    made = ingest(films(frames=30, black=((0, 30),), sound=None), tmp_path)
    with Image.open(made.poster) as poster:
        assert np.asarray(poster.convert("L")).max() < 20


def test_an_upright_film_stays_upright(films, tmp_path):
    made = ingest(films(frames=50, rotation=90, sound=None), tmp_path)
    picture = probe(made.proxy).picture
    assert picture.dar < 1
    with Image.open(made.poster) as poster:
        assert poster.width < poster.height
    assert made.strip.tile_width < made.strip.tile_height


def test_the_command_makes_what_the_studio_shows(films, tmp_path):
    source = films(frames=50)
    told = CliRunner().invoke(proxy_command, [str(source), "-o", str(tmp_path / "out"), "--json"])
    assert told.exit_code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(ARTEFACTS)
    measures = json.loads((tmp_path / "out" / "measures.json").read_text(encoding="ascii"))
    assert json.loads(told.stdout)["measures"] == measures
    assert Measures.from_json(measures).looked_through


def test_the_command_never_writes_over_its_source(films, tmp_path):
    source = tmp_path / "proxy.mp4"
    source.write_bytes(films(frames=50).read_bytes())
    before = source.read_bytes()
    told = CliRunner().invoke(proxy_command, [str(source), "-o", str(tmp_path)])
    assert told.exit_code == 1
    assert "proxy.mp4 would be overwritten" in told.stderr
    assert source.read_bytes() == before


def test_a_film_without_sound_has_an_empty_waveform(films, tmp_path):
    made = ingest(films(frames=50, sound=None), tmp_path)
    assert json.loads(made.waveform.read_text(encoding="ascii"))["peaks"] == []
    assert made.measures.integrated_lufs is None


def test_a_damaged_film_is_ingested_as_far_as_it_goes(films, tmp_path):
    broken = truncate(films("mkv", frames=150, rate=Fraction(25)), tmp_path / "broken.mkv", 0.5)
    made = ingest(broken, tmp_path / "out")
    assert 20 < made.info.picture.frame_count < 150
    assert probe(made.proxy).picture.frame_count <= 150


@pytest.mark.slow
@pytest.mark.parametrize(("stands_s", "most_mib"), [(60, 600), (880, 700)])
def test_a_picture_that_stands_for_minutes_does_not_fill_the_memory(films, tmp_path, stands_s, most_mib):
    """A minute once took 970 MiB; how much waits in queues depends on what else the machine does."""
    steps = (*[1] * 9, 25 * stands_s, *[1] * 10)
    made, peaks_mib = watched(ingest, films("mkv", frames=20, step_pattern=steps, sound=None), tmp_path)
    shown = read_barcodes(made.proxy)
    assert shown == [*range(9), *[9] * (25 * stands_s), *range(10, 20)]
    assert len(peaks_mib) == 1
    assert peaks_mib[0] < most_mib


def test_a_stopped_ingest_leaves_nothing(films, tmp_path):
    with pytest.raises(Cancelled):
        ingest(films(frames=250), tmp_path / "out", should_stop=lambda: True)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_text_is_refused_before_anything_is_written(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_text("not a film", encoding="utf-8")
    with pytest.raises(NotAFilm):
        ingest(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_measures_survive_json():
    measures = Measures(
        black=(TimeRange(Fraction(1, 3), Fraction(2)),), integrated_lufs=-23.1, scene_cuts=(Fraction(7, 5),),
        keys=3, blur=((Fraction(1, 3), 5.25),), shake=Curve(Fraction(2), (0.125, None)),
        luma_mean=Curve(Fraction(2), (110.0,)), content=Region(0.1, 0, 0.9, 1), scenes=7,
        marks=(Mark("top left", 0.5, Region(0, 0, 0.2, 0.2)),), clipped_share=0.01, looked_through=False,
    )  # fmt: skip
    assert Measures.from_json(json.loads(json.dumps(measures.to_json()))) == measures


def test_measures_of_an_older_version_still_open():
    old = {
        "black": [], "freeze": [], "silence": [], "integrated_lufs": -20.0, "true_peak_dbtp": -1.0,
        "loudness_range_lu": 5.0, "scene_cuts": [],
    }  # fmt: skip
    assert Measures.from_json(old) == Measures(
        integrated_lufs=-20.0, true_peak_dbtp=-1.0, loudness_range_lu=5.0
    )
