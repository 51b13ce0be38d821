// The clip workplace: points from the player's position, rows in order, the running total against the standard.
// Without it the page still works: points are typed, and the row buttons are answered by the server.

// The frame that is shown at a time: the borders of frames are no short decimals, hence the little more.
const frameAt = (seconds, rate) => Math.floor(seconds * rate + 1e-4);
const pad = (number) => String(number).padStart(2, "0");

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

const shown = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;

class Editor {
  constructor(form) {
    this.form = form;
    this.films = new Map(JSON.parse(form.dataset.player).map((film) => [String(film.id), film]));
    this.words = JSON.parse(form.dataset.words);
    this.video = form.querySelector("video");
    this.list = form.querySelector("[data-ranges]");
    this.time = form.querySelector("[data-time]");
    this.template = form.querySelector("[data-new-range]");
    this.loaded = null;
    this.until = null;
    form.querySelector("[data-player-acts]").hidden = false;
    form.addEventListener("click", (event) => this.click(event));
    form.addEventListener("input", () => this.count());
    form.addEventListener("change", (event) => event.target.name === "range_film" && this.choose(this.rowOf(event.target)));
    this.list.addEventListener("focusin", (event) => this.choose(this.rowOf(event.target)));
    document.addEventListener("keydown", (event) => this.key(event));
    for (const name of ["timeupdate", "seeked", "loadedmetadata"]) this.video.addEventListener(name, () => this.tick());
    this.refresh();
    this.choose(this.rows()[0]);
  }

  rows() {
    return [...this.list.children];
  }

  rowOf(element) {
    return element.closest("[data-range]");
  }

  part(row, name) {
    return row.querySelector(`[name=range_${name}]`);
  }

  film(row) {
    return this.films.get(this.part(row, "film").value);
  }

  rate(film) {
    return film.rate[0] / film.rate[1];
  }

  // The row whose points the player sets; its film is the one to be seen.
  choose(row) {
    if (!row) return;
    this.current = row;
    for (const one of this.rows()) one.classList.toggle("is-current", one === row);
    const film = this.film(row);
    if (!film || this.loaded === film.id) return;
    if (this.loaded !== null) {
      this.video.src = film.proxy;
      this.video.poster = film.poster;
      this.video.setAttribute("aria-label", film.name);
    } else if (!this.video.src.includes(new URL(film.proxy, location.href).pathname)) {
      this.video.src = film.proxy;
      this.video.poster = film.poster;
    }
    this.loaded = film.id;
    this.tick();
  }

  tick() {
    const film = this.film(this.current);
    if (!film) return;
    this.time.textContent = timecode(frameAt(this.video.currentTime, this.rate(film)), this.rate(film));
    if (this.until !== null && this.video.currentTime >= this.until) {
      this.until = null;
      this.video.pause();
    }
  }

  set(side) {
    const film = this.film(this.current);
    // The out point is the first frame that is not shown any more: the one after the frame on the screen.
    const frame = frameAt(this.video.currentTime, this.rate(film)) + (side === "out" ? 1 : 0);
    this.part(this.current, side).value = timecode(frame, this.rate(film));
    this.count();
  }

  step(frames) {
    const film = this.film(this.current);
    const rate = this.rate(film);
    this.video.pause();
    this.video.currentTime = Math.max(0, (frameAt(this.video.currentTime, rate) + frames + 0.5) / rate);
  }

  key(event) {
    if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    const side = { i: "in", o: "out" }[event.key.toLowerCase()];
    if (side) this.set(side);
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.set) this.set(button.dataset.set);
    else if (button.dataset.step) this.step(Number(button.dataset.step));
    else if (button.dataset.act) {
      event.preventDefault();
      this[button.dataset.act](this.rowOf(button), button);
    }
  }

  add() {
    const row = this.template.content.firstElementChild.cloneNode(true);
    this.part(row, "film").value = this.current ? this.part(this.current, "film").value : this.part(row, "film").options[0].value;
    this.list.append(row);
    this.refresh();
    this.choose(row);
    this.part(row, "in").focus();
  }

  remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.refresh();
    if (next) {
      this.choose(next);
      next.querySelector("[data-act=remove]").focus();
    } else {
      this.add();
    }
  }

  up(row, button) {
    row.previousElementSibling?.before(row);
    this.refresh();
    button.focus();
  }

  down(row, button) {
    row.nextElementSibling?.after(row);
    this.refresh();
    button.focus();
  }

  play(row) {
    const film = this.film(row);
    const rate = this.rate(film);
    const start = parse(this.part(row, "in").value, rate);
    this.choose(row);
    this.until = parse(this.part(row, "out").value, rate);
    const begin = () => {
      if (start !== null) this.video.currentTime = start;
      this.video.play();
    };
    if (this.video.readyState) begin();
    else this.video.addEventListener("loadedmetadata", begin, { once: true });
  }

  refresh() {
    this.rows().forEach((row, index) => {
      for (const button of row.querySelectorAll("[data-act]")) {
        button.hidden = false;
        if (button.name) button.value = `${button.dataset.act}:${index + 1}`;
      }
    });
    this.count();
  }

  count() {
    let total = 0;
    for (const row of this.rows()) {
      const film = this.film(row);
      const ends = film ? ["in", "out"].map((side) => parse(this.part(row, side).value, this.rate(film))) : [null, null];
      const length = ends.includes(null) ? 0 : ends[1] - ends[0];
      row.querySelector("[data-length]").textContent = length > 0 ? shown(length) : "";
      total += Math.max(0, length);
    }
    const standard = Number(this.form.dataset.standard);
    const tolerance = Number(this.form.dataset.tolerance);
    const verdict = total < standard - tolerance ? "short" : total > standard + tolerance ? "long" : "fits";
    this.form.querySelector("[data-total]").textContent = total ? shown(total) : "–";
    this.form.querySelector("[data-verdict]").textContent = total && standard ? this.words[verdict] : "";
  }
}

export default function editor(form) {
  return new Editor(form);
}
