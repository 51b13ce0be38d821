// SHA-256 of a piece of a file. Browsers keep theirs (WebCrypto, some 700 MB a second) for https and localhost; on
// a plain http address inside the house our own takes its place, a twentieth as fast.
import { Sha256 } from "./sha256.js";

const STEP_BYTES = 512 * 1024;

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// Takes a Uint8Array, gives a Uint8Array of 32 bytes.
export async function sha256(data) {
  if (globalThis.crypto?.subtle) return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const sum = new Sha256();
  for (let at = 0; at < data.length; at += STEP_BYTES) {
    sum.update(data.subarray(at, at + STEP_BYTES));
    await new Promise((resolve) => setTimeout(resolve)); // the page stays alive meanwhile
  }
  return sum.bytesOut();
}

// The digests of a file piece by piece, as hexadecimal; onDone hears how many bytes are behind it.
export async function piecesOf(file, pieceBytes, onDone, stopped = () => false) {
  const found = [];
  for (let at = 0; at < file.size && !stopped(); at += pieceBytes) {
    const piece = file.slice(at, at + pieceBytes);
    found.push(hex(await sha256(new Uint8Array(await piece.arrayBuffer()))));
    onDone(Math.min(at + pieceBytes, file.size));
  }
  return found;
}
