// The film as the browser keeps it: frames by serial number, tracks as typed arrays.

const READERS = {
  uint8: (buffer, at, n) => new Uint8Array(buffer, at, n),
  int16: (buffer, at, n) => new Int16Array(buffer, at, n),
  int32: (buffer, at, n) => new Int32Array(buffer, at, n),
  float32: (buffer, at, n) => new Float32Array(buffer, at, n),
  float16: (buffer, at, n) => {
    const raw = new Uint16Array(buffer, at, n);
    const out = new Float32Array(n);
    for (let i = 0; i < n; i++) out[i] = HALF[raw[i]];
    return out;
  },
};
const WIDTH = { uint8: 1, int16: 2, float16: 2, int32: 4, float32: 4 };

// Not every browser has Float16Array yet; 65,536 values are quickly tabulated.
const HALF = new Float32Array(65536);
for (let h = 0; h < 65536; h++) {
  const sign = h & 0x8000 ? -1 : 1, exponent = (h >> 10) & 31, fraction = h & 1023;
  HALF[h] = exponent === 0 ? sign * 2 ** -24 * fraction
    : exponent === 31 ? (fraction ? NaN : sign * Infinity)
      : sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/** Split a message of core.film.Film.message into its header and the bytes of its tracks. */
export function parse(bytes) {
  // A copy aligned at 0: typed arrays need it, and Streamlit's buffer may start anywhere.
  const buffer = bytes.byteOffset % 4 === 0 ? bytes.buffer : bytes.slice().buffer;
  const base = buffer === bytes.buffer ? bytes.byteOffset : 0;
  const length = new DataView(buffer).getUint32(base, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, base + 4, length));
  return { header: JSON.parse(text), buffer, at: base + 4 + length };
}

export class Film {
  constructor() {
    this.id = null;
    this.clear();
  }

  clear() {
    this.tracks = new Map(); // name -> {shape, size, frames: [typed array per frame]}
    this.serials = [];
    this.steps = [];
    this.notes = [];
  }

  get length() {
    return this.serials.length;
  }

  /** Serial of the newest frame, or -1. */
  get newest() {
    return this.length ? this.serials[this.length - 1] : -1;
  }

  /** Take a parsed message in. False if frames are missing between what we have and what came. */
  receive({ header, buffer, at }) {
    if (header.film !== this.id) {
      this.clear();
      this.id = header.film;
    }
    const count = header.serials.length - header.first;
    const fresh = header.serials.slice(header.first);
    const known = new Map(this.serials.map((serial, i) => [serial, i]));
    const missing = header.serials.slice(0, header.first).some((serial) => !known.has(serial));
    if (missing) return false;
    for (const { name, dtype, shape, still } of header.tracks) {
      const size = shape.reduce((a, b) => a * b, 1);
      const track = this.tracks.get(name) || { shape, size, dtype, frames: [] };
      const sent = still === "held" ? 0 : still ? 1 : count, block = READERS[dtype](buffer, at, sent * size);
      at += Math.ceil((sent * size * WIDTH[dtype]) / 4) * 4;
      // Frames that are alike are one array, so that a panel sees at a glance that nothing has moved.
      const views = Array.from({ length: sent }, (_, i) => block.subarray(i * size, (i + 1) * size));
      const arrived = new Map(fresh.map((serial, i) => [serial, views[still ? 0 : i] ?? track.frames[0]]));
      track.frames = header.serials.map((serial) => arrived.get(serial) ?? track.frames[known.get(serial)]);
      this.tracks.set(name, track);
    }
    this.serials = header.serials;
    this.steps = header.steps;
    this.notes = header.notes;
    return true;
  }

  /** Whether all tracks that a panel draws are there. */
  holds({ binds = [], tiles = [] }) {
    return [...binds, ...tiles].every(({ track }) => !track || this.tracks.has(track));
  }

  /** Values of a track at a frame, or null if there is no such track. */
  at(name, frame) {
    const track = this.tracks.get(name);
    return track ? track.frames[frame] : null;
  }

  /** One column (or its min, max, median) of a track over all frames. */
  history(name, column = 0) {
    const track = this.tracks.get(name);
    if (!track) return [];
    return track.frames.map((values) => reduce(values, column));
  }

  /** Index of the last frame at or before a training step. */
  frameOf(step) {
    let frame = 0;
    while (frame + 1 < this.length && this.steps[frame + 1] <= step) frame++;
    return frame;
  }
}

/** A number from an array: its column-th entry, or its "min", "max", "median". */
export function reduce(values, column) {
  if (typeof column === "number") return values[column];
  const sorted = Array.from(values).filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) return NaN;
  if (column === "min") return sorted[0];
  if (column === "max") return sorted[sorted.length - 1];
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
