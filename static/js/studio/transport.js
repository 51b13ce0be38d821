// Playing, shuttling and stepping, as editors know it: space, J K L, arrows, and the frame that is shown.

import { frameAt, middleOf, rateOf } from "./time.js";

const FASTEST = 8;
// The whole preview is kept in the browser, so that a drag waits for the decoder alone and not for the line.
const KEEP_AFTER_MS = 500;
const MOST_KEPT_BYTES = 96e6;
const MOST_KEPT = 3;

export class Transport {
  constructor(video, onTick) {
    this.video = video;
    this.onTick = onTick;
    this.film = null;
    this.until = null;
    this.wanted = null;
    this.speed = 0;
    this.keptFilms = [];
    for (const name of ["timeupdate", "seeked", "loadedmetadata", "play", "pause"]) video.addEventListener(name, () => this.tick());
    video.addEventListener("seeked", () => this.seekWanted());
    this.keepSoon = this.keepSoon.bind(this);
    video.addEventListener("loadeddata", this.keepSoon);
    this.follow = this.follow.bind(this);
    video.addEventListener("play", () => requestAnimationFrame(this.follow));
  }

  get rate() {
    return rateOf(this.film);
  }

  get last() {
    return Math.max(0, Math.round(this.film.duration * this.rate) - 1);
  }

  get frame() {
    return this.wanted ?? Math.min(this.last, frameAt(this.video.currentTime, this.rate));
  }

  load(film) {
    if (this.film?.id === film.id) return;
    const first = this.film === null && this.video.src.includes(new URL(film.proxy, location.href).pathname);
    this.film = film;
    this.wanted = null;
    this.fetching?.abort();
    if (first && this.video.readyState >= 2) this.keepSoon();
    if (!first) {
      this.halt();
      this.video.src = film.kept ?? film.proxy;
      this.video.poster = film.poster;
      this.video.setAttribute("aria-label", film.name);
    }
    this.tick();
  }

  // After all that is to be seen first; not on a line that is slow or paid by the byte.
  keepSoon() {
    const line = navigator.connection;
    clearTimeout(this.keeping);
    if (!this.film || this.film.kept || line?.saveData || (line?.effectiveType ?? "4g") !== "4g") return;
    this.keeping = setTimeout(() => this.keep(this.film), KEEP_AFTER_MS);
  }

  async keep(film) {
    this.fetching = new AbortController();
    try {
      const answer = await fetch(film.proxy, { credentials: "same-origin", priority: "low", signal: this.fetching.signal });
      if (!answer.ok || Number(answer.headers.get("Content-Length")) > MOST_KEPT_BYTES) this.fetching.abort();
      else this.remember(film, await answer.blob());
    } catch {
      // Another film was chosen, or the line is down: the player asks the server as before.
    }
  }

  // A clip may be cut from many films; the memory of a laptop holds a few.
  remember(film, preview) {
    film.kept = URL.createObjectURL(preview);
    this.keptFilms.push(film);
    if (this.keptFilms.length <= MOST_KEPT) return;
    const oldest = this.keptFilms.shift();
    URL.revokeObjectURL(oldest.kept);
    delete oldest.kept;
  }

  // The kept preview takes the place of the streamed one when the picture changes anyway.
  takesKept() {
    const { film, video } = this;
    if (!film.kept || video.src === film.kept || !video.paused) return false;
    video.removeAttribute("poster");
    video.src = film.kept;
    video.addEventListener("loadedmetadata", () => this.seekWanted(), { once: true });
    return true;
  }

  // timeupdate comes four times a second, too seldom for a playhead that is to run smoothly.
  follow() {
    this.tick();
    if (!this.video.paused) requestAnimationFrame(this.follow);
  }

  tick() {
    if (!this.film) return;
    if (this.until !== null && this.video.currentTime >= this.until) {
      this.until = null;
      this.video.pause();
    }
    this.onTick(this.frame);
  }

  // While a seek is under way only the newest wish is kept: whoever drags gets the frame under the pointer.
  seek(frame) {
    this.wanted = Math.min(this.last, Math.max(0, Math.round(frame)));
    this.onTick(this.wanted);
    if (!this.video.seeking && this.video.readyState) this.seekWanted();
    else if (!this.video.readyState) this.video.addEventListener("loadedmetadata", () => this.seekWanted(), { once: true });
  }

  seekWanted() {
    if (this.wanted === null || this.takesKept()) return;
    const frame = this.wanted;
    this.wanted = null;
    if (frameAt(this.video.currentTime, this.rate) !== frame) this.video.currentTime = middleOf(frame, this.rate);
    this.tick();
  }

  step(frames) {
    this.halt();
    this.seek(this.frame + frames);
  }

  halt() {
    this.until = null;
    clearInterval(this.backwards);
    this.backwards = null;
    this.speed = 0;
    this.video.playbackRate = 1;
    this.video.pause();
  }

  toggle() {
    if (this.video.paused && !this.backwards) this.play();
    else this.halt();
  }

  async play(from = null, until = null) {
    this.halt();
    if (from !== null) this.seek(from);
    this.until = until === null ? null : middleOf(until - 1, this.rate);
    try {
      await this.video.play();
    } catch (error) {
      // Another film was chosen, or the person paused, before the first picture had come.
      if (error.name !== "AbortError") throw error;
    }
  }

  // L and J again and again: 1, 2, 4, 8 times, forwards or backwards; the other one begins anew.
  shuttle(direction) {
    const now = this.backwards ? this.speed : this.video.paused ? 0 : this.video.playbackRate;
    const speed = now * direction > 0 ? Math.min(FASTEST, Math.abs(now) * 2) * direction : direction;
    if (now * direction <= 0) this.halt();
    this.until = null;
    this.speed = speed;
    if (speed > 0) {
      this.video.playbackRate = speed;
      this.video.play().catch((error) => {
        if (error.name !== "AbortError") throw error;
      });
      return;
    }
    // No browser plays a film backwards; it is stepped, as far as the decoder keeps up.
    if (this.backwards) return;
    let at = performance.now();
    let { frame } = this;
    this.backwards = setInterval(() => {
      const then = at;
      at = performance.now();
      frame += ((at - then) / 1000) * this.rate * this.speed;
      this.seek(frame);
      if (frame <= 0) this.halt();
    }, 60);
  }
}
