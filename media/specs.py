"""What a programme asks of a source video, as data (P12–P17)."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, cast

from media.errors import N_, BadSpec

Orientation = Literal["", "landscape", "portrait"]


@dataclass(frozen=True)
class VideoSpec:
    """The rules of one programme; None or an empty value means that the programme does not ask.

    file_name is a pattern in which {case} stands for the name of the case. The last group are thresholds for
    what is measured; they were found on good and bad films and are meant to be set per programme.
    """

    min_duration_s: Fraction | None = None
    max_duration_s: Fraction | None = None
    duration_tolerance_s: Fraction = Fraction(0)
    container: tuple[str, ...] = ()
    video_codecs: tuple[str, ...] = ()
    audio_codecs: tuple[str, ...] = ()
    min_height: int | None = None
    aspect: Fraction | None = None
    aspect_tolerance: Fraction = Fraction(2, 100)
    orientation: Orientation = ""
    file_name: str = ""
    slogan: str = ""
    producer_marks_allowed: bool = True
    min_frame_rate: Fraction = Fraction(24)

    black_from_s: Fraction = Fraction(1)
    # As long as an editor lets the picture rest between two parts.
    black_fail_s: Fraction = Fraction(2)
    freeze_from_s: Fraction = Fraction(2)
    max_silence_share: Fraction = Fraction(1, 5)
    min_loudness_lufs: float = -30.0
    max_true_peak_dbtp: float = 3.0
    # Width of edges on full-size key frames, in pixels of 1080 lines.
    focus_warn_px: float = 9.0
    focus_fail_px: float = 12.0
    # Median jolt between neighbouring pictures, in per cent of the width.
    shake_warn_percent: float = 0.8
    shake_fail_percent: float = 1.3
    # Levels of 8 bit: the brightest tenth of a dark film stays under the first, a film is burnt out when
    # its mean and its brightest tenth are over the others.
    dark_warn_high: float = 120.0
    dark_fail_high: float = 95.0
    # Where the brightest hundredth reaches this there was light: a stage, a night, a dark screen.
    dark_lit_peak: float = 150.0
    bright_warn_mean: float = 185.0
    bright_fail_mean: float = 205.0
    bright_high: float = 240.0
    # Where even the darkest hundredth is over this, nothing is left of the shadows.
    bright_low: float = 110.0
    # How much of the picture may be black bars is what is left of these.
    bars_warn_area: float = 0.96
    bars_fail_area: float = 0.80
    clipping_warn_share: float = 0.04
    clipping_fail_share: float = 0.08
    noise_warn_db: float = 24.0
    # Steps of brightness a pixel that stay in a corner through all scenes.
    marks_from: float = 0.2
    # A fault of this share of the film is worth a look even where the film as a whole is good.
    partial_share: float = 0.2
    # Scenes may be dark or bright on purpose, so many of them have to be.
    partial_exposure_share: float = 0.4

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> "VideoSpec":
        """Read the video part of a programme profile; every key is optional.

        Raises BadSpec naming a key that is not known or a value that does not fit it.
        """
        kinds = {field.name: field.type for field in dataclasses.fields(cls)}
        values: dict[str, object] = {}
        for key, value in mapping.items():
            if key not in kinds:
                raise BadSpec(
                    N_("The video specification has the unknown key “%(key)s”. Known keys: %(known)s."),
                    key=key,
                    known=", ".join(kinds),
                )
            try:
                values[key] = _read(kinds[key], value)
            except (ValueError, TypeError, ZeroDivisionError) as error:
                raise BadSpec(
                    N_("The video specification's key “%(key)s” cannot be “%(value)s”."), key=key, value=value
                ) from error
        spec = cls(**values)  # type: ignore[arg-type]  # every value was read as its field's type
        spec._refuse_nonsense()
        return spec

    def _refuse_nonsense(self) -> None:
        if self.orientation not in {"", "landscape", "portrait"}:
            raise BadSpec(
                N_("The video specification's key “%(key)s” cannot be “%(value)s”."),
                key="orientation",
                value=self.orientation,
            )
        low, high = self.min_duration_s, self.max_duration_s
        if low is not None and high is not None and low > high:
            raise BadSpec(
                N_("The video specification's key “%(key)s” cannot be “%(value)s”."),
                key="max_duration_s",
                value=high,
            )


def _read(kind: object, value: object) -> object:
    if kind in {Fraction, Fraction | None}:
        # TOML gives 1.78 as a float; what was meant is the decimal, not the nearest binary number.
        return None if value is None else Fraction(str(value).replace(":", "/"))
    if kind == tuple[str, ...]:
        items = [value] if isinstance(value, str) else list(cast("list[object]", value))
        return tuple(str(item).lower() for item in items)
    if kind == int | None:
        return None if value is None else int(str(value))
    if kind is float:
        return float(str(value))
    if kind is bool:
        if not isinstance(value, bool):
            raise TypeError(value)
        return value
    return "" if value is None else str(value)
