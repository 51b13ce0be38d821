"""Everything the studio needs of a film, in one decode.

Browser proxy, filmstrip, waveform and all measures come from one run of ffmpeg whose picture is split; only
the poster and a few key frames are taken afterwards, by seeking. `look_through` measures the same and makes
nothing.
"""

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import ffmpeg as graph_builder
import numpy as np
from PIL import Image

from media import ffmpeg, hostile, loudness, measure
from media.deliveries import PROXY
from media.errors import N_, Damaged, Unsupported
from media.ffmpeg import Progress, ShouldStop
from media.files import arriving, room_watched, scratch
from media.graph import Filter, fitted, sampling_offset, sound_span, spaced, within
from media.info import MediaInfo, Problem, VideoStream
from media.keyframes import KeyLook, look_at_keys
from media.measure import Measures, PictureTap, SoundTap
from media.moments import pictures_around, upright
from media.pictures import DARK_HIGH, Luma, brightness
from media.probe import probe

ARTEFACTS = ("proxy.mp4", "poster.jpg", "filmstrip.jpg", "waveform.json", "measures.json")
PEAKS_PER_SECOND = 20
_MOST_TILES, _STRIP_COLUMNS, _TILE_HEIGHT = 100, 10, 90
_WAVE_RATE_HZ = 8000
_POSTER_SIDE = 1280
# A poster is chosen among several moments; a picture of one colour shows nothing, however bright it is.
_LEAST_CHOICE, _MOST_CHOICE, _LEAST_SPREAD = 4, 400, 6.0
_PASS_SHARE = 0.93


@dataclass(frozen=True)
class StripGeometry:
    """How the pictures of a filmstrip lie: tile i (row by row) shows the time i * interval_s."""

    tile_width: int
    tile_height: int
    columns: int
    rows: int
    count: int
    interval_s: Fraction


@dataclass(frozen=True)
class IngestResult:
    """The files made of one film, and what was measured; waveform.json has no peaks without sound."""

    info: MediaInfo
    proxy: Path
    proxy_rate: Fraction
    poster: Path
    filmstrip: Path
    strip: StripGeometry
    waveform: Path
    measures: Measures

    def to_json(self) -> dict[str, Any]:
        """Give everything as JSON, files by their names in the folder of the ingest."""
        strip = self.strip
        return {
            "info": self.info.to_json(),
            "proxy": self.proxy.name,
            "proxy_rate": str(self.proxy_rate),
            "poster": self.poster.name,
            "filmstrip": self.filmstrip.name,
            "strip": {
                "tile_width": strip.tile_width,
                "tile_height": strip.tile_height,
                "columns": strip.columns,
                "rows": strip.rows,
                "count": strip.count,
                "interval_s": float(strip.interval_s),
            },
            "waveform": self.waveform.name,
            "measures": self.measures.to_json(),
        }


def ingest(
    path: Path,
    out_dir: Path,
    *,
    name: str = "",
    info: MediaInfo | None = None,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
    timeout_s: float | None = None,
) -> IngestResult:
    """Make proxy.mp4, filmstrip.jpg, poster.jpg and waveform.json in out_dir and measure the film.

    A film that is damaged somewhere is ingested as far as it can be decoded; its faults are in
    info.problems. Raises what probe raises, Unsupported without a picture, Cancelled, TookTooLong, DiskFull,
    EngineFailed. Files are renamed into place when they are whole.
    """
    shown = name or path.name
    info = info or probe(path, name=shown)
    picture = _picture_of(info, shown)
    out_dir = out_dir.absolute()
    with room_watched(shown):
        out_dir.mkdir(parents=True, exist_ok=True)
    proxy, strip_path, wave = out_dir / "proxy.mp4", out_dir / "filmstrip.jpg", out_dir / "waveform.json"
    strip = _strip_geometry(picture)
    with (
        scratch(out_dir) as folder,
        arriving(proxy, name=shown) as proxy_part,
        arriving(strip_path, name=shown) as strip_part,
    ):
        files = _Outputs.within(folder, proxy_part, strip_part)
        outcome = _run_pass(
            path, info, picture, strip, files, _Run(shown, on_progress, should_stop, timeout_s)
        )
        if not strip_part.exists() or not proxy_part.exists():
            raise _not_one_picture(shown)
        _write_waveform(files.wave, wave, info, shown)
        looks = look_at_keys(path, info)
        info, measures = _measured(info, picture, files, outcome, looks)
        poster = _write_poster(
            path, picture, files.planes, looks, (strip_part, strip), out_dir / "poster.jpg", shown
        )
    if on_progress:
        on_progress(1.0)
    return IngestResult(info, proxy, _proxy_rate(picture), poster, strip_path, strip, wave, measures)


def look_through(
    path: Path,
    *,
    name: str = "",
    info: MediaInfo | None = None,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
    timeout_s: float | None = None,
) -> tuple[MediaInfo, Measures]:
    """Measure a film as ingest does, in one decode, and keep nothing; raises what ingest raises.

    The info that comes back also holds what only decoding could tell.
    """
    shown = name or path.name
    info = info or probe(path, name=shown)
    picture = _picture_of(info, shown)
    with scratch() as folder:
        files = _Outputs.within(folder, None, None)
        run = _Run(shown, on_progress, should_stop, timeout_s)
        outcome = _run_pass(path, info, picture, _strip_geometry(picture), files, run)
        if not files.planes.exists() or not files.planes.stat().st_size:
            raise _not_one_picture(shown)
        info, measures = _measured(info, picture, files, outcome, look_at_keys(path, info))
    if on_progress:
        on_progress(1.0)
    return info, measures


def _picture_of(info: MediaInfo, name: str) -> VideoStream:
    if info.picture is None:
        raise Unsupported(N_("%(name)s has sound but no picture. Upload the film itself."), name=name)
    return info.picture


def _not_one_picture(name: str) -> Damaged:
    return Damaged(
        N_("Not one picture of %(name)s can be decoded. Export the film again and upload it anew."), name=name
    )


@dataclass(frozen=True)
class _Outputs:
    """Where one run writes: two files under temporary names (or neither), and raw planes and samples."""

    proxy: Path | None
    strip: Path | None
    planes: Path
    samples: Path
    wave: Path

    @classmethod
    def within(cls, scratch: Path, proxy: Path | None, strip: Path | None) -> "_Outputs":
        """Put what nobody keeps into a scratch folder."""
        return cls(proxy, strip, scratch / "planes.raw", scratch / "samples.raw", scratch / "wave.raw")


@dataclass(frozen=True)
class _Run:
    """How one run is watched."""

    name: str
    on_progress: Progress | None
    should_stop: ShouldStop | None
    timeout_s: float | None


def _run_pass(
    path: Path, info: MediaInfo, picture: VideoStream, strip: StripGeometry, files: _Outputs, run: _Run
) -> ffmpeg.Outcome:
    tell = run.on_progress
    tap = PictureTap.of(picture, _proxy_rate(picture))
    return ffmpeg.run(
        _pass_args(path, hostile.admit(path, name=run.name).demuxer, info, picture, strip, files),
        duration_s=float(picture.duration),
        frames_per_s=tap.frames_per_window / tap.period_s,
        on_progress=(lambda done: tell(_PASS_SHARE * done)) if tell else None,
        should_stop=run.should_stop,
        timeout_s=run.timeout_s or 300 + 20 * float(picture.duration),
        name=run.name,
        # A source may be damaged in places and still be worth looking at.
        fail_on_error_lines=False,
    )


def _measured(
    info: MediaInfo,
    picture: VideoStream,
    files: _Outputs,
    outcome: ffmpeg.Outcome,
    looks: Sequence[KeyLook],
) -> tuple[MediaInfo, Measures]:
    """Read everything that one run left, and what key frames at full size tell."""
    tap = PictureTap.of(picture, _proxy_rate(picture))
    measures = measure.read_measures(outcome.log, picture.duration, has_sound=info.sound is not None)
    measures = measure.with_planes(measures, files.planes, tap)
    measures = measure.with_samples(measures, files.samples, SoundTap.of(picture.duration))
    measures = measure.with_keys(measures, looks, picture.duration)
    return _with_decode_errors(info, outcome), measures


def _with_decode_errors(info: MediaInfo, outcome: ffmpeg.Outcome) -> MediaInfo:
    """Add what only decoding could tell: that places of the film are damaged (P13)."""
    errors = ffmpeg.error_lines(outcome.log)
    if not errors:
        return info
    found = Problem(
        "decode_errors",
        N_("%(count)s places of the film cannot be decoded. Export it again and upload it anew."),
        {"count": str(len(errors))},
    )
    return dataclasses.replace(info, problems=(*info.problems, found))


def _proxy_rate(picture: VideoStream) -> Fraction:
    """Keep the source's own rate, so that a frame of the proxy is a frame of the source; a grid for VFR."""
    return PROXY.rate if picture.is_vfr or picture.nominal_rate > 60 else picture.nominal_rate


def _strip_geometry(picture: VideoStream) -> StripGeometry:
    interval = max(
        Fraction(1),
        Fraction(math.ceil(picture.duration / _MOST_TILES * measure.LOOK_RATE)) / measure.LOOK_RATE,
    )
    count = max(1, math.ceil(picture.duration / interval))
    width = max(2, 2 * round(_TILE_HEIGHT * picture.dar / 2))
    return StripGeometry(
        tile_width=min(width, 320),
        tile_height=_TILE_HEIGHT,
        columns=min(count, _STRIP_COLUMNS),
        rows=math.ceil(count / _STRIP_COLUMNS),
        count=count,
        interval_s=interval,
    )


def _pass_args(
    path: Path,
    demuxer: str,
    info: MediaInfo,
    picture: VideoStream,
    strip: StripGeometry,
    files: _Outputs,
) -> list[str]:
    rate = _proxy_rate(picture)
    source = graph_builder.input(
        hostile.address(path),
        f=demuxer,
        protocol_whitelist=hostile.PROTOCOLS,
        max_pixels=hostile.MAX_PIXELS,
        # Pictures that no other refers to keep the edges of their blocks, which a third of the size does not
        # show (54.7 dB at the worst); a tenth of the decode is saved and nothing can drift.
        skip_loop_filter="noref",
    )
    frames = math.ceil(picture.duration * rate)
    width, height = _proxy_size(picture)
    small = [
        Filter("scale", {"w": str(width), "h": str(height), "flags": "fast_bilinear", "out_range": "tv"})
    ]
    # Scaled before it is repeated: all that one picture becomes is made at once and waits in the graph, so
    # what stands for minutes has to be one and the same picture in memory.
    chain = [
        *within(picture, picture.duration),
        *small,
        Filter("setsar", {"sar": "1"}),
        *spaced(picture, Fraction(0), rate, frames),
    ]
    scaled = _applied(source[str(picture.index)], chain)
    # A split nobody takes from is refused, so there are only as many as are asked for.
    whole = scaled.split() if files.proxy is None else scaled.filter_multi_output("split", 3)
    outs = [_raw(_applied(whole[0], PictureTap.of(picture, rate).filters()), files.planes)]
    look = _applied(
        whole[1],
        [
            Filter("fps", {"fps": str(measure.LOOK_RATE), "round": "up", "start_time": "0"}),
            *measure.picture_meters(),
        ],
    )
    sound, heard = info.sound, None
    if sound is not None:
        span = sound_span(picture, sound, Fraction(0), picture.duration, PROXY.audio_rate_hz)
        heard = _applied(source[str(sound.index)], span).filter_multi_output(
            "asplit", 2 if files.proxy is None else 4
        )
        metered = _applied(heard[0], [*measure.sound_meters(), loudness.meter()])
        outs.append(metered.output("pipe:", format="null"))
        tapped = _applied(heard[1], SoundTap.of(picture.duration).filters())
        outs.append(tapped.output(str(files.samples), format="s16le", **{"c:a": "pcm_s16le"}))
    if files.proxy is None or files.strip is None:
        outs.append(look.output("pipe:", format="null"))
    else:
        looked = look.split()
        outs.append(looked[1].output("pipe:", format="null"))
        tiles = _applied(
            looked[0],
            [
                Filter("fps", {"fps": str(1 / strip.interval_s), "round": "up", "start_time": "0"}),
                Filter("scale", {"w": str(strip.tile_width), "h": str(strip.tile_height), "flags": "area"}),
                Filter("tile", {"layout": f"{strip.columns}x{strip.rows}"}),
            ],
        )
        outs.append(
            tiles.output(
                str(files.strip), format="image2", update=1,
                **{"frames:v": 1, "c:v": "mjpeg", "q:v": 4, "pix_fmt": "yuvj420p"},
            )
        )  # fmt: skip
        proxy_streams = [_applied(whole[2], [Filter("format", {"pix_fmts": "yuv420p"})])]
        if heard is not None:
            proxy_streams.append(heard[2])
            outs.append(
                heard[3].output(
                    str(files.wave), format="s16le", ac=1, ar=_WAVE_RATE_HZ, **{"c:a": "pcm_s16le"}
                )
            )
        options = _proxy_options(rate, sound=heard is not None)
        outs.append(graph_builder.output(*proxy_streams, str(files.proxy), **options))
    args: list[str] = graph_builder.merge_outputs(*outs).get_args()
    # ffmpeg-python can only name a pipe; what goes nowhere must not mix with the progress on the pipe.
    # Threads of filters would cost more than they save at this size, and hold pictures.
    return [
        "-y",
        "-copyts",
        "-filter_complex_threads",
        "1",
        *("-" if word == "pipe:" else word for word in args),
    ]


def _raw(stream: Any, out: Path) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
    # Left to itself ffmpeg would fill the gaps between the chosen pictures with copies.
    return stream.output(
        str(out), format="rawvideo", pix_fmt="gray", fps_mode="passthrough", **{"c:v": "rawvideo"}
    )


def _proxy_size(picture: VideoStream) -> tuple[int, int]:
    """Fit into 640 x 360, or 360 x 640 for an upright film; never larger than the source."""
    upright_film = picture.dar < 1
    box = (PROXY.height, PROXY.width) if upright_film else (PROXY.width, PROXY.height)
    return fitted(picture, *box)


def _proxy_options(rate: Fraction, *, sound: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "format": "mp4", "c:v": "libx264", "preset": PROXY.preset, "crf": PROXY.crf,
        "profile:v": PROXY.profile,
        "g": max(1, math.floor(PROXY.keyframe_s * rate)), "pix_fmt": "yuv420p", "bf": 0, "tune": "fastdecode",
        # More threads would cost a third more CPU, and the decode beside it is the slower of the two.
        "threads": 1,
        "map_metadata": -1, "map_chapters": -1, "movflags": "+faststart",
    }  # fmt: skip
    return options | ({"c:a": "aac", "b:a": PROXY.audio_bit_rate, "ac": 2} if sound else {})


def _applied(stream: Any, chain: list[Filter]) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
    for step in chain:
        stream = stream.filter(step.name, **step.options)
    return stream


def _write_waveform(samples: Path, wave: Path, info: MediaInfo, name: str) -> None:
    peaks: list[int] = []
    if samples.exists():
        step = _WAVE_RATE_HZ // PEAKS_PER_SECOND
        levels = np.abs(np.fromfile(samples, dtype="<i2").astype(np.int32))
        padded = np.pad(levels, (0, -len(levels) % step))
        peaks = [int(value) for value in (padded.reshape(-1, step).max(axis=1) * 100 + 16383) // 32767]
    told = {
        "version": 1,
        "peaks_per_second": PEAKS_PER_SECOND,
        "duration_s": round(float(info.duration), 3),
        "peaks": [min(100, value) for value in peaks],
    }
    with arriving(wave, name=name) as part:
        part.write_text(json.dumps(told, separators=(",", ":")), encoding="ascii")


def _write_poster(
    path: Path,
    picture: VideoStream,
    planes: Path,
    looks: Sequence[KeyLook],
    sheet: tuple[Path, StripGeometry],
    poster: Path,
    name: str,
) -> Path:
    """Take the picture at the best moment; where the source cannot be read there, the tile of that moment."""
    moment = _best_moment(planes, looks, picture)
    try:
        _, frame, _ = pictures_around(path, picture, moment + sampling_offset(picture, picture.nominal_rate))
    except av.error.FFmpegError:
        frame = None
    image = _tile(*sheet, moment) if frame is None else upright(frame, picture)
    width, height = picture.display_width, picture.display_height
    scale = min(1.0, _POSTER_SIDE / max(width, height))
    image = image.resize(
        (max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.LANCZOS
    )
    with arriving(poster, name=name) as part:
        image.convert("RGB").save(part, "JPEG", quality=86, optimize=True)
    return poster


def _best_moment(planes: Path, looks: Sequence[KeyLook], picture: VideoStream) -> Fraction:
    """Choose the moment with the most to see: not black, not burnt out, sharp, and not at the very edge.

    A key frame is preferred, because it is coded best and costs one picture; where none is lit (a film of one
    key frame, black scenes at every other one), the planes of the whole film are looked at.
    """
    # Openings and endings are titles and fades; the inner four fifths are the film.
    edge = picture.duration / 10
    lit = [look for look in looks if edge <= look.time_s <= picture.duration - edge and _is_lit(look.luma)]
    if len(lit) >= _LEAST_CHOICE:
        return max(lit, key=lambda look: _interest(look.luma)).time_s
    tap = PictureTap.of(picture, _proxy_rate(picture))
    frames = tap.read(planes)
    if not len(frames):
        return Fraction(0)
    times = tap.times(len(frames))
    step = max(1, len(frames) // _MOST_CHOICE)
    inner = [at for at, time in enumerate(times) if edge <= time <= picture.duration - edge]
    # Every plane and the edges too only where nothing else is lit.
    choices = [at for at in inner[::step] if _is_lit(frames[at])] or [
        at for at in range(len(frames)) if _is_lit(frames[at])
    ]
    best = max(choices or range(len(frames)), key=lambda at: _interest(frames[at]))
    return min(times[best], picture.duration - 1 / picture.nominal_rate)


def _tile(sheet: Path, strip: StripGeometry, moment: Fraction) -> Image.Image:
    """Cut the tile of a moment out of the filmstrip."""
    row, column = divmod(min(math.floor(moment / strip.interval_s), strip.count - 1), strip.columns)
    left, top = column * strip.tile_width, row * strip.tile_height
    with Image.open(sheet) as opened:
        return opened.convert("RGB").crop((left, top, left + strip.tile_width, top + strip.tile_height))


def _is_lit(luma: Luma) -> bool:
    """Say whether a tenth of a picture is bright enough to be seen, and there is something to see."""
    return brightness(luma)[1] >= DARK_HIGH and float(luma.std()) >= _LEAST_SPREAD


def _interest(luma: Luma) -> float:
    grey = luma.astype(np.float32)
    mean, spread = float(grey.mean()), float(grey.std())
    sharp = float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())
    exposure = 1.0 - min(1.0, abs(mean - 115.0) / 115.0)
    return exposure * (spread + 2.0 * sharp)
