"""Writes the picture track of the fast lane: copied groups and encoded edges behind one avcC box.

Both kinds keep their own parameter sets under different ids, so that every slice finds its set in the box and
none stands between the pictures. Decode times are numbered anew over the whole track.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error

from media import h264, hostile
from media.errors import N_
from media.ffmpeg import ShouldStop
from media.h264 import Config, NotUnderstood
from media.lane import Edges, Grid, LanePlan, NoLane, Piece, stream_of
from media.plan import Segment
from media.probe import open_film, probe

# The clock of the result counts the rate's numerator times this, as the encode lane's does, so that a picture
# of 1001/30000 s has a whole number of ticks as well.
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
        known, key_pts, left = config.known, piece.groups[0].key_pts, piece.frames
        container.seek(key_pts, stream=stream, backward=True)
        met = False
        for packet in container.demux(stream):
            if not packet.size:
                continue
            met = met or (packet.pts == key_pts and packet.is_keyframe)
            if not met:
                continue
            units = h264.units_of(bytes(packet), config.length_bytes)
            kept = h264.picture_units(units, known)
            shown = grid.index(packet.pts) + piece.shift
            yield Sample(shown, h264.packed(kept), h264.starts_group(kept))
            left -= 1
            if not left:
                return
    raise NoLane(N_("A group of pictures was not found again."))


def encoded_samples(edges: Edges, path: Path) -> tuple[Config, dict[Piece, list[Sample]]]:
    """Read the pictures of encoded pieces from the one file that ffmpeg made of them.

    NoLane when one is missing, when a piece does not begin with an IDR picture, or when pictures of two
    pieces are stored mixed.
    """
    picture = probe(path).picture
    if picture is None:
        raise NoLane(N_("An encoded edge has no picture."))
    stored: list[Sample] = []
    with open_film(path, hostile.admit(path)) as container:
        stream = stream_of(container, picture)
        grid = Grid.of(picture, stream)
        config = h264.read_box(bytes(stream.codec_context.extradata or b""))
        known = config.known
        for packet in container.demux(stream):
            if packet.size:
                units = h264.units_of(bytes(packet), config.length_bytes)
                kept = h264.picture_units(units, known)
                stored.append(Sample(grid.index(packet.pts), h264.packed(kept), h264.starts_group(kept)))
    made: dict[Piece, list[Sample]] = {}
    at = 0
    for piece, start in zip(edges.pieces, edges.starts, strict=True):
        shift = piece.out_first - start
        mine = [dataclasses.replace(one, shown=one.shown + shift) for one in stored[at : at + piece.frames]]
        numbers = sorted(sample.shown for sample in mine)
        if numbers != list(range(piece.out_first, piece.out_end)) or not mine[0].is_key:
            raise NoLane(N_("An encoded edge does not hold its frames."))
        made[piece] = mine
        at += piece.frames
    if at != len(stored):
        raise NoLane(N_("An encoded edge does not hold its frames."))
    return config, made


def decode_delay(shown: Sequence[int]) -> int:
    """Give the smallest delay, in pictures, with which none is decoded later than it is shown."""
    return max((place - number for place, number in enumerate(shown)), default=0)


def write_track(
    lane: LanePlan,
    made: Sequence[tuple[Edges, Path]],
    out: Path,
    should_stop: ShouldStop | None,
) -> bool:
    """Write all pictures into an MP4 file without sound; a false answer says that it was stopped.

    NoLane when an edge was not encoded in the source's form.
    """
    encoded: dict[Piece, list[Sample]] = {}
    config = lane.config
    for edges, path in made:
        theirs, samples = encoded_samples(edges, path)
        _check_alike(theirs, lane)
        config = config.joined(theirs)
        encoded |= samples
    if len(config.sequence_sets) > 2:
        raise NoLane(N_("The edges were not encoded alike."))
    orders = [
        piece.order if piece.groups else [sample.shown for sample in encoded[piece]] for piece in lane.pieces
    ]
    delay = decode_delay([number for order in orders for number in order])
    first = lane.film(lane.copied[0])
    rate = lane.plan.delivery.rate
    base, step = Fraction(1, rate.numerator * TICKS), rate.denominator * TICKS
    with (
        open_film(first.source.path, hostile.admit(first.source.path)) as template,
        av.open(
            str(out), "w", format="mp4", options={"video_track_timescale": str(base.denominator)}
        ) as film,
    ):
        track = film.add_stream_from_template(stream_of(template, first.picture), opaque=True)
        track.codec_context.extradata = config.to_box()
        track.time_base = base
        for place, sample in enumerate(_samples(lane, encoded)):
            if place % _ASK_EVERY == 0 and should_stop and should_stop():
                return False
            packet = av.Packet(sample.data)
            packet.stream, packet.time_base = track, base
            packet.pts, packet.dts = sample.shown * step, (place - delay) * step
            packet.duration, packet.is_keyframe = step, sample.is_key
            film.mux(packet)
    return True


def _samples(lane: LanePlan, encoded: Mapping[Piece, list[Sample]]) -> Iterator[Sample]:
    for piece in lane.pieces:
        if piece.groups:
            yield from copied_samples(piece, lane.film(piece))
        else:
            yield from encoded[piece]


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
