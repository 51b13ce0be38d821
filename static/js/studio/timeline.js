// The film drawn along its time: pictures, sound, faults, ranges with handles. Times are frames of the film.

import { getJson } from "../http.js";
import { rateOf, timecode } from "./time.js";

const RULER = 20;
const STRIP = 54;
const WAVE = 44;
const SNAP_PX = 8;
const CLOSEST_PX_A_FRAME = 12;
const STEPS_S = [0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800];

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const shortClock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export class Timeline {
  // host says what happens: seek(frame), change(index, side, frame) while dragging, done(), choose(index).
  constructor(root, words, host) {
    this.root = root;
    this.words = words;
    this.host = host;
    this.stage = root.querySelector("[data-stage]");
    this.canvas = root.querySelector("canvas");
    this.layer = root.querySelector("[data-layer]");
    this.head = root.querySelector("[data-head]");
    this.scroll = root.querySelector("[data-scroll]");
    this.film = null;
    this.known = new Map();
    this.ranges = [];
    this.frame = 0;
    this.snaps = true;
    this.drag = null;
    this.bind();
    root.hidden = false;
  }

  bind() {
    this.stage.addEventListener("pointerdown", (event) => this.down(event));
    this.stage.addEventListener("pointermove", (event) => this.moveTo(event));
    for (const name of ["pointerup", "pointercancel"]) this.stage.addEventListener(name, (event) => this.up(event));
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.layer.addEventListener("keydown", (event) => this.key(event));
    this.layer.addEventListener("focusin", (event) => {
      const box = event.target.closest("[data-index]");
      if (box) this.host.choose(Number(box.dataset.index));
    });
    this.scroll.addEventListener("input", () => {
      this.left = Number(this.scroll.value);
      this.draw();
    });
    new ResizeObserver(() => this.draw()).observe(this.stage);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  // The whole of a film; what is known of it is asked for once.
  async show(film) {
    if (this.film?.id === film.id) return;
    this.film = film;
    this.rate = rateOf(film);
    this.frames = Math.max(1, Math.round(film.duration * this.rate));
    this.left = 0;
    this.span = this.frames;
    this.draw();
    if (!this.known.has(film.id)) this.known.set(film.id, this.load(film));
    await this.known.get(film.id);
    this.draw();
  }

  async load(film) {
    const data = await getJson(film.timeline);
    film.facts = { ...data, points: this.points(data) };
    const work = [];
    if (data.waveform) work.push(getJson(data.waveform).then((wave) => (film.wave = wave)));
    if (data.strip) {
      const image = new Image();
      image.src = data.strip.url;
      work.push(image.decode().then(() => (film.sheet = image)));
    }
    // A strip that cannot be had leaves its row empty; the work goes on.
    await Promise.allSettled(work);
  }

  // What points snap to: scene cuts, and where a silence begins or ends.
  points(data) {
    const rate = data.rate[0] / data.rate[1];
    const seconds = [...data.cuts, ...data.silences.flat()];
    return [...new Set(seconds.map((one) => Math.round(one * rate)))].sort((a, b) => a - b);
  }

  startsScene(frame) {
    return (this.film.facts?.cuts ?? []).some((seconds) => Math.round(seconds * this.rate) === frame);
  }

  neighbour(direction) {
    const places = [0, ...(this.film.facts?.points ?? []), ...this.ranges.flatMap((one) => [one.in, one.out]), this.frames - 1].filter((one) => Number.isInteger(one));
    const beyond = places.filter((one) => (direction > 0 ? one > this.frame : one < this.frame));
    if (!beyond.length) return this.frame;
    return direction > 0 ? Math.min(...beyond) : Math.max(...beyond);
  }

  setRanges(ranges) {
    this.ranges = ranges;
    this.drawRanges();
  }

  setHead(frame) {
    this.frame = frame;
    if (!this.film) return;
    // While it plays, a view that is zoomed in turns the page when the playhead leaves it.
    if (!this.drag && this.span < this.frames && (frame < this.left || frame >= this.left + this.span)) {
      this.left = clamp(frame - this.span * 0.1, 0, this.frames - this.span);
      this.draw();
    }
    this.placeHead();
  }

  placeHead() {
    const x = this.xOf(this.frame);
    this.head.hidden = x < 0 || x > this.width;
    this.head.style.transform = `translateX(${x}px)`;
  }

  xOf(frame) {
    return ((frame - this.left) / this.span) * this.width;
  }

  frameAtX(x) {
    return clamp(Math.floor(this.left + (x / this.width) * this.span), 0, this.frames);
  }

  // factor below 1 shows less of the film in more room; the frame at x stays where it is.
  zoom(factor, x = this.xOf(this.frame)) {
    const anchor = this.left + (clamp(x, 0, this.width) / this.width) * this.span;
    const least = Math.min(this.frames, this.width / CLOSEST_PX_A_FRAME);
    const span = clamp(this.span * factor, least, this.frames);
    this.left = clamp(anchor - ((anchor - this.left) / this.span) * span, 0, this.frames - span);
    this.span = span;
    this.draw();
  }

  all() {
    this.left = 0;
    this.span = this.frames;
    this.draw();
  }

  wheel(event) {
    if (!event.ctrlKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY) && !event.shiftKey) return;
    event.preventDefault();
    if (event.ctrlKey) this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.xIn(event));
    else {
      const by = ((event.deltaX || event.deltaY) / this.width) * this.span;
      this.left = clamp(this.left + by, 0, this.frames - this.span);
      this.draw();
    }
  }

  xIn(event) {
    return event.clientX - this.stage.getBoundingClientRect().left;
  }

  down(event) {
    if (event.button !== 0 || !this.film) return;
    const handle = event.target.closest("[data-side]");
    const box = event.target.closest("[data-index]");
    const index = box ? Number(box.dataset.index) : null;
    this.stage.setPointerCapture(event.pointerId);
    if (handle) {
      this.drag = { index, side: handle.dataset.side, moved: false };
      this.host.choose(index);
      handle.focus({ preventScroll: true });
    } else {
      this.drag = { side: "head" };
      if (index !== null) this.host.choose(index);
      this.host.seek(this.frameAtX(this.xIn(event)));
    }
    event.preventDefault();
  }

  moveTo(event) {
    if (!this.drag) return;
    const at = this.frameAtX(this.xIn(event));
    if (this.drag.side === "head") this.host.seek(at);
    else {
      this.drag.moved = true;
      this.place(this.drag.index, this.drag.side, this.snapped(at, this.drag, event.altKey));
    }
  }

  up() {
    const drag = this.drag;
    this.drag = null;
    if (drag && drag.side !== "head" && drag.moved) this.host.done();
  }

  // The nearest scene cut, silence, playhead or neighbouring range, if it is near enough on the screen.
  snapped(frame, drag, off) {
    if (!this.snaps || off) return frame;
    const edges = this.ranges.filter((one) => one.index !== drag.index).flatMap((one) => [one.in, one.out]);
    const places = [...(this.film.facts?.points ?? []), ...edges, this.frame + (drag.side === "out" ? 1 : 0)];
    const reach = (SNAP_PX / this.width) * this.span;
    let best = frame;
    let distance = reach;
    for (const place of places) {
      if (Math.abs(place - frame) <= distance) {
        best = place;
        distance = Math.abs(place - frame);
      }
    }
    return best;
  }

  place(index, side, frame) {
    const range = this.ranges.find((one) => one.index === index);
    if (!range) return;
    const value = side === "in" ? clamp(frame, 0, (range.out ?? this.frames) - 1) : clamp(frame, (range.in ?? 0) + 1, this.frames);
    range[side] = value;
    this.host.change(index, side, value);
    // The out point is the first frame that is not shown any more: the one before it is what the clip ends with.
    this.host.seek(side === "out" ? value - 1 : value);
    this.drawRanges();
  }

  key(event) {
    const handle = event.target.closest("[data-side]");
    if (!handle || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = Number(handle.closest("[data-index]").dataset.index);
    const side = handle.dataset.side;
    const range = this.ranges.find((one) => one.index === index);
    const much = event.shiftKey ? 10 : 1;
    const second = Math.round(this.rate);
    const by = { ArrowLeft: -much, ArrowRight: much, ArrowDown: -much, ArrowUp: much, PageDown: -second, PageUp: second }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.place(index, side, range[side] + by);
    this.host.done();
    this.layer.querySelector(`[data-index="${index}"] [data-side=${side}]`)?.focus({ preventScroll: true });
  }

  // --- drawing

  draw() {
    if (!this.film) return;
    this.width = this.stage.clientWidth;
    if (!this.width) return;
    const scale = devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * scale);
    this.canvas.height = Math.round((RULER + STRIP + WAVE) * scale);
    const style = getComputedStyle(this.root);
    this.colours = Object.fromEntries(["ink", "quiet", "wave", "line", "ground"].map((name) => [name, style.getPropertyValue(`--tl-${name}`).trim()]));
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.fillStyle = this.colours.ground;
    pen.fillRect(0, 0, this.width, RULER + STRIP + WAVE);
    this.drawRuler(pen);
    this.drawStrip(pen);
    this.drawWave(pen);
    this.drawCuts(pen);
    this.drawRanges();
    this.drawFaults();
    this.placeHead();
    this.scroll.hidden = this.span >= this.frames - 0.5;
    this.scroll.max = String(Math.max(0, this.frames - this.span));
    this.scroll.value = String(this.left);
  }

  drawRuler(pen) {
    const seconds = this.span / this.rate;
    const step = STEPS_S.find((one) => (one / seconds) * this.width >= 64) ?? STEPS_S.at(-1);
    pen.fillStyle = this.colours.quiet;
    pen.strokeStyle = this.colours.line;
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    for (let number = Math.ceil(this.left / this.rate / step); ; number += 1) {
      const x = this.xOf(number * step * this.rate);
      if (x > this.width) break;
      pen.fillRect(Math.round(x), RULER - 6, 1, 6);
      pen.fillText(step < 1 ? (number * step).toFixed(1) : shortClock(number * step), Math.round(x) + 4, RULER / 2);
    }
  }

  drawStrip(pen) {
    const { sheet, facts } = this.film;
    if (!sheet || !facts?.strip) return;
    const strip = facts.strip;
    const wide = (STRIP * strip.tile_width) / strip.tile_height;
    const interval = this.intervalOf(strip);
    for (let x = 0; x < this.width; x += wide) {
      const seconds = (this.left + ((x + wide / 2) / this.width) * this.span) / this.rate;
      const tile = clamp(Math.round(seconds / interval), 0, strip.count - 1);
      const column = tile % strip.columns;
      const row = Math.floor(tile / strip.columns);
      pen.drawImage(sheet, column * strip.tile_width, row * strip.tile_height, strip.tile_width, strip.tile_height, x, RULER, wide, STRIP);
    }
  }

  intervalOf(strip) {
    const [above, below] = String(strip.interval_s).split("/").map(Number);
    return below ? above / below : above;
  }

  drawWave(pen) {
    const wave = this.film.wave;
    if (!wave?.peaks.length) return;
    const middle = RULER + STRIP + WAVE / 2;
    const perPixel = (this.span / this.width / this.rate) * wave.peaks_per_second;
    pen.fillStyle = this.colours.wave;
    for (let x = 0; x < this.width; x += 1) {
      const from = Math.floor((this.left / this.rate) * wave.peaks_per_second + x * perPixel);
      const until = Math.max(from + 1, Math.floor(from + perPixel));
      let peak = 0;
      for (let at = from; at < until && at < wave.peaks.length; at += 1) peak = Math.max(peak, wave.peaks[at]);
      const tall = (peak / 100) * (WAVE - 4);
      pen.fillRect(x, middle - tall / 2, 1, Math.max(1, tall));
    }
  }

  drawCuts(pen) {
    pen.fillStyle = this.colours.ink;
    for (const seconds of this.film.facts?.cuts ?? []) {
      const x = Math.round(this.xOf(seconds * this.rate));
      if (x >= 0 && x <= this.width) pen.fillRect(x, RULER, 1, STRIP + WAVE);
    }
  }

  drawRanges() {
    if (!this.film || !this.width) return;
    const boxes = new Map([...this.layer.querySelectorAll("[data-index]")].map((box) => [Number(box.dataset.index), box]));
    for (const range of this.ranges) {
      const whole = Number.isInteger(range.in) && Number.isInteger(range.out) && range.out > range.in;
      let box = boxes.get(range.index);
      boxes.delete(range.index);
      if (!whole) {
        box?.remove();
        continue;
      }
      if (!box) {
        box = this.newBox(range.index);
        this.layer.append(box);
      }
      const left = this.xOf(range.in);
      const right = this.xOf(range.out);
      box.hidden = right < -20 || left > this.width + 20;
      box.style.left = `${left}px`;
      box.style.width = `${Math.max(2, right - left)}px`;
      box.classList.toggle("is-current", Boolean(range.current));
      box.querySelector("[data-number]").textContent = String(range.index + 1);
      this.tellHandle(box, "in", range);
      this.tellHandle(box, "out", range);
    }
    for (const box of boxes.values()) box.remove();
  }

  newBox(index) {
    const box = document.createElement("div");
    box.className = "tl-range";
    box.dataset.index = String(index);
    const number = document.createElement("span");
    number.className = "tl-number";
    number.dataset.number = "";
    box.append(number);
    for (const side of ["in", "out"]) {
      const handle = document.createElement("div");
      handle.className = `tl-handle tl-${side}`;
      handle.dataset.side = side;
      handle.tabIndex = 0;
      handle.setAttribute("role", "slider");
      box.append(handle);
    }
    return box;
  }

  tellHandle(box, side, range) {
    const handle = box.querySelector(`[data-side=${side}]`);
    handle.setAttribute("aria-label", this.words[side].replace("{number}", range.index + 1));
    handle.setAttribute("aria-valuemin", "0");
    handle.setAttribute("aria-valuemax", String(this.frames));
    handle.setAttribute("aria-valuenow", String(range[side]));
    handle.setAttribute("aria-valuetext", timecode(range[side], this.rate));
  }

  drawFaults() {
    const row = this.root.querySelector("[data-faults]");
    row.replaceChildren();
    for (const fault of this.film.facts?.faults ?? []) {
      for (const [start, end] of fault.ranges) {
        const left = this.xOf(start * this.rate);
        const right = this.xOf(end * this.rate);
        if (right < 0 || left > this.width) continue;
        const mark = document.createElement("span");
        mark.className = `tl-fault tl-${fault.verdict}`;
        mark.title = `${fault.title} · ${fault.word}`;
        mark.style.left = `${left}px`;
        mark.style.width = `${Math.max(3, right - left)}px`;
        row.append(mark);
      }
    }
  }
}
