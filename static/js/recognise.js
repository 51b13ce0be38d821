// Whether files are on the server already, or twice in the list, before a byte is sent. First only their lengths
// are asked about; hashed is what has the length of another one. See campaign/films/known.py.
import { piecesOf } from "./digest.js";
import { fill, postJson } from "./http.js";

const PIECE_BYTES = 8 * 1024 * 1024;

export class Recogniser {
  constructor(url, words) {
    this.url = url;
    this.words = words;
    this.pieces = new Map();
  }

  // Marks rows that need a closer look, at once, so that none of them is sent meanwhile; then looks at each.
  async look(fresh, all) {
    let known = [];
    try {
      known = (await postJson(this.url, { sizes: [...new Set(fresh.map((row) => row.file.size))] })).sizes;
    } catch {
      // Without an answer they are sent; the server finds the double when it has them whole.
    }
    const lengths = new Map();
    for (const row of all) lengths.set(row.file.size, (lengths.get(row.file.size) ?? 0) + 1);
    const doubtful = fresh.filter((row) => row.state === "checking" && (known.includes(row.file.size) || lengths.get(row.file.size) > 1));
    for (const row of fresh) if (row.state === "checking" && !doubtful.includes(row)) row.again();
    for (const row of doubtful) await this.closer(row, all, known.includes(row.file.size));
  }

  async closer(row, all, ask) {
    if (row.state !== "checking") return; // taken off the list meanwhile
    try {
      const pieces = await this.hash(row);
      if (row.state !== "checking") return;
      const film = ask ? (await postJson(this.url, { size: row.file.size, pieces })).film : null;
      const twin = film ? null : await this.twin(row, all, pieces);
      if (film) row.known(film);
      else if (twin) row.turn("known", fill(this.words.twin, { name: twin.file.name }));
      else row.again();
    } catch {
      // The file cannot be read or the line is down: sending says which, in its own words.
      if (row.state === "checking") row.again();
    }
  }

  hash(row) {
    if (!this.pieces.has(row)) {
      const tell = (done) => {
        if (row.state === "checking") row.bar.value = done / row.file.size;
      };
      this.pieces.set(row, piecesOf(row.file, PIECE_BYTES, tell, () => row.state === "cancelled"));
    }
    return this.pieces.get(row);
  }

  // A row further up with the same bytes; it is the one that stays.
  async twin(row, all, pieces) {
    for (const other of all) {
      if (other === row) return null;
      if (other.file.size !== row.file.size || ["cancelled", "failed", "known"].includes(other.state)) continue;
      // One that was sent and then moved away cannot be compared any more; the server knows it.
      const theirs = await this.hash(other).catch(() => []);
      if (theirs.join() === pieces.join()) return other;
    }
    return null;
  }
}
