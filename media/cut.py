"""Cut an edit list to a delivery: frame-exact, verified, and in place only when it is whole.

Each range is one input that is sought to shortly before its start; which pictures are taken is decided by
their time stamps, not by where the seek landed. The result is decoded and compared with the source before it
is renamed.
"""

import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av.error
import ffmpeg as graph_builder

from media import ffmpeg, hostile, loudness
from media.deliveries import MASTER, Delivery
from media.dress import Dress
from media.errors import N_, Cancelled, CutFailed, Damaged, EngineFailed, NotAFilm, Unsupported
from media.ffmpeg import Progress, ShouldStop
from media.files import arriving, sha256_of
from media.graph import Filter, on_grid, seconds, sound_span, to_frame
from media.info import MediaInfo
from media.lane import LanePlan, NoLane, Piece, plan_lane
from media.lane_write import TICKS, write_track
from media.loudness import LoudnessReading
from media.plan import EditList, RenderPlan, Segment, plan
from media.probe import probe
from media.reasons import Reason, in_english
from media.verify import verify

_MEASURE_SHARE, _ENCODE_SHARE = 0.06, 0.84
# The edges' part of the encoding share, in the fast lane.
_EDGE_SHARE = 0.3
_PREROLL_S = Fraction(1, 2)
_QUEUE = 8


@dataclass(frozen=True)
class CutResult:
    """A finished clip and what its verification found; notes say what could not be reached."""

    path: Path
    frames: int
    duration: Fraction
    rate: Fraction
    width: int
    height: int
    lane: str
    reasons: tuple[Reason, ...]
    integrated_lufs: float | None
    true_peak_dbtp: float | None
    sha256: str
    size_bytes: int
    notes: tuple[Reason, ...] = ()

    @property
    def reason(self) -> str:
        """Why this lane, in short English sentences."""
        return in_english(self.reasons)

    def to_json(self) -> dict[str, object]:
        """Give the result as a program reads it; the path is only its name."""
        return {
            "file": self.path.name,
            "frames": self.frames,
            "duration_s": float(self.duration),
            "rate": str(self.rate),
            "width": self.width,
            "height": self.height,
            "lane": self.lane,
            "reason": self.reason,
            "reasons": [reason.to_json() for reason in self.reasons],
            "integrated_lufs": self.integrated_lufs,
            "true_peak_dbtp": self.true_peak_dbtp,
            "sha256": self.sha256,
            "size_bytes": self.size_bytes,
            "notes": [note.to_json() | {"text": str(note)} for note in self.notes],
        }


def cut(  # noqa: PLR0913 - all by name, most with a default
    edit_list: EditList,
    out_path: Path,
    delivery: Delivery = MASTER,
    *,
    dress: Dress | None = None,
    infos: Mapping[Path, MediaInfo] | None = None,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
    timeout_s: float | None = None,
    preset: str | None = None,
    lane: Literal["auto", "encode"] = "auto",
    threads: int | None = None,
) -> CutResult:
    """Cut the ranges of an edit list, in order, into one film (A12, A15).

    Where the sources already are the delivery, whole groups of pictures are copied ("auto"); wherever that is
    impossible or its result is in doubt, every picture is encoded, and the result's reason says why.
    infos saves probing sources that were probed before. timeout_s bounds each of the three steps (measure,
    encode, verify); by default it grows with the length of the clip. Raises what probe and plan raise,
    Cancelled, TookTooLong, DiskFull, EngineFailed, and CutFailed when the result is not what was asked; in
    every such case nothing stands at out_path that did not stand there before.
    """
    out_path = out_path if out_path.suffix else out_path.with_suffix(".mp4")
    known = dict(infos or {})
    for entry in edit_list.entries:
        source = entry.source
        if source.path not in known:
            known[source.path] = probe(source.path, name=source.shown)
    made = plan(edit_list, known, delivery, dress)
    if not made.dress.is_plain:
        raise Unsupported(N_("Cards, titles and music cannot be made yet."))
    admissions = {
        segment.source.path: hostile.admit(segment.source.path, name=segment.source.shown)
        for segment in made.ranges
    }
    job = _Job(made, admissions, on_progress, should_stop, timeout_s or 180 + 60 * float(made.duration))
    with arriving(out_path, name=job.name) as part:
        reading = job.measure()
        final = job.copy(part, reading, preset or delivery.preset) if lane == "auto" else None
        if final is None:
            final = job.encode_and_check(part, reading, preset or delivery.preset)
        size_bytes, digest = part.stat().st_size, sha256_of(part)
    job.tell(1.0)
    return CutResult(
        path=out_path,
        frames=made.frames,
        duration=made.duration,
        rate=delivery.rate,
        width=delivery.width,
        height=delivery.height,
        lane=job.plan.lane,
        reasons=job.plan.reasons,
        integrated_lufs=final.integrated_lufs,
        true_peak_dbtp=final.true_peak_dbtp,
        sha256=digest,
        size_bytes=size_bytes,
    )


@dataclass
class _Job:
    """The steps of one cut, and the share of the progress that each of them has."""

    plan: RenderPlan
    admissions: Mapping[Path, hostile.Admission]
    on_progress: Progress | None
    should_stop: ShouldStop | None
    timeout_s: float
    seeks: bool = True
    told: float = 0.0

    @property
    def name(self) -> str:
        """The first source's name, for messages."""
        return self.plan.ranges[0].source.shown

    def tell(self, fraction: float) -> None:
        """Tell how much of the whole job is done."""
        if self.on_progress and fraction >= self.told:
            self.told = min(1.0, fraction)
            self.on_progress(self.told)

    def _run(self, args: list[str], start: float, share: float) -> ffmpeg.Outcome:
        return ffmpeg.run(
            args,
            duration_s=float(self.plan.duration),
            on_progress=lambda done: self.tell(start + share * done),
            should_stop=self.should_stop,
            timeout_s=self.timeout_s,
            name=self.name,
        )

    def measure(self) -> LoudnessReading:
        """Measure the joined sound of all ranges, if the delivery asks for a loudness."""
        silent = all(segment.info.sound is None for segment in self.plan.ranges)
        if self.plan.delivery.loudness is None or silent:
            return LoudnessReading(None, None, None)
        sounds = [
            self._sound(segment, self._input(segment, number, picture=False), number)
            for number, segment in enumerate(self.plan.ranges)
        ]
        joined = graph_builder.concat(*sounds, v=0, a=1) if len(sounds) > 1 else sounds[0]
        out = _apply(joined, [loudness.meter()]).output("pipe:", format="null")
        return loudness.read_loudness(self._run(_null_args(out), 0.0, _MEASURE_SHARE).log)

    def copy(self, part: Path, reading: LoudnessReading, preset: str) -> LoudnessReading | None:
        """Make the clip by the fast lane and prove it; None, with the reason in the plan, if it cannot be."""
        encode = self.plan
        try:
            lane = plan_lane(encode)
            self.plan = lane.plan
            # The folder stands beside the result, where there is room for it and the rename stays within one
            # disk; its name is hidden like that of the part.
            with tempfile.TemporaryDirectory(prefix=part.stem, dir=part.parent) as name:
                self._copy(lane, Path(name), part, reading, preset)
            return self.check(part, lane)
        except NoLane as doubt:
            reason = doubt.reason
        except (EngineFailed, CutFailed, Damaged, NotAFilm, av.error.FFmpegError, ValueError, LookupError):
            # Whatever a strange stream does to the copying, encoding asks less of it.
            reason = Reason(N_("A copy did not pass its verification, so every frame is encoded."))
        self.plan = encode.by_lane("encode", reason)
        return None

    def _copy(self, lane: LanePlan, folder: Path, part: Path, reading: LoudnessReading, preset: str) -> None:
        made = {piece: folder / f"{number}.mp4" for number, piece in enumerate(lane.encoded)}
        if made:
            self._encode_edges(lane, made, preset)
        track = folder / "track.mp4"
        if not write_track(lane, made, track, self.should_stop):
            raise Cancelled(N_("The work on %(name)s was stopped."), name=self.name)
        picture = graph_builder.input(str(track), f="mov", protocol_whitelist=hostile.PROTOCOLS)
        sounds = [
            self._sound(segment, self._input(segment, number, picture=False), number)
            for number, segment in enumerate(self.plan.ranges)
        ]
        joined = graph_builder.concat(*sounds, v=0, a=1) if len(sounds) > 1 else sounds[0]
        options = {"c:v": "copy", **sound_options(self.plan.delivery), **file_options(self.plan.delivery)}
        out = graph_builder.output(picture["v"], self._finished(joined, reading), str(part), **options)
        self._run(
            ["-y", "-copyts", *out.get_args()], _MEASURE_SHARE + _EDGE_SHARE, _ENCODE_SHARE - _EDGE_SHARE
        )

    def _encode_edges(self, lane: LanePlan, made: Mapping[Piece, Path], preset: str) -> None:
        """Encode what lies beside the copied groups, each stretch into a file of its own."""
        outs = []
        for number, (piece, path) in enumerate(made.items()):
            segment = lane.segment(piece)
            picture = self._picture(segment, self._input(segment, number, picture=True))
            options = picture_options(self.plan.delivery, preset) | {
                "level:v": lane.settings.level, "x264-params": lane.settings.x264_params(),
            }  # fmt: skip
            outs.append(
                graph_builder.output(picture, str(path), **options, **file_options(self.plan.delivery))
            )
        args = graph_builder.merge_outputs(*outs).get_args() if len(outs) > 1 else outs[0].get_args()
        self._run(["-y", "-copyts", *args], _MEASURE_SHARE, _EDGE_SHARE)

    def encode_and_check(self, part: Path, reading: LoudnessReading, preset: str) -> LoudnessReading:
        """Make the clip by encoding every picture, and prove it."""
        try:
            self.encode(part, reading, preset)
        except EngineFailed:
            if not self.seeks:
                raise
            # After a seek into an open group the decoder complains about pictures that nobody asked for.
            # Whether that was all is found out by reading from the start, where a whole film gives no error.
            self.seeks = False
            self.encode(part, reading, preset)
        return self.check(part)

    def encode(self, part: Path, reading: LoudnessReading, preset: str) -> None:
        """Make the whole clip under its temporary name."""
        delivery = self.plan.delivery
        streams: list[Any] = []
        for number, segment in enumerate(self.plan.ranges):
            source = self._input(segment, number, picture=True)
            streams += [self._picture(segment, source), self._sound(segment, source, number)]
        joined = graph_builder.concat(*streams, v=1, a=1).node if len(streams) > 2 else streams
        picture, sound = joined[0], self._finished(joined[1], reading)
        out = graph_builder.output(picture, sound, str(part), **encoder_options(delivery, preset))
        self._run(["-y", "-copyts", *out.get_args()], _MEASURE_SHARE, _ENCODE_SHARE)

    def _finished(self, sound: Any, reading: LoudnessReading) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        """Bring the joined sound to its loudness and to exactly the length of the picture."""
        delivery = self.plan.delivery
        if delivery.loudness is not None:
            sound = _apply(sound, loudness.levelled(reading, delivery.loudness, delivery.audio_rate_hz))
        samples = str(round(self.plan.duration * delivery.audio_rate_hz))
        return _apply(
            sound, [Filter("apad", {"whole_len": samples}), Filter("atrim", {"end_sample": samples})]
        )

    def check(self, part: Path, lane: LanePlan | None = None) -> LoudnessReading:
        """Decode the result and compare it with what was asked."""
        start = _MEASURE_SHARE + _ENCODE_SHARE
        return verify(
            part, self.plan,
            run=lambda args: self._run(args, start, 1 - start), name=self.name, lane=lane,
        )  # fmt: skip

    def _input(self, segment: Segment, number: int, *, picture: bool) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        admission = self.admissions[segment.source.path]
        options: dict[str, Any] = {
            "f": admission.demuxer,
            "protocol_whitelist": hostile.PROTOCOLS,
            "max_pixels": hostile.MAX_PIXELS,
            # ffmpeg-python takes equal inputs for one, and a range may come twice.
            "thread_queue_size": _QUEUE + number,
        }
        stream = segment.picture
        preroll = max(_PREROLL_S, stream.max_gap_s + Fraction(1, 10)) if picture else Fraction(1, 5)
        # After a seek in a film with an edit list the sound begins too late by what the list leaves out.
        begin = stream.start_s + segment.range.start - preroll - stream.skipped_s
        if self.seeks and admission.seeks_exactly and begin > stream.start_s:
            options["ss"] = seconds(begin)
        return graph_builder.input(str(segment.source.path), **options)

    def _picture(self, segment: Segment, source: Any) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        stream, delivery = segment.picture, self.plan.delivery
        chain = on_grid(stream, segment.range.start, segment.range.end, delivery.rate, segment.frames)
        return _apply(source[str(stream.index)], [*chain, *to_frame(stream, delivery)])

    def _sound(self, segment: Segment, source: Any, number: int) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        delivery = self.plan.delivery
        length = segment.frames / delivery.rate
        sound = segment.info.sound
        if sound is None:
            return silence_source(length, delivery.audio_rate_hz, number)
        span = sound_span(segment.picture, sound, segment.range.start, length, delivery.audio_rate_hz)
        return _apply(source[str(sound.index)], span)


def silence_source(length: Fraction, rate_hz: int, number: int) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
    """Give exactly `length` seconds of stereo silence."""
    source = graph_builder.input(
        f"anullsrc=r={rate_hz}:cl=stereo", f="lavfi", thread_queue_size=_QUEUE + number
    )
    samples = Filter("atrim", {"end_sample": str(round(length * rate_hz))})
    return _apply(source, [samples, Filter("aformat", {"sample_fmts": "fltp"})])


def _apply(stream: Any, chain: list[Filter]) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
    for step in chain:
        stream = stream.filter(step.name, **step.options)
    return stream


def _null_args(out: Any) -> list[str]:  # noqa: ANN401 - ffmpeg-python has no types
    args: list[str] = out.get_args()
    return ["-copyts", *args[:-1], "-"]


def encoder_options(delivery: Delivery, preset: str) -> dict[str, Any]:
    """Give the output options of a delivery: no metadata, no chapters, tags of BT.709, faststart."""
    return {**picture_options(delivery, preset), **sound_options(delivery), **file_options(delivery)}


def picture_options(delivery: Delivery, preset: str) -> dict[str, Any]:
    """Give the options of the encoded picture."""
    return {
        "c:v": "libx264", "preset": preset, "crf": delivery.crf, "profile:v": delivery.profile,
        "level:v": delivery.level, "pix_fmt": "yuv420p", "g": math.floor(delivery.keyframe_s * delivery.rate),
        "r": str(delivery.rate), "flags:v": "+bitexact",
        "color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "color_range": "tv",
    }  # fmt: skip


def sound_options(delivery: Delivery) -> dict[str, Any]:
    """Give the options of the sound."""
    return {
        "c:a": "aac", "b:a": delivery.audio_bit_rate, "ar": delivery.audio_rate_hz, "ac": 2,
        "flags:a": "+bitexact",
    }  # fmt: skip


def file_options(delivery: Delivery) -> dict[str, Any]:
    """Give the options of the file."""
    return {
        "format": "mp4", "map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact",
        "movflags": "+faststart", "video_track_timescale": delivery.rate.numerator * TICKS,
    }  # fmt: skip
