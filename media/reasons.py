"""Why a clip goes by one lane and not by the other: message ids with parameters, in any reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from media.deliveries import Delivery
from media.errors import N_
from media.info import MediaInfo

# Containers whose clock and key frames can be relied on.
COPIED_FROM = frozenset({"mov", "matroska"})


@dataclass(frozen=True)
class Reason:
    """One short sentence: its message id and its parameters; str() gives it in English."""

    msgid: str
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, msgid: str, **params: object) -> "Reason":
        """Make a reason whose parameters are plain text."""
        return cls(msgid, tuple((key, str(value)) for key, value in params.items()))

    def __str__(self) -> str:
        return self.msgid % dict(self.params)

    def to_json(self) -> dict[str, object]:
        """Give message id and parameters, to be stored and translated when somebody reads it."""
        return {"msgid": self.msgid, "params": dict(self.params)}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Reason":
        """Read what to_json wrote."""
        params = data["params"]
        return cls.of(str(data["msgid"]), **(params if isinstance(params, dict) else {}))


# H.264 table A-1: macroblocks a second of the levels that a delivery may need.
_LEVELS = (
    (30, 40_500),
    (31, 108_000),
    (32, 216_000),
    (40, 245_760),
    (42, 522_240),
    (50, 589_824),
    (51, 983_040),
)

EVERY_FRAME = Reason(N_("Every frame is encoded."))


def in_english(reasons: Iterable[Reason]) -> str:
    """Give some reasons as one English text, each once."""
    return " ".join(str(reason) for reason in dict.fromkeys(reasons))


def allowed_level(delivery: Delivery) -> int:
    """Give ten times the highest level a source may have: the delivery's, or what its size and rate need."""
    blocks = -(-delivery.width // 16) * -(-delivery.height // 16) * delivery.rate
    needed = next((level for level, most in _LEVELS if blocks <= most), _LEVELS[-1][0])
    return max(needed, round(float(delivery.level) * 10))


def why_not_copied(info: MediaInfo, delivery: Delivery) -> Reason | None:
    """Say what keeps a source from being the delivery already; None if nothing that its headers tell."""
    picture = info.picture
    if picture is None:
        return Reason(N_("The source has no picture."))
    profile, level = delivery.profile.casefold(), allowed_level(delivery)
    tags = {picture.color_space, picture.color_primaries, picture.color_transfer}
    obstacles = (
        (info.problems != (), Reason(N_("The source is not whole."))),
        (
            info.demuxer not in COPIED_FROM,
            Reason.of(N_("The source is a %(container)s file."), container=info.container),
        ),
        (
            (picture.codec, picture.pix_fmt) != ("h264", "yuv420p"),
            Reason.of(N_("The source is %(codec)s %(form)s."), codec=picture.codec, form=picture.pix_fmt),
        ),
        (
            (picture.width, picture.height) != (delivery.width, delivery.height),
            Reason.of(
                N_("The source has %(width)s × %(height)s pixels."),
                width=picture.width, height=picture.height,
            ),
        ),
        (
            picture.rotation != 0,
            Reason.of(N_("The source is turned by %(degrees)s degrees."), degrees=picture.rotation),
        ),
        (picture.is_mirrored, Reason(N_("The source is mirrored."))),
        (picture.sar != 1, Reason.of(N_("The source has pixels of shape %(shape)s."), shape=picture.sar)),
        (picture.is_vfr, Reason(N_("The source has a varying frame rate."))),
        (
            picture.nominal_rate != delivery.rate,
            Reason.of(
                N_("The source has %(rate)s frames a second."), rate=f"{float(picture.nominal_rate):.3f}"
            ),
        ),
        (picture.is_interlaced, Reason(N_("The source is interlaced."))),
        (
            picture.profile.casefold() != profile,
            Reason.of(N_("The source has the profile %(profile)s."), profile=picture.profile),
        ),
        (
            not 0 < picture.level <= level,
            Reason.of(N_("The source has the level %(level)s."), level=picture.level / 10),
        ),
        (picture.color_range == "pc", Reason(N_("The source has full-range colours."))),
        (tags != {"bt709"}, Reason(N_("The source does not say that its colours are BT.709."))),
    )  # fmt: skip
    return next((reason for stands, reason in obstacles if stands), None)
