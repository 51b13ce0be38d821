"""Cut an edit list to a delivery: frame-exact, verified, and in place only when it is whole.

Each range is one input that is sought to shortly before its start; which pictures are taken is decided by
their time stamps, not by where the seek landed. The result is read back, decoded and compared with the source
before it is renamed.
"""

import contextlib
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import av.error
import ffmpeg as graph_builder

from media import ffmpeg, hostile, issued, loudness
from media.deliveries import MASTER, Delivery
from media.dress import Dress
from media.dressing import TRACK_OPTIONS, card_chain, write_card, write_overlays
from media.errors import N_, Cancelled, CutFailed, Damaged, EngineFailed, NotAFilm
from media.ffmpeg import Progress, ShouldStop
from media.files import arriving, sha256_of
from media.graph import (
    Filter,
    blurred,
    is_filled,
    laid_on_blur,
    on_grid,
    seconds,
    sound_span,
    spaced,
    tagged,
    to_frame,
    within,
)
from media.info import MediaInfo
from media.lane import Edges, LanePlan, NoLane, plan_lane
from media.lane_write import TICKS, write_track
from media.loudness import LoudnessReading
from media.music import ENVELOPE_RATE_HZ, voices, write_bed
from media.plan import CardSegment, EditList, RenderPlan, Segment, plan
from media.probe import probe
from media.reasons import Reason, allowed_level, in_english
from media.verify import verify

_MEASURE_SHARE, _ENCODE_SHARE = 0.06, 0.84
# The edges' part of the encoding share, in the fast lane.
_EDGE_SHARE = 0.3
# Edges are a few seconds, so that bytes matter less than work. With it, one crf less and the tools of
# Settings.x264_params, 60 frames of bbb, of a GoPro and of a noisy camera get a VMAF of 97.5, 96.1 and 99.9;
# a master gets 96.5, 94.0 and 99.5 with its veryfast, for a third more CPU and half the bytes.
_EDGE_PRESET = "ultrafast"
_EDGE_CRF_LESS = 1
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
    admissions = {
        segment.source.path: hostile.admit(segment.source.path, name=segment.source.shown)
        for segment in made.ranges
    }
    limit_s = timeout_s or 180 + 60 * float(made.duration)
    with arriving(out_path, name=made.ranges[0].source.shown) as part, _beside(part) as folder:
        job = _Job(made, admissions, folder, on_progress, should_stop, limit_s, threads)
        reading = job.measure()
        final = job.copy(part, reading, preset or _EDGE_PRESET) if lane == "auto" else None
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
        notes=loudness.notes(reading, final, delivery.loudness),
    )


@contextlib.contextmanager
def _beside(part: Path) -> Iterator[Path]:
    """Give a folder for what is made on the way, hidden and named like the part.

    It stands beside the result, where there is room for it and a rename stays within one disk.
    """
    with tempfile.TemporaryDirectory(prefix=part.stem, dir=part.parent) as name:
        yield Path(name)


@dataclass
class _Job:
    """The steps of one cut, and the share of the progress that each of them has."""

    plan: RenderPlan
    admissions: Mapping[Path, hostile.Admission]
    folder: Path
    on_progress: Progress | None
    should_stop: ShouldStop | None
    timeout_s: float
    threads: int | None = None
    seeks: bool = True
    told: float = 0.0
    bed: Path | None = None
    packets: Path | None = None

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
        few = ["-filter_complex_threads", str(self.threads)] if self.threads else []
        return ffmpeg.run(
            [*few, *args],
            duration_s=float(self.plan.duration),
            on_progress=lambda done: self.tell(start + share * done),
            should_stop=self.should_stop,
            timeout_s=self.timeout_s,
            name=self.name,
        )

    def measure(self) -> LoudnessReading:
        """Measure the joined sound, music and all, as far as the delivery or the music asks for it."""
        music = self.plan.dress.music
        silent = all(segment.info.sound is None for segment in self.plan.ranges)
        if not music and (self.plan.delivery.loudness is None or silent):
            return LoudnessReading(None, None, None)
        speech = LoudnessReading(None, None, None)
        envelope = self.folder / "speech.f32"
        if not silent:
            speech = self._measured(envelope if music else None, 0.0, _MEASURE_SHARE / (2 if music else 1))
        if not music:
            return speech
        self.bed = self.folder / "bed.f32"
        write_bed(
            music, self.bed, self.plan.duration, self.plan.delivery.audio_rate_hz,
            speech=speech, envelope=None if silent else envelope, loudness=self.plan.delivery.loudness,
            run=lambda args: self._run(args, 0.0, 0.0), should_stop=self.should_stop,
        )  # fmt: skip
        return self._measured(None, _MEASURE_SHARE / 2, _MEASURE_SHARE / 2)

    def _measured(self, envelope: Path | None, start: float, share: float) -> LoudnessReading:
        """Measure the joined sound; where an envelope is asked for, write the voices for it as well."""
        joined = self._joined_sound()
        if envelope is None:
            out = _apply(joined, [loudness.meter()]).output("pipe:", format="null")
        else:
            metered, voiced = (joined.filter_multi_output("asplit")[side] for side in (0, 1))
            out = graph_builder.merge_outputs(
                _apply(voiced, voices()).output(str(envelope), format="f32le", ar=ENVELOPE_RATE_HZ, ac=1),
                _apply(metered, [loudness.meter()]).output("pipe:", format="null"),
            )
        return loudness.read_loudness(self._run(_null_args(out), start, share).log)

    def _joined_sound(self) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        """Give the sound of the whole result before it is levelled; cards are silent but for music."""
        sounds = [
            self._sound(segment, self._input(segment, number, picture=False), number)
            if isinstance(segment, Segment)
            else self._silence(segment.frames, number)
            for number, segment in enumerate(self.plan.segments)
        ]
        joined = graph_builder.concat(*sounds, v=0, a=1) if len(sounds) > 1 else sounds[0]
        return self._with_music(joined)

    def _silence(self, frames: int, number: int) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        delivery = self.plan.delivery
        return silence_source(frames / delivery.rate, delivery.audio_rate_hz, number)

    def _with_music(self, sound: Any) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        if self.bed is None:
            return sound
        rate_hz = self.plan.delivery.audio_rate_hz
        bed = graph_builder.input(
            str(self.bed), f="f32le", ar=rate_hz, ac=2, protocol_whitelist=hostile.PROTOCOLS
        )
        options = {"inputs": "2", "normalize": "0", "duration": "first"}
        return graph_builder.filter([sound, bed["a"]], "amix", **options)

    def copy(self, part: Path, reading: LoudnessReading, preset: str) -> LoudnessReading | None:
        """Make the clip by the fast lane and prove it; None, with the reason in the plan, if it cannot be."""
        encode = self.plan
        try:
            lane = plan_lane(encode)
            self.plan = lane.plan
            made = self._copy(lane, part, reading, preset)
            return self.check(part, reading, lane, made)
        except NoLane as doubt:
            reason = doubt.reason
        except (EngineFailed, CutFailed, Damaged, NotAFilm, av.error.FFmpegError, ValueError, LookupError):
            # Whatever a strange stream does to the copying, encoding asks less of it.
            reason = Reason(N_("A copy did not pass its verification, so every frame is encoded."))
        self.plan = encode.by_lane("encode", reason)
        return None

    def _copy(
        self, lane: LanePlan, part: Path, reading: LoudnessReading, preset: str
    ) -> list[tuple[Edges, Path]]:
        """Write the clip from copied and encoded pictures; give the files of the encoded ones."""
        made = self._encode_edges(lane, preset)
        track = self.folder / "track.mp4"
        if not write_track(lane, made, track, self.should_stop):
            raise Cancelled(N_("The work on %(name)s was stopped."), name=self.name)
        picture = graph_builder.input(str(track), f="mov", protocol_whitelist=hostile.PROTOCOLS)
        joined = self._joined_sound()
        options = {"c:v": "copy", **sound_options(self.plan.delivery), **file_options(self.plan.delivery)}
        out = graph_builder.output(picture["v"], self._finished(joined, reading), str(part), **options)
        self._run(
            ["-y", "-copyts", *out.get_args()], _MEASURE_SHARE + _EDGE_SHARE, _ENCODE_SHARE - _EDGE_SHARE
        )
        return made

    def _encode_edges(self, lane: LanePlan, preset: str) -> list[tuple[Edges, Path]]:
        """Encode cards, titled pictures and what lies beside the copied groups, in one file or a few."""
        made = [(edges, self.folder / f"edges{place}.mp4") for place, edges in enumerate(lane.edges())]
        delivery = self.plan.delivery
        for place, (edges, path) in enumerate(made):
            pictures = [
                self._picture(segment, self._input(segment, number, picture=True))
                if isinstance(segment, Segment)
                else self._card(segment, number)
                for number, segment in enumerate(edges.plan.segments)
            ]
            joined = graph_builder.concat(*pictures, v=1, a=0) if len(pictures) > 1 else pictures[0]
            # Half a picture earlier, so that rounding cannot move the key frame to the picture behind.
            keys = [max(Fraction(0), (start - Fraction(1, 2)) / delivery.rate) for start in edges.starts]
            options = picture_options(delivery, preset) | self._threads() | {
                "level:v": lane.settings.level, "x264-params": lane.settings.x264_params(),
                "crf": delivery.crf - _EDGE_CRF_LESS,
                "forced-idr": 1, "force_key_frames": ",".join(map(seconds, keys)),
            }  # fmt: skip
            out = graph_builder.output(
                self._laid_over(joined, edges.plan), str(path), **options, **file_options(delivery)
            )
            share = _EDGE_SHARE / len(made)
            self._run(["-y", "-copyts", *out.get_args()], _MEASURE_SHARE + place * share, share)
        return made

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
        return self.check(part, reading)

    def encode(self, part: Path, reading: LoudnessReading, preset: str) -> None:
        """Make the whole clip under its temporary name."""
        delivery = self.plan.delivery
        streams: list[Any] = []
        for number, segment in enumerate(self.plan.segments):
            if isinstance(segment, Segment):
                source = self._input(segment, number, picture=True)
                streams += [self._picture(segment, source), self._sound(segment, source, number)]
            else:
                streams += [self._card(segment, number), self._silence(segment.frames, number)]
        joined = graph_builder.concat(*streams, v=1, a=1).node if len(streams) > 2 else streams
        picture = self._laid_over(joined[0], self.plan)
        sound = self._finished(self._with_music(joined[1]), reading)
        options = encoder_options(delivery, preset) | self._threads()
        target, options = self._listed(part, options)
        out = graph_builder.output(picture, sound, target, **options)
        self._run(["-y", "-copyts", *out.get_args()], _MEASURE_SHARE, _ENCODE_SHARE)

    def _listed(self, part: Path, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Let the packets be listed as they leave the encoders, where this ffmpeg can do so."""
        if not ffmpeg.find_ffmpeg().writes_lengths:
            return str(part), options
        self.packets = self.folder / "packets.framemd5"
        of_muxer = {name: options.pop(name) for name in ("movflags", "video_track_timescale", "fflags")}
        target = issued.target(part, self.packets, {"f": options["format"], **of_muxer})
        return target, options | {
            "format": "tee", "x264-params": "annexb=0",
            "flags:v": "+bitexact+global_header", "flags:a": "+bitexact+global_header",
        }  # fmt: skip

    def _card(self, segment: CardSegment, number: int) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        """Give the pictures of a card."""
        track = self.folder / f"card{number}.nut"
        pictures = write_card(segment, self.plan, track, self.should_stop)
        return _apply(
            graph_builder.input(str(track), **TRACK_OPTIONS)["v"],
            card_chain(segment, self.plan.delivery.rate, pictures),
        )

    def _laid_over(self, picture: Any, plan: RenderPlan) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        """Lay the lower thirds and subtitles of a plan over its joined pictures."""
        track = write_overlays(plan, 0, plan.frames, self.folder / "overlays.nut", self.should_stop)
        if track is None:
            return picture
        over = _apply(graph_builder.input(str(track.path), **TRACK_OPTIONS)["v"], tagged())
        return graph_builder.filter([picture, over], "overlay", **track.options())

    def _threads(self) -> dict[str, int]:
        return {"threads": self.threads} if self.threads else {}

    def _finished(self, sound: Any, reading: LoudnessReading) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        """Bring the joined sound to its loudness and to exactly the length of the picture."""
        delivery = self.plan.delivery
        if delivery.loudness is not None:
            sound = _apply(sound, loudness.levelled(reading, delivery.loudness, delivery.audio_rate_hz))
        samples = str(round(self.plan.duration * delivery.audio_rate_hz))
        return _apply(
            sound, [Filter("apad", {"whole_len": samples}), Filter("atrim", {"end_sample": samples})]
        )

    def check(
        self,
        part: Path,
        reading: LoudnessReading,
        lane: LanePlan | None = None,
        edges: Sequence[tuple[Edges, Path]] = (),
    ) -> LoudnessReading:
        """Prove that the result is what was asked."""
        start = _MEASURE_SHARE + _ENCODE_SHARE
        few = ["-threads", str(self.threads)] if self.threads else []
        return verify(
            part, self.plan,
            run=lambda args: self._run([*few, *args], start, 1 - start), name=self.name, measured=reading,
            lane=lane, packets=self.packets, edges=edges,
        )  # fmt: skip

    def _input(self, segment: Segment, number: int, *, picture: bool) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        admission = self.admissions[segment.source.path]
        options: dict[str, Any] = {
            "f": admission.demuxer,
            "protocol_whitelist": hostile.PROTOCOLS,
            "max_pixels": hostile.MAX_PIXELS,
            # ffmpeg-python takes equal inputs for one, and a range may come twice.
            "thread_queue_size": _QUEUE + number,
        } | self._threads()
        stream = segment.picture
        preroll = max(_PREROLL_S, stream.max_gap_s + Fraction(1, 10)) if picture else Fraction(1, 5)
        # After a seek in a film with an edit list the sound begins too late by what the list leaves out.
        begin = stream.start_s + segment.range.start - preroll - stream.skipped_s
        if self.seeks and admission.seeks_exactly and begin > stream.start_s:
            options["ss"] = seconds(begin)
        return graph_builder.input(hostile.address(segment.source.path), **options)

    def _picture(self, segment: Segment, source: Any) -> Any:  # noqa: ANN401 - ffmpeg-python has no types
        stream, delivery = segment.picture, self.plan.delivery
        start, end = segment.range.start, segment.range.end
        chain, repeats = on_grid(stream, start, end, delivery.rate, segment.frames), []
        if stream.is_vfr:
            # A picture that stands for minutes is made ready once and then repeated, not the other way round.
            chain, repeats = within(stream, end), spaced(stream, start, delivery.rate, segment.frames)
        upright = _apply(source[str(stream.index)], [*chain, *to_frame(stream, delivery)])
        if delivery.fit != "blur" or is_filled(stream, delivery):
            return _apply(upright, repeats)
        sharp, soft = (upright.filter_multi_output("split")[side] for side in (0, 1))
        over = laid_on_blur(stream, delivery)
        both = [_apply(soft, blurred(stream, delivery)), sharp]
        return _apply(graph_builder.filter(both, over.name, **over.options), [*tagged(), *repeats])

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
        "level:v": f"{allowed_level(delivery) / 10:.1f}", "pix_fmt": "yuv420p",
        "g": math.floor(delivery.keyframe_s * delivery.rate), "r": str(delivery.rate), "flags:v": "+bitexact",
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
