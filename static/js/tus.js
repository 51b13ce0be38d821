// A tus 1.0 client (core, creation, checksum, termination): one file in pieces of 8 MB. Where it is kept on the
// server is remembered in this browser under the file's fingerprint, so that choosing the same file again goes on.
import { sha256 } from "./digest.js";
import { csrfToken, readMessage, renewToken } from "./http.js";

const PIECE_BYTES = 8 * 1024 * 1024;
const WAIT_S = [1, 2, 4, 8, 15, 30];
const STORE = "qichuang-upload:";

// Trying the same again would not help. layer names where it failed: "file" on this computer, "login", "storage" of
// the server, or "refused" by it for a reason that it says.
export class Refusal extends Error {
  constructor(status, said, layer = { 401: "login", 403: "login", 507: "storage" }[status] ?? "refused") {
    super(said || `HTTP ${status}`);
    Object.assign(this, { status, said, layer });
  }
}

// It may work the next time. layer: "network", "server" or "check" (a piece was damaged on the way).
class Trouble extends Error {
  constructor(layer, status = 0) {
    super(`${layer} ${status}`);
    Object.assign(this, { layer, status });
  }
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

const encode = (text) => base64(new TextEncoder().encode(text));

export class TusUpload {
  constructor(file, { endpoint, metadata = {}, onProgress, onResume, onRetry }) {
    this.file = file;
    this.endpoint = new URL(endpoint, location.href).href;
    this.metadata = { filename: file.name, filetype: file.type || "application/octet-stream", ...metadata };
    Object.assign(this, { onProgress, onResume, onRetry });
    this.key = `${STORE}${this.endpoint}|${JSON.stringify(metadata)}|${file.name}|${file.size}|${file.lastModified}`;
    this.url = null;
    this.stopped = false;
    this.request = null;
    this.wake = () => {};
  }

  // Gives {url, headers} when all is on the server, null when it was paused or cancelled.
  async start() {
    this.stopped = false;
    let failures = 0;
    let offset = null;
    let before = -1;
    while (!this.stopped) {
      try {
        offset ??= await this.find();
        if (offset === null) offset = await this.create();
        if (offset > before) failures = 0;
        before = offset;
        this.onProgress?.(offset);
        if (offset >= this.file.size) return this.finish();
        offset = await this.send(offset);
      } catch (error) {
        if (this.stopped) return null;
        if (error instanceof Refusal) {
          // Otherwise what has arrived is still there, and the upload goes on later.
          if (error.layer === "refused") this.forget();
          throw error;
        }
        if (!(error instanceof Trouble)) throw error;
        offset = null; // the server knows best how much has arrived
        const seconds = WAIT_S[Math.min(failures, WAIT_S.length - 1)];
        failures += 1;
        this.onRetry?.(seconds, error.layer, error.status);
        await this.pauseFor(seconds);
      }
    }
    return null;
  }

  pause() {
    this.stopped = true;
    this.request?.abort();
    this.wake();
  }

  // Takes the started upload off the server too; if that fails it expires there by itself.
  async cancel() {
    this.pause();
    const url = this.url ?? localStorage.getItem(this.key);
    this.forget();
    if (url) await this.ask("DELETE", url).catch(() => null);
  }

  pauseFor(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.wake = () => (clearTimeout(timer), resolve());
    });
  }

  finish() {
    const { url } = this;
    this.forget();
    return { url, headers: this.last ?? new Map() };
  }

  // Where the server is with this file; null when it knows nothing of it.
  async find() {
    const url = this.url ?? localStorage.getItem(this.key);
    if (!url) return null;
    const answer = await this.ask("HEAD", url);
    if ([403, 404, 410].includes(answer.status)) {
      this.forget();
      return null;
    }
    await this.judge(answer);
    const offset = Number(answer.get("Upload-Offset"));
    if (offset > 0 && this.url !== url) this.onResume?.();
    this.url = url;
    return offset;
  }

  async create() {
    const metadata = Object.entries(this.metadata).map(([name, value]) => `${name} ${encode(String(value))}`);
    const answer = await this.ask("POST", this.endpoint, { "Upload-Length": String(this.file.size), "Upload-Metadata": metadata.join(",") });
    await this.judge(answer);
    this.url = new URL(answer.get("Location"), this.endpoint).href;
    localStorage.setItem(this.key, this.url);
    return 0;
  }

  forget() {
    this.url = null;
    localStorage.removeItem(this.key);
  }

  async send(offset) {
    const piece = await this.read(offset);
    const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    headers["Upload-Checksum"] = `sha256 ${base64(await sha256(piece))}`;
    if (this.stopped) throw new Trouble("network");
    const answer = await this.ask("PATCH", this.url, headers, piece, (sent) => this.onProgress?.(offset + sent));
    // 460: the piece was damaged on the way. 409: the offset is not the server's; 404, 410: it has expired there.
    if (answer.status === 460) throw new Trouble("check", 460);
    if ([404, 409, 410, 423].includes(answer.status)) throw new Trouble("server", answer.status);
    await this.judge(answer);
    this.last = answer.headers;
    return Number(answer.get("Upload-Offset"));
  }

  // A file that was moved, changed or sat on a stick that is gone is told apart from a line that is down.
  async read(offset) {
    try {
      return new Uint8Array(await this.file.slice(offset, offset + PIECE_BYTES).arrayBuffer());
    } catch {
      throw new Refusal(0, "", "file");
    }
  }

  async judge(answer) {
    if (answer.status < 300) {
      this.renewed = false;
      return;
    }
    // Busy, too many requests and a server that is just being restarted pass; everything else is a no.
    if (answer.status === 429 || (answer.status >= 500 && answer.status !== 507)) throw new Trouble("server", answer.status);
    // The page has been open for longer than its token is good for.
    if (answer.status === 400 && !this.renewed) {
      this.renewed = true;
      await renewToken().catch(() => null);
      throw new Trouble("server", 400);
    }
    throw new Refusal(answer.status, await answer.message());
  }

  // XMLHttpRequest, because fetch does not tell how much of a piece has been sent.
  ask(method, url, headers = {}, body = null, onSent = null) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open(method, url);
      for (const [name, value] of Object.entries({ "Tus-Resumable": "1.0.0", "X-CSRFToken": csrfToken(), Accept: "application/json", ...headers })) request.setRequestHeader(name, value);
      if (onSent) request.upload.addEventListener("progress", (event) => onSent(event.loaded));
      // Its listeners hold the piece that was sent: a hundred films would stay in memory for as long as their rows.
      request.addEventListener("loadend", () => this.request === request && (this.request = null));
      const get = (name) => request.getResponseHeader(name);
      const message = () => readMessage({ headers: { get }, json: async () => JSON.parse(request.responseText) });
      request.addEventListener("load", () => {
        const lines = request.getAllResponseHeaders().trim().split(/\r?\n/).map((line) => line.split(": "));
        resolve({ status: request.status, get, message, headers: new Map(lines) });
      });
      request.addEventListener("error", () => reject(new Trouble("network")));
      request.addEventListener("abort", () => reject(new Trouble("network")));
      request.send(body);
    });
  }
}
