// Media time in the page: frames are whole numbers, timecode counts them, seconds only go to the player.

// The frame that is shown at a time: the borders of frames are no short decimals, hence the little more.
export const frameAt = (seconds, rate) => Math.floor(seconds * rate + 1e-4);

// The middle of a frame, where no rounding of the player's can show its neighbour.
export const middleOf = (frame, rate) => (frame + 0.5) / rate;

export const rateOf = (film) => film.rate[0] / film.rate[1];

const pad = (number) => String(number).padStart(2, "0");

// HH:MM:SS:FF, counted without dropping numbers, as the server writes it.
export function timecode(frame, rate) {
  const base = Math.round(rate);
  const seconds = Math.floor(frame / base);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, frame % base].map(pad).join(":");
}

// Seconds, a clock or a timecode as the server reads them; null for what is none of these (or drop frame, which
// only the server counts).
export function parse(text, rate) {
  const value = text.trim();
  if (/^\d{1,6}(\.\d{1,9})?$/.test(value)) return Number(value);
  const code = value.match(/^(\d{1,3}):([0-5]?\d):([0-5]?\d):(\d{1,3})$/);
  if (code) {
    const [hours, minutes, seconds, frames] = code.slice(1).map(Number);
    const base = Math.round(rate);
    return frames < base ? (((hours * 60 + minutes) * 60 + seconds) * base + frames) / rate : null;
  }
  const clock = value.match(/^(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d(?:\.\d{1,9})?)$/);
  return clock ? Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : null;
}

// The frame that a typed time names: the nearest one, because people write 7.04 for the frame at 7.0417.
export function typedFrame(text, rate) {
  const seconds = parse(text, rate);
  return seconds === null ? null : Math.round(seconds * rate);
}

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;
