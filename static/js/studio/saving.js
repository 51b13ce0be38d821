// The draft keeps itself: soon after a change, in order, and never over what somebody else did meanwhile.

import { csrfToken, getJson } from "../http.js";

const WAIT_MS = 1200;
const LOOK_MS = 8000;

export class Saving {
  // host: state() gives what is to be kept, adopt(theirs) takes it in; told(kind, values) says how it went.
  constructor(config, host) {
    this.url = config.url;
    this.start = config.start;
    this.revision = config.revision;
    this.host = host;
    this.kept = JSON.stringify(host.state());
    this.stopped = config.finished;
    this.running = false;
    setInterval(() => this.look(), LOOK_MS);
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
  }

  get isDirty() {
    return JSON.stringify(this.host.state()) !== this.kept;
  }

  soon() {
    if (this.stopped || !this.isDirty) return;
    this.host.told("changed");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), WAIT_MS);
  }

  async keep() {
    if (this.running || this.stopped || this.held) return;
    const state = this.host.state();
    const text = JSON.stringify(state);
    if (text === this.kept) return;
    this.running = true;
    this.settled = this.send(state, text).finally(() => (this.running = false));
    await this.settled;
    if (!this.stopped && !this.held && !this.faulty && this.isDirty) this.soon();
  }

  async send(state, text) {
    let answer;
    try {
      answer = await fetch(this.url ?? this.start, {
        method: "POST",
        credentials: "same-origin",
        headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ ...state, revision: this.revision }),
      });
    } catch {
      this.faulty = true;
      this.host.told("offline");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), LOOK_MS);
      return;
    }
    const said = (answer.headers.get("Content-Type") ?? "").includes("json") ? await answer.json() : {};
    this.faulty = !answer.ok;
    if (answer.ok) {
      this.kept = text;
      this.revision = said.revision;
      if (!this.url) {
        this.url = said.draft_url;
        history.replaceState(null, "", said.edit_url);
      }
      this.host.told("saved", { at: said.saved_at });
    } else if (answer.status === 409 && this.url) await this.clash(said);
    else this.host.told("refused", { message: said.message ?? "" });
  }

  // Somebody else was faster, or the clip went its way: the person decides.
  async clash(said) {
    const theirs = await getJson(this.url);
    if (theirs.revision === this.revision) {
      this.stopped = true;
      this.host.told("refused", { message: said.message ?? "" });
      return;
    }
    this.held = theirs;
    this.host.told("clash", { who: theirs.who });
  }

  async look() {
    if (!this.url || this.stopped || this.held || this.running || document.hidden) return;
    let theirs;
    try {
      theirs = await getJson(this.url);
    } catch {
      return;
    }
    if (this.running || theirs.revision === this.revision) return;
    if (this.isDirty) {
      this.held = theirs;
      this.host.told("clash", { who: theirs.who });
    } else this.take(theirs);
  }

  take(theirs) {
    this.held = null;
    this.revision = theirs.revision;
    this.host.adopt({ title: theirs.title, case_id: theirs.case_id, ranges: theirs.ranges });
    this.kept = JSON.stringify(this.host.state());
    this.host.told("theirs", { who: theirs.who });
  }

  takeTheirs() {
    this.take(this.held);
  }

  keepMine() {
    this.revision = this.held.revision;
    this.held = null;
    this.kept = "";
    this.keep();
  }
}
