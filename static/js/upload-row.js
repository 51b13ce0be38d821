// One file of the drop zone: its line, its state, its buttons. tus.js does the sending.
import { announce, fill, postJson } from "./http.js";
import { Refusal, TusUpload } from "./tus.js";

const SPEED_WINDOW_MS = 8000;

export function size(bytes) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let at = 0;
  let value = bytes;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at ? value.toFixed(1) : value} ${units[at]}`;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (!parts[0]) parts.shift();
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

// How fast bytes went lately.
export class Speed {
  constructor() {
    this.seen = [];
  }

  // Bytes a second; 0 while too little has been seen.
  at(done) {
    const now = performance.now();
    this.seen.push([now, done]);
    while (this.seen.length > 2 && now - this.seen[0][0] > SPEED_WINDOW_MS) this.seen.shift();
    const [then, before] = this.seen[0];
    return now - then > 500 ? Math.max(0, ((done - before) * 1000) / (now - then)) : 0;
  }
}

const ENDED = new Set(["done", "known", "failed", "cancelled"]);

export class Row {
  constructor(file, zone) {
    this.file = file;
    this.zone = zone;
    this.state = "waiting";
    this.done = 0;
    this.element = document.createElement("li");
    this.element.innerHTML = '<div class="upload-head"><span class="upload-name"></span><span class="upload-size"></span><button class="btn btn-quiet btn-sm" type="button" data-main></button><button class="btn btn-quiet btn-sm" type="button" data-cancel></button></div><progress class="bar" max="1" value="0"></progress><p class="upload-note"></p>';
    this.bar = this.element.querySelector("progress");
    this.note = this.element.querySelector(".upload-note");
    this.main = this.element.querySelector("[data-main]");
    this.cancel = this.element.querySelector("[data-cancel]");
    this.element.querySelector(".upload-name").textContent = file.name;
    this.element.querySelector(".upload-size").textContent = size(file.size);
    this.bar.setAttribute("aria-label", file.name);
    this.main.addEventListener("click", () => this.press());
    this.cancel.addEventListener("click", () => this.stop());
    this.turn("waiting");
  }

  get over() {
    return ENDED.has(this.state);
  }

  turn(state, note = this.zone.words[state] ?? "") {
    const { words } = this.zone;
    this.element.classList.remove(`upload-${this.state}`);
    this.state = state;
    this.element.classList.add(`upload-${state}`);
    this.note.textContent = note;
    const act = { running: words.pause, paused: words.resume, failed: this.hopeless ? "" : words.retry }[state] ?? "";
    this.main.hidden = !act;
    this.main.textContent = act;
    this.main.setAttribute("aria-label", `${act}: ${this.file.name}`);
    this.cancel.textContent = this.over ? words.remove : words.cancel;
    this.cancel.setAttribute("aria-label", `${this.cancel.textContent}: ${this.file.name}`);
    this.zone.place(this);
    this.zone.count();
  }

  press() {
    if (this.state === "running") this.pause();
    else this.again();
  }

  async run() {
    const { endpoint, metadata, words } = this.zone;
    this.stalls = false;
    this.turn("running", words.preparing);
    this.speed = new Speed();
    this.tus ??= new TusUpload(this.file, {
      endpoint,
      metadata,
      onProgress: (done) => this.progress(done),
      onResume: () => (this.note.textContent = words.resumed),
      onRetry: (seconds, layer, code) => this.stall(fill(words[`retry_${layer}`], { s: seconds, code })),
    });
    try {
      const answer = await this.tus.start();
      if (!answer) return; // paused or cancelled by hand
      this.done = this.file.size;
      this.bar.value = 1;
      const note = answer.headers.get("qichuang-note");
      this.turn("done", note ? decodeURIComponent(note) : words.done);
      announce(`${this.file.name}: ${this.note.textContent}`);
      this.zone.finished(this, answer);
    } catch (error) {
      this.fail(error);
    }
  }

  stall(note) {
    this.note.textContent = note;
    this.stalls = true;
    this.zone.count();
  }

  progress(done) {
    if (this.state !== "running") return;
    this.stalls = false;
    this.done = done;
    this.bar.value = this.file.size ? done / this.file.size : 1;
    const rate = this.speed.at(done);
    if (rate > 0) this.note.textContent = fill(this.zone.words.rest, { rate: size(rate), time: clock((this.file.size - done) / rate) });
    this.zone.count();
  }

  // What went wrong, begun with where: the file on this computer, the login, the room on the server, the check.
  fail(error) {
    if (!(error instanceof Refusal)) throw error;
    const { words } = this.zone;
    this.hopeless = error.layer === "refused";
    const said = { file: words.unreadable, login: words.login, storage: words.full }[error.layer];
    this.turn("failed", said ?? (error.said || fill(words.failed, { code: error.status })));
    announce(`${this.file.name}: ${this.note.textContent}`);
  }

  refuse(text) {
    this.hopeless = true;
    this.turn("failed", text);
  }

  // The same bytes are here already: say as which film, and offer what can be decided about it.
  known(film) {
    const { words } = this.zone;
    this.done = this.file.size;
    this.turn("known", `${film.said} `);
    const link = document.createElement("a");
    link.href = film.url;
    link.textContent = words.openFilm;
    this.note.append(link);
    if (film.name !== this.file.name) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-secondary btn-sm";
      button.textContent = fill(words.takeName, { name: this.file.name });
      button.addEventListener("click", () => this.takeName(film));
      this.note.append(" ", button);
    }
    announce(`${this.file.name}: ${film.said}`);
  }

  async takeName(film) {
    try {
      this.known(await postJson(film.rename, { name: this.file.name }));
      this.zone.box.dispatchEvent(new CustomEvent("upload:done", { bubbles: true, detail: { file: this.file } }));
    } catch (error) {
      this.note.textContent = error.said || this.zone.words.retry_network_short;
    }
  }

  pause() {
    this.tus.pause();
    this.turn("paused");
    this.zone.next();
  }

  again() {
    this.turn("waiting");
    this.zone.next();
  }

  async stop() {
    if (!this.over) await this.tus?.cancel();
    this.turn("cancelled");
    this.zone.drop(this);
  }
}
