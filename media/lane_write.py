"""Writes the picture track of the fast lane: copied groups and encoded edges behind one avcC box.

Both kinds keep their own parameter sets under different ids, so that every slice finds its set in the box and
none stands between the pictures. Decode times are numbered anew over the whole track.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import av.error

from media import h264, hostile
from media.errors import N_
from media.ffmpeg import ShouldStop
from media.h264 import Config, NotUnderstood
from media.lane import Grid, LanePlan, NoLane, Piece, stream_of
from media.plan import Segment
from media.probe import open_film, probe

# Ticks of one picture on the clock of the result; the encode lane's clock has as many.
TICKS = 512
_ASK_EVERY = 64


@dataclass(frozen=True)
class Sample:
    """One picture as it is stored: its number in the result, its bytes, and whether it is an IDR picture."""

    shown: int
    data: bytes
    is_key: bool


def copied_samples(piece: Piece, segment: Segment) -> Iterator[Sample]:
    """Read the pictures of a copied piece from their source, in the order in which they are stored."""
    path, picture = segment.source.path, segment.picture
    with open_film(path, hostile.admit(path)) as container:
        stream = stream_of(container, picture)
        grid = Grid.of(picture, stream)
        config = h264.read_box(bytes(stream.codec_context.extradata or b""))
        key_pts, left = piece.groups[0].key_pts, piece.frames
        container.seek(key_pts, stream=stream, backward=True)
        met = False
        for packet in container.demux(stream):
            if not packet.size:
                continue
            met = met or (packet.pts == key_pts and packet.is_keyframe)
            if not met:
                continue
            units = h264.units_of(bytes(packet), config.length_bytes)
            kept = h264.picture_units(units, config.known)
            shown = grid.index(packet.pts) - piece.first + piece.out_first
            yield Sample(shown, h264.packed(kept), h264.starts_group(kept))
            left -= 1
            if not left:
                return
    raise NoLane(N_("A group of pictures was not found again."))


def encoded_samples(piece: Piece, path: Path) -> tuple[Config, list[Sample]]:
    """Read the pictures of an encoded piece from the file that ffmpeg made of it."""
    picture = probe(path).picture
    if picture is None:
        raise NoLane(N_("An encoded edge has no picture."))
    with open_film(path, hostile.admit(path)) as container:
        stream = stream_of(container, picture)
        grid = Grid.of(picture, stream)
        config = h264.read_box(bytes(stream.codec_context.extradata or b""))
        samples = []
        for packet in container.demux(stream):
            if packet.size:
                units = h264.units_of(bytes(packet), config.length_bytes)
                kept = h264.picture_units(units, config.known)
                shown = grid.index(packet.pts) + piece.out_first
                samples.append(Sample(shown, h264.packed(kept), h264.starts_group(kept)))
    shown_all = sorted(sample.shown for sample in samples)
    if shown_all != list(range(piece.out_first, piece.out_end)) or not samples[0].is_key:
        raise NoLane(N_("An encoded edge does not hold its frames."))
    return config, samples


def decode_delay(shown: Sequence[int]) -> int:
    """Give the smallest delay, in pictures, with which none is decoded later than it is shown."""
    return max((place - number for place, number in enumerate(shown)), default=0)


def write_track(
    lane: LanePlan,
    made: Mapping[Piece, Path],
    out: Path,
    should_stop: ShouldStop | None,
) -> bool:
    """Write all pictures into an MP4 file without sound; a false answer says that it was stopped.

    NoLane when an edge was not encoded in the source's form.
    """
    edges = {piece: encoded_samples(piece, path) for piece, path in made.items()}
    config = lane.config
    for theirs, _ in edges.values():
        _check_alike(theirs, lane)
        config = config.joined(theirs)
    if len(config.sequence_sets) > 2:
        raise NoLane(N_("The edges were not encoded alike."))
    orders = [
        piece.order if piece.groups else [sample.shown for sample in edges[piece][1]] for piece in lane.pieces
    ]
    delay = decode_delay([number for order in orders for number in order])
    first = lane.plan.ranges[0]
    rate = lane.plan.delivery.rate
    base = 1 / (rate * TICKS)
    with (
        open_film(first.source.path, hostile.admit(first.source.path)) as template,
        av.open(str(out), "w", format="mp4", options={"video_track_timescale": str(1 / base)}) as film,
    ):
        track = film.add_stream_from_template(stream_of(template, first.picture), opaque=True)
        track.codec_context.extradata = config.to_box()
        track.time_base = base
        for place, sample in enumerate(_samples(lane, edges)):
            if place % _ASK_EVERY == 0 and should_stop and should_stop():
                return False
            packet = av.Packet(sample.data)
            packet.stream, packet.time_base = track, base
            packet.pts, packet.dts = sample.shown * TICKS, (place - delay) * TICKS
            packet.duration, packet.is_keyframe = TICKS, sample.is_key
            film.mux(packet)
    return True


def _samples(
    lane: LanePlan,
    edges: Mapping[Piece, tuple[Config, list[Sample]]],
) -> Iterator[Sample]:
    for piece in lane.pieces:
        if piece.groups:
            yield from copied_samples(piece, lane.plan.ranges[piece.number])
        else:
            yield from edges[piece][1]


def _check_alike(theirs: Config, lane: LanePlan) -> None:
    """Refuse edges whose pictures a decoder set up for the source could not take."""
    try:
        edge, source = theirs.sequence, lane.config.sequence
    except NotUnderstood as error:
        raise NoLane(N_("The edges could not be encoded in the source's form.")) from error
    alike = (
        (edge.profile, edge.width, edge.height, edge.is_progressive, edge.is_420_8bit)
        == (source.profile, source.width, source.height, source.is_progressive, source.is_420_8bit)
    )  # fmt: skip
    if not alike or edge.level > source.level or edge.set_id != lane.settings.set_id:
        raise NoLane(N_("The edges could not be encoded in the source's form."))
