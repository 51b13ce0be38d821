// The clip workplace: player, timeline and ranges are one thing seen three ways; the rows of the form hold the truth.
// Without it the page still works: points are typed, and the row buttons are answered by the server.

import { announce, fill } from "./http.js";
import { History } from "./studio/history.js";
import { Saving } from "./studio/saving.js";
import { Suggestions } from "./studio/suggest.js";
import { clock, parse, rateOf, timecode, typedFrame } from "./studio/time.js";
import { Timeline } from "./studio/timeline.js";
import { Transport } from "./studio/transport.js";
import { typing } from "./typing.js";

class Editor {
  constructor(form) {
    this.form = form;
    this.films = new Map(JSON.parse(form.dataset.player).map((film) => [String(film.id), film]));
    this.words = JSON.parse(form.dataset.words);
    this.list = form.querySelector("[data-ranges]");
    this.time = form.querySelector("[data-time]");
    this.note = form.querySelector("[data-saving-note]");
    this.template = form.querySelector("[data-new-range]");
    this.transport = new Transport(form.querySelector("video"), (frame) => this.tick(frame));
    this.timeline = new Timeline(form.querySelector("[data-timeline]"), this.words, {
      seek: (frame) => this.transport.seek(frame),
      change: (index, side, frame) => this.write(this.rows()[index], side, frame),
      done: () => this.changed(),
      choose: (index) => this.choose(this.rows()[index]),
    });
    form.querySelector("[data-player-acts]").hidden = false;
    this.past = new History(this.state());
    this.saving = new Saving(JSON.parse(form.dataset.saving), {
      state: () => this.state(),
      adopt: (state) => this.restore(state),
      told: (kind, values) => this.tell(kind, values),
    });
    new Suggestions(form.querySelector("[data-suggest]"), this.words, {
      film: () => this.current && this.film(this.current),
      take: (film, ranges) => this.fillWith(film, ranges),
    });
    this.listen();
    this.refresh();
    this.choose(this.rows()[0]);
  }

  listen() {
    this.form.addEventListener("click", (event) => this.click(event));
    this.form.addEventListener("input", () => this.count());
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.form.addEventListener("change", (event) => {
      if (event.target.name === "range_film") this.choose(this.rowOf(event.target));
      if (!event.target.matches("[data-scroll], [data-snap]")) this.changed();
    });
    this.form.querySelector("[data-snap]").addEventListener("change", (event) => (this.timeline.snaps = event.target.checked));
    this.list.addEventListener("focusin", (event) => this.choose(this.rowOf(event.target)));
    // Before the player's own keys, which know neither frames nor shuttling.
    document.addEventListener("keydown", (event) => this.key(event), { capture: true });
    for (const name of ["dragstart", "dragover", "dragend"]) this.list.addEventListener(name, (event) => this[name](event));
  }

  // --- the rows

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

  field(name) {
    return this.form.elements[name];
  }

  state() {
    return {
      title: this.field("title").value,
      case_id: this.field("case_id").value,
      ranges: this.rows().map((row) => ({ film: this.part(row, "film").value, in: this.part(row, "in").value, out: this.part(row, "out").value })),
    };
  }

  restore(state) {
    const at = this.rows().indexOf(this.current);
    this.field("title").value = state.title;
    this.field("case_id").value = state.case_id;
    this.list.replaceChildren(...state.ranges.map((range) => this.newRow(range)));
    if (!state.ranges.length) this.list.append(this.newRow(null));
    this.refresh();
    this.choose(this.rows()[Math.min(Math.max(at, 0), this.rows().length - 1)]);
    this.past.take(this.state());
  }

  newRow(range) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    const film = this.part(row, "film");
    film.value = range?.film ?? (this.current ? this.part(this.current, "film").value : film.options[0].value);
    this.part(row, "in").value = range?.in ?? "";
    this.part(row, "out").value = range?.out ?? "";
    return row;
  }

  // One step of undo, like everything that is decided.
  fillWith(film, ranges) {
    this.restore({
      ...this.state(),
      ranges: ranges.map(([start, end]) => ({ film: String(film.id), in: timecode(start, rateOf(film)), out: timecode(end, rateOf(film)) })),
    });
    this.choose(this.rows()[0]);
    this.changed();
  }

  write(row, side, frame) {
    this.part(row, side).value = timecode(frame, rateOf(this.film(row)));
    this.count();
  }

  // Something was decided: remember it for undo, and keep it soon.
  changed() {
    this.count();
    this.past.take(this.state());
    this.buttons();
    this.saving.soon();
  }

  move(how) {
    const state = this.past[how]();
    if (!state) return;
    const { past } = this;
    this.past = new History(state);
    this.restore(state);
    this.past = past;
    this.buttons();
    this.saving.soon();
    announce(this.words[how]);
  }

  buttons() {
    this.form.querySelector("[data-history=undo]").disabled = !this.past.past.length;
    this.form.querySelector("[data-history=redo]").disabled = !this.past.future.length;
  }

  // The row whose points the player sets; its film is the one to be seen.
  choose(row) {
    if (!row) return;
    this.current = row;
    for (const one of this.rows()) one.classList.toggle("is-current", one === row);
    const film = this.film(row);
    if (!film) return;
    this.transport.load(film);
    this.form.querySelector("[data-varies]").hidden = !film.varies;
    this.timeline.show(film).catch(() => this.tell("offline"));
    this.drawRanges();
  }

  drawRanges() {
    const film = this.current && this.film(this.current);
    if (!film) return;
    const rate = rateOf(film);
    const frames = Math.round(film.duration * rate);
    const ranges = this.rows().flatMap((row, index) => {
      if (this.film(row)?.id !== film.id) return [];
      const [start, end] = ["in", "out"].map((side) => typedFrame(this.part(row, side).value, rate));
      return [{ index, in: start, out: end === null ? null : Math.min(end, frames), current: row === this.current }];
    });
    this.timeline.setRanges(ranges);
  }

  // --- player

  tick(frame) {
    this.time.textContent = timecode(frame, this.transport.rate);
    this.timeline.setHead(frame);
  }

  set(side) {
    // The out point is the first frame that is not shown any more: the one after the frame on the screen. On the
    // first frame of a new scene it is that frame itself, or the clip would end with a flash of the next scene.
    const { frame } = this.transport;
    const stays = side === "in" || (this.timeline.snaps && this.timeline.startsScene(frame));
    this.write(this.current, side, stays ? frame : frame + 1);
    this.changed();
  }

  play(row) {
    const rate = rateOf(this.film(row));
    this.choose(row);
    const [start, end] = ["in", "out"].map((side) => typedFrame(this.part(row, side).value, rate));
    this.transport.play(start, end);
  }

  key(event) {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const letter = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (letter === "z" || letter === "y") && !typing(event.target)) {
      event.preventDefault();
      this.move(letter === "y" || event.shiftKey ? "redo" : "undo");
      return;
    }
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.closest("button, a, summary, [type=checkbox]")) return;
    if (event.target.closest("[role=slider], [type=range]") && /^(Arrow|Page|Home|End)/.test(event.key)) return;
    const act = this.acts()[letter];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act(event.shiftKey ? 10 : 1);
  }

  acts() {
    const { transport, timeline } = this;
    return {
      " ": () => transport.toggle(),
      k: () => transport.halt(),
      j: () => transport.shuttle(-1),
      l: () => transport.shuttle(1),
      arrowleft: (much) => transport.step(-much),
      arrowright: (much) => transport.step(much),
      arrowup: () => transport.step(timeline.neighbour(-1) - transport.frame),
      arrowdown: () => transport.step(timeline.neighbour(1) - transport.frame),
      home: () => transport.step(-transport.frame),
      end: () => transport.step(transport.last - transport.frame),
      i: () => this.set("in"),
      o: () => this.set("out"),
      n: () => this.add(),
      "+": () => timeline.zoom(0.5),
      "=": () => timeline.zoom(0.5),
      "-": () => timeline.zoom(2),
      0: () => timeline.all(),
    };
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { set, step, act, history: how, zoom, clash } = button.dataset;
    if (set) this.set(set);
    else if (step) this.transport.step(Number(step));
    else if (how) this.move(how);
    else if (zoom) zoom === "all" ? this.timeline.all() : this.timeline.zoom(Number(zoom));
    else if (clash) this.decide(clash);
    else if (act) {
      event.preventDefault();
      this[act](this.rowOf(button), button);
    }
  }

  add() {
    const row = this.newRow(null);
    this.list.append(row);
    this.refresh();
    this.choose(row);
    this.changed();
    this.part(row, "in").focus({ preventScroll: true });
  }

  remove(row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.refresh();
    if (next) {
      this.choose(next);
      next.querySelector("[data-act=remove]").focus();
      this.changed();
    } else {
      this.add();
    }
  }

  up(row, button) {
    row.previousElementSibling?.before(row);
    this.moved(button);
  }

  down(row, button) {
    row.nextElementSibling?.after(row);
    this.moved(button);
  }

  moved(button) {
    this.refresh();
    this.changed();
    button?.focus();
  }

  dragstart(event) {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip) {
      event.preventDefault();
      return;
    }
    this.dragged = this.rowOf(grip);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(this.dragged, 8, 8);
    this.dragged.classList.add("is-dragged");
  }

  dragover(event) {
    const over = this.dragged && this.rowOf(event.target);
    if (!over) return;
    event.preventDefault();
    if (over === this.dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(this.dragged);
    else over.after(this.dragged);
  }

  dragend() {
    if (!this.dragged) return;
    this.dragged.classList.remove("is-dragged");
    this.dragged = null;
    this.moved();
  }

  refresh() {
    this.rows().forEach((row, index) => {
      for (const button of row.querySelectorAll("[data-act]")) {
        button.hidden = false;
        if (button.name) button.value = `${button.dataset.act}:${index + 1}`;
      }
      row.querySelector("[data-grip]").hidden = false;
    });
    this.count();
    this.buttons();
  }

  count() {
    let total = 0;
    for (const row of this.rows()) {
      const film = this.film(row);
      const ends = film ? ["in", "out"].map((side) => parse(this.part(row, side).value, rateOf(film))) : [null, null];
      const length = ends.includes(null) ? 0 : ends[1] - ends[0];
      row.querySelector("[data-length]").textContent = length > 0 ? clock(length) : "";
      total += Math.max(0, length);
    }
    const standard = Number(this.form.dataset.standard);
    const tolerance = Number(this.form.dataset.tolerance);
    const verdict = total < standard - tolerance ? "short" : total > standard + tolerance ? "long" : "fits";
    this.form.querySelector("[data-total]").textContent = total ? clock(total) : "–";
    this.form.querySelector("[data-verdict]").textContent = total && standard ? this.words[verdict] : "";
    this.drawRanges();
  }

  // --- saving

  tell(kind, values = {}) {
    const revision = this.field("revision");
    if (revision && this.saving) revision.value = String(this.saving.revision ?? "");
    this.note.dataset.kind = kind;
    this.note.querySelector("[data-said]").textContent = kind === "refused" && values.message ? values.message : fill(this.words[kind], values);
    for (const button of this.note.querySelectorAll("[data-clash]")) button.hidden = kind !== "clash";
  }

  // A draft that is on its way must arrive first, or the form would seem to be older than it.
  async submit(event) {
    if (!this.saving.running) {
      this.saving.stopped = true;
      return;
    }
    event.preventDefault();
    await this.saving.settled;
    this.form.requestSubmit(event.submitter);
  }

  decide(which) {
    if (which === "theirs") this.saving.takeTheirs();
    else this.saving.keepMine();
    this.note.querySelector("[data-said]").focus();
  }
}

export default function editor(form) {
  return new Editor(form);
}
