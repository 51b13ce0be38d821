// The drop zone: any number of files, two at a time, each with progress, speed and what is left, and all together.
import { onDrop } from "./drop.js";
import { fill } from "./http.js";
import { Recogniser } from "./recognise.js";
import { clock, Row, size, Speed } from "./upload-row.js";

const AT_ONCE = 2;

class Zone {
  constructor(box) {
    this.box = box;
    this.endpoint = box.dataset.endpoint;
    this.metadata = JSON.parse(box.dataset.metadata);
    this.words = JSON.parse(box.dataset.words);
    this.recogniser = box.dataset.known ? new Recogniser(box.dataset.known, this.words) : null;
    this.list = box.querySelector(".upload-list");
    this.all = box.querySelector("[data-all]");
    this.input = box.querySelector("input[type=file]");
    this.rows = [];
    this.listen(box.querySelector(".drop"));
  }

  listen(label) {
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = ""; // so that the same file can be chosen again after a refusal
    });
    onDrop(label, (files) => this.add(files));
    this.all.addEventListener("click", (event) => this.press(event.target.closest("button")));
    addEventListener("beforeunload", (event) => this.busy() && event.preventDefault());
    addEventListener("online", () => this.rows.forEach((row) => row.tus?.wake()));
  }

  busy() {
    return this.with("running").length;
  }

  with(...states) {
    return this.rows.filter((row) => states.includes(row.state));
  }

  takes(file) {
    const kinds = this.input.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
    const fits = (kind) => (kind.startsWith(".") ? file.name.toLowerCase().endsWith(kind) : kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind);
    return kinds.length === 0 || kinds.some(fits);
  }

  // The endings as people say them: MP4, MOV; without one the field's own words.
  endings() {
    const kinds = this.input.accept.split(",").map((kind) => kind.trim()).filter((kind) => kind.startsWith("."));
    const between = document.documentElement.lang.startsWith("zh") ? "、" : ", ";
    return kinds.map((kind) => kind.slice(1).toUpperCase()).join(between) || this.input.accept;
  }

  // Whether this very file stands in the list and is not over; somebody dropped the folder once more.
  listed(file) {
    return this.rows.some((row) => !["failed", "cancelled"].includes(row.state) && row.file.name === file.name && row.file.size === file.size && row.file.lastModified === file.lastModified);
  }

  add(files) {
    const fresh = [];
    for (const file of this.input.multiple ? files : [...files].slice(0, 1)) {
      if (this.listed(file)) continue;
      const row = new Row(file, this);
      this.rows.push(row);
      this.list.append(row.element);
      if (!this.takes(file)) row.refuse(fill(this.words.refusedType, { accept: this.endings() }));
      else if (!file.size) row.refuse(this.words.empty);
      else fresh.push(row);
    }
    this.list.hidden = this.rows.length === 0;
    if (!this.recogniser) {
      this.next();
      return;
    }
    for (const row of fresh) row.turn("checking");
    this.recogniser.look(fresh, this.rows);
  }

  // What failed stands first, what came in sinks below what is on its way; a row that somebody is on stays.
  place(row) {
    if (row.element.contains(document.activeElement)) return;
    if (row.state === "failed") this.list.prepend(row.element);
    else if (row.state === "done") this.list.append(row.element);
  }

  next() {
    for (const row of this.rows) {
      if (this.busy() >= AT_ONCE) return;
      if (row.state === "waiting") row.run().finally(() => this.next());
    }
  }

  // One line over all: how many, how much, how fast, how long; drawn once per frame, however often it is asked for.
  count() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      this.draw();
    });
  }

  draw() {
    const { words } = this;
    this.all.hidden = this.rows.length < 2;
    const going = this.with("waiting", "checking", "running", "paused", "done");
    const bytes = going.reduce((sum, row) => sum + row.file.size, 0);
    const done = going.reduce((sum, row) => sum + row.done, 0);
    this.speed ??= new Speed();
    // While all wait for the line to come back there is no speed, and no time that could be told from it.
    const moves = this.with("running").some((row) => !row.stalls);
    const rate = moves ? this.speed.at(done) : 0;
    if (!moves) this.speed = null;
    const told = [fill(words.sum, { done: this.with("done").length, all: this.rows.length, sent: size(done), bytes: size(bytes) })];
    const [known, failed] = [this.with("known").length, this.with("failed").length];
    if (known) told.push(fill(words.sumKnown, { count: known }));
    if (failed) told.push(fill(words.sumFailed, { count: failed }));
    if (rate > 0) told.push(fill(words.rest, { rate: size(rate), time: clock((bytes - done) / rate) }));
    this.all.querySelector("[data-sum]").textContent = told.join(" · ");
    this.all.querySelector("progress").value = bytes ? done / bytes : 1;
    this.show("pause", this.with("running", "waiting").length);
    this.show("resume", this.with("paused").length);
    this.show("retry", this.rows.filter((row) => row.state === "failed" && !row.hopeless).length);
    this.show("clear", this.with("done", "known").length);
  }

  show(act, wanted) {
    this.all.querySelector(`[data-many=${act}]`).hidden = !wanted;
  }

  press(button) {
    const act = button?.dataset.many;
    if (act === "pause") {
      for (const row of this.with("waiting")) row.turn("paused");
      for (const row of this.with("running")) row.pause();
    } else if (act === "resume") {
      for (const row of this.with("paused")) row.turn("waiting");
    } else if (act === "retry") {
      for (const row of this.with("failed")) if (!row.hopeless) row.turn("waiting");
    } else if (act === "clear") {
      for (const row of this.with("done", "known")) this.drop(row, false);
      this.input.focus();
    }
    this.next();
  }

  drop(row, focus = true) {
    this.rows = this.rows.filter((one) => one !== row);
    row.element.remove();
    this.list.hidden = this.rows.length === 0;
    this.next();
    this.count();
    if (focus) this.input.focus();
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
