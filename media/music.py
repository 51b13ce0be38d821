"""A music bed: one piece of music made as long as a clip, quieter wherever somebody speaks.

The bed is computed and not left to a compressor: where people speak is known beforehand, so that the music
goes down shortly before they begin and the result is the same every time. Levels are relative to the
programme, so that levelling the mix afterwards keeps their relation.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from media import ffmpeg, hostile
from media.deliveries import Loudness
from media.dress import Music
from media.errors import N_, BadDress, Cancelled, EngineFailed
from media.ffmpeg import ShouldStop
from media.graph import Filter
from media.loudness import LoudnessReading, meter, read_loudness

Samples = NDArray[np.float32]

ENVELOPE_RATE_HZ = 8_000
# The envelope counts in steps of a fiftieth of a second.
_STEP = ENVELOPE_RATE_HZ // 50
_STEPS_S = 50
# Speech is what comes within this of the programme's loudness; the pauses between words are quieter.
_SPEECH_LU = -15.0
# The music begins to go down so long before a word and stays down so long after one.
_LEAD_S, _HOLD_S, _RAMP_S = 0.3, 0.8, 0.5
_SILENT_LEVEL = 10 ** (-60 / 20)
_SHORTEST_S = 1
# Without a programme to measure against, a bed is this loud.
_ALONE_LUFS = -23.0
_BLOCK_S = 10


def admit(path: Path, name: str) -> str:
    """Name the one demuxer that may open a sound file, by its first bytes; BadDress for anything else."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise BadDress(
            N_("The music %(name)s cannot be read (%(reason)s). Choose it again."),
            name=name,
            reason=error.strerror or type(error).__name__,
        ) from error
    kinds = (
        (head[4:8] == b"ftyp", "mov"),
        (head[:4] == b"RIFF" and head[8:12] == b"WAVE", "wav"),
        (head[:4] == b"fLaC", "flac"),
        (head[:4] == b"OggS", "ogg"),
        (head[:3] == b"ID3", "mp3"),
        (len(head) > 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0, "aac"),
        (len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2, "mp3"),
    )
    demuxer = next((kind for fits, kind in kinds if fits), None)
    if demuxer is None:
        raise BadDress(
            N_("%(name)s is no music that is known here. Use an MP3, M4A, WAV, FLAC or OGG file."), name=name
        )
    return demuxer


def read_music(
    music: Music, rate_hz: int, longest_s: Fraction, should_stop: ShouldStop | None = None
) -> Samples:
    """Decode music to stereo, at most so much of it, without the silence at its ends; one row a channel."""
    demuxer = admit(music.path, music.shown)
    blocks: list[Samples] = []
    left = math.ceil(longest_s * rate_hz)
    try:
        with av.open(
            hostile.address(music.path), format=demuxer, options={"protocol_whitelist": hostile.PROTOCOLS}
        ) as film:
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate_hz)
            for frame in film.decode(audio=0) if film.streams.audio else ():
                if should_stop and should_stop():
                    raise Cancelled(N_("The work on %(name)s was stopped."), name=music.shown)
                for piece in resampler.resample(frame):
                    block = piece.to_ndarray().astype(np.float32, copy=False)
                    # Leading silence does not count.
                    if not blocks and float(np.abs(block).max(initial=0)) < _SILENT_LEVEL:
                        continue
                    blocks.append(block)
                    left -= block.shape[1]
                if left <= 0:
                    break
    except (av.error.FFmpegError, ValueError) as error:
        raise _undecodable(music) from error
    sound = np.concatenate(blocks, axis=1) if blocks else np.zeros((2, 0), np.float32)
    loud = np.flatnonzero(np.abs(sound).max(axis=0) >= _SILENT_LEVEL)
    sound = sound[:, int(loud[0]) : int(loud[-1]) + 1] if len(loud) else sound[:, :0]
    if sound.shape[1] < _SHORTEST_S * rate_hz:
        raise BadDress(
            N_("The music %(name)s is silent or shorter than %(seconds)s s. Choose another piece."),
            name=music.shown,
            seconds=_SHORTEST_S,
        )
    return sound


def _undecodable(music: Music) -> BadDress:
    return BadDress(
        N_("The music %(name)s cannot be decoded. Save it again as MP3 or WAV."), name=music.shown
    )


def looped(sound: Samples, length: int, crossfade: int) -> Samples:
    """Make a sound so long, repeating it with cross-faded joints of equal power if it is too short."""
    own = sound.shape[1]
    if own >= length:
        return sound[:, :length]
    over = min(crossfade, own // 4)
    out = np.zeros((2, length), np.float32)
    rising = np.sin(np.linspace(0, np.pi / 2, over, dtype=np.float32)) if over else np.zeros(0, np.float32)
    at = 0
    while at < length:
        piece = sound.copy()
        if over and at:
            piece[:, :over] *= rising
        if over and at + own < length:
            piece[:, own - over :] *= rising[::-1]
        end = min(length, at + own)
        out[:, at:end] += piece[:, : end - at]
        at += own - over
    return out


def voices() -> list[Filter]:
    """Give the filters that leave what voices sound like."""
    return [Filter("highpass", {"f": "150"}), Filter("lowpass", {"f": "3500"})]


def speaking(envelope: Samples, loudness_lufs: float) -> NDArray[np.bool_]:
    """Say for each fiftieth of a second whether somebody speaks."""
    steps = len(envelope) // _STEP
    level = np.sqrt((envelope[: steps * _STEP].reshape(steps, _STEP).astype(np.float64) ** 2).mean(axis=1))
    said: NDArray[np.bool_] = level > 10 ** ((loudness_lufs + _SPEECH_LU) / 20)
    return said


def ducking(said: NDArray[np.bool_], music: Music) -> Samples:
    """Give the bed's level in LU for each fiftieth of a second: down before a word, up after the last."""
    down = np.zeros(len(said) + 1, np.int64)
    lead, hold = round(_LEAD_S * _STEPS_S), round(_HOLD_S * _STEPS_S)
    spoken = np.flatnonzero(said)
    np.add.at(down, np.maximum(0, spoken - lead), 1)
    np.add.at(down, np.minimum(len(said), spoken + hold), -1)
    level = np.where(np.cumsum(down[:-1]) > 0, music.ducked_lu, music.level_lu).astype(np.float32)
    ramp = round(_RAMP_S * _STEPS_S)
    if not len(level):
        return level
    widened = np.pad(level, (ramp // 2, ramp - 1 - ramp // 2), mode="edge")
    smoothed: Samples = np.convolve(widened, np.full(ramp, 1 / ramp), mode="valid").astype(np.float32)
    return smoothed


def write_bed(  # noqa: PLR0913 - all by name
    music: Music,
    out: Path,
    length: Fraction,
    rate_hz: int,
    *,
    speech: LoudnessReading,
    envelope: Path | None,
    loudness: Loudness | None,
    run: Callable[[list[str]], ffmpeg.Outcome],
    should_stop: ShouldStop | None = None,
) -> None:
    """Write a bed of exactly `length` as interleaved stereo floats.

    speech is the loudness of what the bed lies under, envelope its voices; where there is nothing to be
    heard, the bed is the programme. BadDress for a file that is no music.
    """
    sound = read_music(music, rate_hz, length, should_stop)
    gain_lu = _gain(music, length, speech, loudness, run)
    samples = round(length * rate_hz)
    bed = looped(sound, samples, round(music.crossfade * rate_hz))
    if speech.integrated_lufs is None or envelope is None:
        levels = np.zeros(1, np.float32)
    else:
        said = speaking(np.fromfile(envelope, np.float32), speech.integrated_lufs)
        levels = ducking(said, music)
    at = np.arange(len(levels)) * (rate_hz / _STEPS_S) + rate_hz / _STEPS_S / 2
    with out.open("wb") as file:
        for first in range(0, samples, _BLOCK_S * rate_hz):
            places = np.arange(first, min(samples, first + _BLOCK_S * rate_hz))
            volume = 10 ** ((np.interp(places, at, levels) + gain_lu) / 20)
            volume *= _faded(places, samples, music, rate_hz)
            block = bed[:, places[0] : places[-1] + 1] * volume
            file.write(np.ascontiguousarray(block.T, dtype="<f4").tobytes())


def _gain(
    music: Music,
    length: Fraction,
    speech: LoudnessReading,
    loudness: Loudness | None,
    run: Callable[[list[str]], ffmpeg.Outcome],
) -> float:
    """Give the gain that brings the music to the loudness of the programme."""
    demuxer = admit(music.path, music.shown)
    step = meter()
    told = ":".join(f"{key}={value}" for key, value in step.options.items())
    try:
        outcome = run(
            [
                "-protocol_whitelist", hostile.PROTOCOLS, "-f", demuxer, "-t", str(math.ceil(length)),
                "-i", hostile.address(music.path),
                "-map", "0:a:0", "-af", f"{step.name}={told}", "-f", "null", "-",
            ]
        )  # fmt: skip
    except EngineFailed as error:
        raise _undecodable(music) from error
    own = read_loudness(outcome.log).integrated_lufs
    if own is None:
        raise BadDress(
            N_("The music %(name)s is silent or shorter than %(seconds)s s. Choose another piece."),
            name=music.shown,
            seconds=_SHORTEST_S,
        )
    if speech.integrated_lufs is not None:
        return speech.integrated_lufs - own
    return (loudness.target_lufs if loudness else _ALONE_LUFS) - own


def _faded(places: NDArray[np.int64], samples: int, music: Music, rate_hz: int) -> NDArray[np.float64]:
    """Give how much of the bed is heard at some places: it comes at the start and goes at the end."""
    rise = max(1.0, float(min(music.fade_in * rate_hz, Fraction(samples, 3))))
    fall = max(1.0, float(min(music.fade_out * rate_hz, Fraction(samples, 3))))
    return np.clip(places / rise, 0, 1) * np.clip((samples - 1 - places) / fall, 0, 1)
