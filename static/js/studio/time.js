// Media time in the page: frames are whole numbers, timecode counts them, seconds only go to the player.

// The frame that is shown at a time: the borders of frames are no short decimals, hence the little more.
export const frameAt = (seconds, rate) => Math.floor(seconds * rate + 1e-4);

// The middle of a frame, where no rounding of the player's can show its neighbour.
export const middleOf = (frame, rate) => (frame + 0.5) / rate;

export const rateOf = (film) => film.rate[0] / film.rate[1];

const pad = (number) => String(number).padStart(2, "0");

// How many numbers a minute drop frame leaves out: two at 30000/1001, four at 60000/1001, else none.
function droppedAMinute(rate) {
  const base = Math.round(rate);
  return base % 30 === 0 && Math.abs(rate * 1001 - base * 1000) < 1e-3 ? base / 15 : 0;
}

// HH:MM:SS:FF as the server writes it; at 30000/1001 and 60000/1001 counted in drop frame, with ";".
export function timecode(frame, rate) {
  const base = Math.round(rate);
  const dropped = droppedAMinute(rate);
  let number = frame;
  if (dropped) {
    const perMinute = base * 60 - dropped;
    const tens = Math.floor(frame / (perMinute * 10 + dropped));
    const rest = frame % (perMinute * 10 + dropped);
    number += dropped * (9 * tens + (rest >= dropped ? Math.floor((rest - dropped) / perMinute) : 0));
  }
  const seconds = Math.floor(number / base);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(pad);
  return `${parts.join(":")}${dropped ? ";" : ":"}${pad(number % base)}`;
}

// Seconds, a clock or a timecode as the server reads them; null for what is none of these.
export function parse(text, rate) {
  const value = text.trim();
  if (/^\d{1,6}(\.\d{1,9})?$/.test(value)) return Number(value);
  const code = value.match(/^(\d{1,3}):([0-5]?\d):([0-5]?\d)([:;])(\d{1,3})$/);
  if (code) return fromTimecode(code.slice(1, 4).map(Number), Number(code[5]), rate, code[4] === ";");
  const clock = value.match(/^(?:(\d{1,3}):)?([0-5]?\d):([0-5]?\d(?:\.\d{1,9})?)$/);
  return clock ? Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : null;
}

function fromTimecode([hours, minutes, seconds], frames, rate, drop) {
  const base = Math.round(rate);
  if (frames >= base) return null;
  let number = ((hours * 60 + minutes) * 60 + seconds) * base + frames;
  if (drop) {
    const dropped = droppedAMinute(rate);
    // Drop frame has no meaning at other rates, and the numbers that it leaves out do not exist.
    if (!dropped || (minutes % 10 && seconds === 0 && frames < dropped)) return null;
    const all = hours * 60 + minutes;
    number -= dropped * (all - Math.floor(all / 10));
  }
  return number / rate;
}

// The frame that a typed time names: the nearest one, because people write 7.04 for the frame at 7.0417.
export function typedFrame(text, rate) {
  const seconds = parse(text, rate);
  return seconds === null ? null : Math.round(seconds * rate);
}

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;
