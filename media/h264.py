"""The little of H.264 that copying needs: NAL units, parameter sets and the box that holds them (pure).

Names and sections are those of ITU-T H.264 (NAL units 7.3.1, sequence parameter set 7.3.2.1, VUI E.1) and of
ISO/IEC 14496-15 (AVCDecoderConfigurationRecord 5.2.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from media.errors import N_
from media.reasons import Reason

SLICE, IDR, SEI, SPS, PPS, AUD = 1, 5, 6, 7, 8, 9
# Other kinds (data partitions, extensions, depth) come from no camera that an office meets.
_KNOWN_KINDS = frozenset({SLICE, IDR, SEI, SPS, PPS, AUD, 10, 11, 12})
_PICTURE_KINDS = frozenset({SLICE, IDR})
# Buffering period, picture timing, recovery point. What else stands in an SEI is of no use to a player, and
# cameras put place and device into it.
_KEPT_SEI = frozenset({0, 1, 6})
_WITH_CHROMA_FORMAT = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_LENGTH_BYTES = 4
_EXTENDED_SAR = 255


class NotUnderstood(ValueError):  # noqa: N818 - names what happened
    """The stream holds something that these few rules do not cover; reason says what, as a whole sentence."""

    def __init__(self, msgid: str, **params: object) -> None:
        super().__init__(msgid, params)
        self.reason = Reason.of(msgid, **params)

    def __str__(self) -> str:
        return str(self.reason)


@dataclass(frozen=True)
class SequenceSet:
    """What a sequence parameter set says about its pictures; reorder is None where it does not say."""

    set_id: int
    profile: int
    constraints: int
    level: int
    width: int
    height: int
    is_progressive: bool
    is_420_8bit: bool
    reference_frames: int
    reorder_frames: int | None


@dataclass(frozen=True)
class Config:
    """The parameter sets of a track, as its avcC box holds them; length_bytes stands before each NAL unit."""

    sequence_sets: tuple[bytes, ...]
    picture_sets: tuple[bytes, ...]
    length_bytes: int

    @property
    def sequence(self) -> SequenceSet:
        """The first sequence parameter set, read."""
        return read_sequence_set(self.sequence_sets[0])

    @property
    def known(self) -> frozenset[bytes]:
        """All sets, for comparing with those that stand between the pictures."""
        return frozenset(_trimmed(unit) for unit in (*self.sequence_sets, *self.picture_sets))

    def free_id(self) -> int:
        """Give an id that no set uses: 7, or else the highest free one."""
        used = {read_sequence_set(unit).set_id for unit in self.sequence_sets}
        used |= {picture_set_id(unit) for unit in self.picture_sets}
        candidates: list[int] = [7, *range(31, -1, -1)]
        for number in candidates:
            if number not in used:
                return number
        raise NotUnderstood(N_("The source leaves no number free for another parameter set."))

    def joined(self, other: "Config") -> "Config":
        """Give one configuration with the sets of both, each once."""
        return Config(
            tuple(dict.fromkeys((*self.sequence_sets, *other.sequence_sets))),
            tuple(dict.fromkeys((*self.picture_sets, *other.picture_sets))),
            _LENGTH_BYTES,
        )

    def to_box(self) -> bytes:
        """Write the content of an avcC box; profile and level cover every set in it."""
        read = [read_sequence_set(unit) for unit in self.sequence_sets]
        compatible = 0xFF
        for one in read:
            compatible &= one.constraints
        profile, level = max(one.profile for one in read), max(one.level for one in read)
        box = bytearray((1, profile, compatible, level, 0xFC | _LENGTH_BYTES - 1))
        box.append(0xE0 | len(self.sequence_sets))
        for unit in self.sequence_sets:
            box += len(unit).to_bytes(2, "big") + unit
        box.append(len(self.picture_sets))
        for unit in self.picture_sets:
            box += len(unit).to_bytes(2, "big") + unit
        if profile in _WITH_CHROMA_FORMAT:
            # 4:2:0, eight bits for luma and chroma, no extension: the only form that is copied.
            box += bytes((0xFC | 1, 0xF8, 0xF8, 0))
        return bytes(box)


def read_box(box: bytes) -> Config:
    """Read the content of an avcC box; NotUnderstood for Annex B and for broken ones."""
    if len(box) < 7 or box[0] != 1:
        raise NotUnderstood(N_("The source has no avcC box."))
    at, found = 5, []
    for mask in (0x1F, 0xFF):
        if at >= len(box):
            raise NotUnderstood(N_("The avcC box of the source is too short."))
        count, at, units = box[at] & mask, at + 1, []
        for _ in range(count):
            size = int.from_bytes(box[at : at + 2], "big")
            unit = box[at + 2 : at + 2 + size]
            if not size or len(unit) != size:
                raise NotUnderstood(N_("The avcC box of the source is too short."))
            units.append(unit)
            at += 2 + size
        found.append(tuple(units))
    config = Config(found[0], found[1], (box[4] & 3) + 1)
    if not config.sequence_sets or not config.picture_sets:
        raise NotUnderstood(N_("The avcC box of the source holds no parameter sets."))
    return config


def units_of(packet: bytes, length_bytes: int) -> list[bytes]:
    """Divide a packet into its NAL units; NotUnderstood where the lengths do not add up."""
    units, at, end = [], 0, len(packet)
    while at < end:
        size = int.from_bytes(packet[at : at + length_bytes], "big")
        at += length_bytes
        if not size or at + size > end:
            raise NotUnderstood(N_("A stored picture of the source is damaged."))
        units.append(packet[at : at + size])
        at += size
    return units


def kind_of(unit: bytes) -> int:
    """Give nal_unit_type."""
    return int(unit[0] & 0x1F)


def starts_group(units: Iterable[bytes]) -> bool:
    """Say whether a picture is an IDR picture, behind which nothing earlier is needed."""
    kinds = {kind_of(unit) for unit in units} & _PICTURE_KINDS
    return kinds == {IDR}


def picture_units(units: Iterable[bytes], known: frozenset[bytes]) -> list[bytes]:
    """Give what of a picture is copied: its slices and harmless SEI; sets that the avcC box has are left out.

    NotUnderstood for a parameter set that the avcC box does not have, for a picture without a slice and for
    kinds of units that nobody expects.
    """
    kept, slices = [], 0
    for unit in units:
        kind = kind_of(unit)
        if kind not in _KNOWN_KINDS:
            raise NotUnderstood(
                N_("The source holds data of an unknown kind (NAL unit %(kind)s)."), kind=kind
            )
        if kind in {SPS, PPS} and _trimmed(unit) not in known:
            raise NotUnderstood(N_("The parameter sets of the source change inside."))
        if kind in _PICTURE_KINDS:
            slices += 1
            kept.append(unit)
        elif kind == SEI and sei_kinds(unit) <= _KEPT_SEI:
            kept.append(unit)
    if not slices:
        raise NotUnderstood(N_("The source has a packet without a picture."))
    return kept


def packed(units: Iterable[bytes]) -> bytes:
    """Give the units with their lengths before them, as to_box() promises."""
    return b"".join(len(unit).to_bytes(_LENGTH_BYTES, "big") + unit for unit in units)


def sei_kinds(unit: bytes) -> frozenset[int]:
    """Give the payload types of an SEI unit."""
    payload, at, kinds = _unescaped(unit[1:]), 0, set()
    # The last byte holds only the stop bit.
    while at < len(payload) - 1:
        sizes = []
        for _ in range(2):
            value = 0
            while at < len(payload) and payload[at] == 0xFF:
                value, at = value + 255, at + 1
            sizes.append(value + (payload[at] if at < len(payload) else 0))
            at += 1
        kinds.add(sizes[0])
        at += sizes[1]
    return frozenset(kinds)


def _trimmed(unit: bytes) -> bytes:
    """Leave out zero bytes that may follow any unit."""
    return unit.rstrip(b"\0")


def _unescaped(payload: bytes) -> bytes:
    return payload.replace(b"\0\0\3", b"\0\0")


class _Bits:
    """Reads a raw byte sequence bit by bit."""

    def __init__(self, payload: bytes) -> None:
        self._value = int.from_bytes(payload, "big")
        self._left = len(payload) * 8

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise NotUnderstood(N_("A parameter set of the source is damaged."))
        taken: int = self._value >> self._left & (1 << count) - 1
        return taken

    def flag(self) -> bool:
        return bool(self.take(1))

    def ue(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise NotUnderstood(N_("A parameter set of the source is damaged."))
        return (1 << zeros) - 1 + (self.take(zeros) if zeros else 0)

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def picture_set_id(unit: bytes) -> int:
    """Give pic_parameter_set_id."""
    return _Bits(_unescaped(unit[1:])).ue()


def read_sequence_set(unit: bytes) -> SequenceSet:
    """Read a sequence parameter set as far as copying needs it."""
    bits = _Bits(_unescaped(unit[1:]))
    profile, constraints, level, set_id = bits.take(8), bits.take(8), bits.take(8), bits.ue()
    is_420_8bit = True
    if profile in _WITH_CHROMA_FORMAT:
        is_420_8bit = _read_chroma(bits)
    bits.ue()  # log2_max_frame_num_minus4
    _skip_order_count(bits)
    reference_frames = bits.ue()
    bits.flag()  # gaps_in_frame_num_value_allowed_flag
    width, map_height = 16 * (bits.ue() + 1), 16 * (bits.ue() + 1)
    is_progressive = bits.flag()
    if not is_progressive:
        bits.flag()  # mb_adaptive_frame_field_flag
    bits.flag()  # direct_8x8_inference_flag
    crop = [bits.ue() for _ in range(4)] if bits.flag() else [0] * 4
    height = map_height if is_progressive else 2 * map_height
    step = 2 if is_progressive else 4
    reorder = _read_reorder(bits) if bits.flag() else None
    return SequenceSet(
        set_id, profile, constraints, level,
        width - 2 * (crop[0] + crop[1]), height - step * (crop[2] + crop[3]),
        is_progressive, is_420_8bit, reference_frames, reorder,
    )  # fmt: skip


def _read_chroma(bits: _Bits) -> bool:
    chroma = bits.ue()
    if chroma == 3:
        bits.flag()  # separate_colour_plane_flag
    luma_depth, chroma_depth = bits.ue(), bits.ue()
    bits.flag()  # qpprime_y_zero_transform_bypass_flag
    if bits.flag():
        for number in range(8 if chroma != 3 else 12):
            if bits.flag():
                _skip_scaling_list(bits, 16 if number < 6 else 64)
    return (chroma, luma_depth, chroma_depth) == (1, 0, 0)


def _skip_scaling_list(bits: _Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _skip_order_count(bits: _Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()  # log2_max_pic_order_cnt_lsb_minus4
    elif kind == 1:
        bits.flag()  # delta_pic_order_always_zero_flag
        bits.se()  # offset_for_non_ref_pic
        bits.se()  # offset_for_top_to_bottom_field
        for _ in range(bits.ue()):
            bits.se()  # offset_for_ref_frame


def _read_reorder(bits: _Bits) -> int | None:
    """Walk through the VUI to max_num_reorder_frames, which stands at its end."""
    if bits.flag() and bits.take(8) == _EXTENDED_SAR:
        bits.take(32)
    if bits.flag():
        bits.flag()  # overscan_appropriate_flag
    if bits.flag():
        bits.take(4)  # video_format, video_full_range_flag
        if bits.flag():
            bits.take(24)  # colour_primaries, transfer_characteristics, matrix_coefficients
    if bits.flag():
        bits.ue()  # chroma_sample_loc_type_top_field
        bits.ue()  # chroma_sample_loc_type_bottom_field
    if bits.flag():
        bits.take(65)  # num_units_in_tick, time_scale, fixed_frame_rate_flag
    with_hrd = [_skip_hrd(bits) if bits.flag() else False for _ in range(2)]
    if any(with_hrd):
        bits.flag()  # low_delay_hrd_flag
    bits.flag()  # pic_struct_present_flag
    if not bits.flag():
        return None
    bits.flag()  # motion_vectors_over_pic_boundaries_flag
    for _ in range(4):
        bits.ue()  # max_bytes_per_pic_denom, max_bits_per_mb_denom, log2_max_mv_length_*
    return bits.ue()


def _skip_hrd(bits: _Bits) -> bool:
    count = bits.ue() + 1
    bits.take(8)  # bit_rate_scale, cpb_size_scale
    for _ in range(count):
        bits.ue()  # bit_rate_value_minus1
        bits.ue()  # cpb_size_value_minus1
        bits.flag()  # cbr_flag
    bits.take(20)  # lengths of the delays and of the time offset
    return True
