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
    min_frame_rate: Fraction = Fraction(24)

    black_from_s: Fraction = Fraction(1)
    freeze_from_s: Fraction = Fraction(2)
    max_silence_share: Fraction = Fraction(1, 5)
    min_loudness_lufs: float = -30.0
    max_true_peak_dbtp: float = 3.0

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
    return "" if value is None else str(value)
