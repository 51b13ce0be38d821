// The drop zone: several files, two at a time, each with progress, speed and what is left. tus.js does the sending.
import { announce, fill } from "./http.js";
import { Refusal, TusUpload } from "./tus.js";

const AT_ONCE = 2;
const SPEED_WINDOW_MS = 8000;

function size(bytes) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let at = 0;
  let value = bytes;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at ? value.toFixed(1) : value} ${units[at]}`;
}

function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (!parts[0]) parts.shift();
  return parts.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

class Row {
  constructor(file, zone) {
    this.file = file;
    this.zone = zone;
    this.state = "waiting";
    this.seen = [];
    this.element = document.createElement("li");
    this.element.innerHTML = '<div class="upload-head"><span class="upload-name"></span><span class="upload-size"></span><button class="btn btn-quiet btn-sm" type="button" data-main></button><button class="btn btn-quiet btn-sm" type="button" data-cancel></button></div><progress class="bar" max="1" value="0"></progress><p class="upload-note"></p>';
    this.bar = this.element.querySelector("progress");
    this.note = this.element.querySelector(".upload-note");
    this.main = this.element.querySelector("[data-main]");
    this.cancel = this.element.querySelector("[data-cancel]");
    this.element.querySelector(".upload-name").textContent = file.name;
    this.element.querySelector(".upload-size").textContent = size(file.size);
    this.bar.setAttribute("aria-label", file.name);
    this.main.addEventListener("click", () => (this.state === "running" ? this.pause() : this.again()));
    this.cancel.addEventListener("click", () => this.stop());
    this.turn("waiting");
  }

  turn(state, note = this.zone.words[state] ?? "") {
    const { words } = this.zone;
    this.element.classList.remove(`upload-${this.state}`);
    this.state = state;
    this.element.classList.add(`upload-${state}`);
    this.note.textContent = note;
    this.main.hidden = !["running", "paused", "failed"].includes(state) || (state === "failed" && this.hopeless);
    this.main.textContent = { running: words.pause, paused: words.resume, failed: words.retry }[state] ?? "";
    this.main.setAttribute("aria-label", `${this.main.textContent}: ${this.file.name}`);
    this.cancel.textContent = ["done", "failed", "cancelled"].includes(state) ? words.remove : words.cancel;
    this.cancel.setAttribute("aria-label", `${this.cancel.textContent}: ${this.file.name}`);
  }

  async run() {
    const { endpoint, metadata, words } = this.zone;
    this.turn("running", words.preparing);
    this.seen = [];
    this.tus ??= new TusUpload(this.file, {
      endpoint,
      metadata,
      onProgress: (done) => this.progress(done),
      onResume: () => (this.note.textContent = words.resumed),
      onRetry: (seconds) => (this.note.textContent = fill(words.retrying, { s: seconds })),
    });
    try {
      const answer = await this.tus.start();
      if (!answer) return; // paused or cancelled by hand
      this.bar.value = 1;
      this.turn("done");
      announce(`${this.file.name}: ${words.done}`);
      this.zone.finished(this, answer);
    } catch (error) {
      this.fail(error);
    }
  }

  progress(done) {
    if (this.state !== "running") return;
    const now = performance.now();
    this.bar.value = this.file.size ? done / this.file.size : 1;
    this.seen.push([now, done]);
    while (this.seen.length > 2 && now - this.seen[0][0] > SPEED_WINDOW_MS) this.seen.shift();
    const [at, before] = this.seen[0];
    const rate = now - at > 500 ? ((done - before) * 1000) / (now - at) : 0;
    if (rate > 0) this.note.textContent = fill(this.zone.words.rest, { rate: size(rate), time: clock((this.file.size - done) / rate) });
  }

  fail(error) {
    const { words } = this.zone;
    if (!(error instanceof Refusal)) throw error;
    const known = { 401: words.login, 403: words.login, 413: words.tooLarge, 507: words.full }[error.status];
    this.hopeless = [400, 413, 415, 422].includes(error.status);
    // A full disk: the words of the page say what the server does not know, that the upload can go on.
    const said = error.status === 507 ? known : error.said || known;
    this.turn("failed", said || fill(words.failed, { code: error.status }));
    announce(`${this.file.name}: ${this.note.textContent}`);
  }

  refuse(text) {
    this.hopeless = true;
    this.turn("failed", text);
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
    const over = ["done", "failed", "cancelled"].includes(this.state);
    if (!over) await this.tus?.cancel();
    this.turn("cancelled");
    this.zone.drop(this);
  }
}

class Zone {
  constructor(box) {
    this.box = box;
    this.endpoint = box.dataset.endpoint;
    this.metadata = JSON.parse(box.dataset.metadata);
    this.words = JSON.parse(box.dataset.words);
    this.list = box.querySelector(".upload-list");
    this.input = box.querySelector("input[type=file]");
    this.rows = [];
    const label = box.querySelector(".drop");
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = ""; // so that the same file can be chosen again after a refusal
    });
    for (const name of ["dragenter", "dragover"]) label.addEventListener(name, (event) => (event.preventDefault(), label.classList.add("is-over")));
    for (const name of ["dragleave", "drop"]) label.addEventListener(name, () => label.classList.remove("is-over"));
    label.addEventListener("drop", (event) => (event.preventDefault(), this.add(event.dataTransfer.files)));
    addEventListener("beforeunload", (event) => this.busy() && event.preventDefault());
    addEventListener("online", () => this.rows.forEach((row) => row.tus?.wake()));
  }

  busy() {
    return this.rows.filter((row) => row.state === "running").length;
  }

  takes(file) {
    const kinds = this.input.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
    const fits = (kind) => (kind.startsWith(".") ? file.name.toLowerCase().endsWith(kind) : kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind);
    return kinds.length === 0 || kinds.some(fits);
  }

  add(files) {
    for (const file of this.input.multiple ? files : [...files].slice(0, 1)) {
      const row = new Row(file, this);
      this.rows.push(row);
      this.list.append(row.element);
      if (!this.takes(file)) row.refuse(fill(this.words.refusedType, { accept: this.input.accept }));
      else if (!file.size) row.refuse(this.words.empty);
    }
    this.list.hidden = this.rows.length === 0;
    this.next();
  }

  next() {
    for (const row of this.rows) {
      if (this.busy() >= AT_ONCE) return;
      if (row.state === "waiting") row.run().finally(() => this.next());
    }
  }

  drop(row) {
    this.rows = this.rows.filter((one) => one !== row);
    row.element.remove();
    this.list.hidden = this.rows.length === 0;
    this.next();
    this.input.focus();
  }

  finished(row, answer) {
    this.box.querySelector("[data-after]")?.removeAttribute("hidden");
    this.box.dispatchEvent(new CustomEvent("upload:done", { bubbles: true, detail: { file: row.file, ...answer } }));
    document.dispatchEvent(new Event("jobs:changed"));
  }
}

export default function upload(box) {
  return new Zone(box);
}
