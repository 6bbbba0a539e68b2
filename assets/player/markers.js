// Markers of a scatter as pixels: thousands of moving points cost a canvas path far more.
//
// Each marker is a stamp, a mask of coverage made once for its size and its place within a pixel. All
// stamps of a trace go into one sheet as large as its axes (a browser copies the whole of a canvas that
// is drawn), of which only the part that was touched is cleared.

import { CATEGORIES, colors, rgba } from "./theme.js";

const STEPS = 4; // places within a pixel, each way
const MOST = 400; // kinds of stamps kept
const GRAY = pack([140, 140, 140, 1]);
export const isArray = (value) => Array.isArray(value) || ArrayBuffer.isView(value);
export const pick = (value, i) => (isArray(value) ? value[i % value.length] : value);

const SHEETS = 24; // sheets kept, one a size

const stamps = new Map(), sheets = new Map();
let tints = new Uint32Array(0);

function pack([r, g, b, a]) {
  return ((Math.round(255 * a) << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

const packed = new Map(); // CSS color -> its pixel
function pixelOf(color) {
  if (!packed.has(color)) packed.set(color, pack(rgba(color)));
  return packed.get(color);
}

/** The color of each point: of the bound numbers, of the trace's own numbers, or as it is written. */
export function tintsOf(n, marker, values, bind, theme) {
  if (tints.length < n) tints = new Uint32Array(2 * n);
  if (!values && isArray(marker.color) && typeof marker.color[0] === "number") {
    values = marker.color; // labels from -1 to 1, as core.figures.style.by_label gives them
    bind = { low: marker.cmin ?? -1, high: marker.cmax ?? 1, colors: "signed" };
  }
  if (!values) {
    for (let i = 0; i < n; i++) tints[i] = pixelOf(pick(marker.color, i) || CATEGORIES[0]);
    return tints;
  }
  const kinds = bind.colors === "category" ? CATEGORIES.map(pixelOf) : null;
  const table = kinds ? null : new Uint32Array(colors(bind.colors || "diverging", theme).buffer);
  const low = bind.low ?? 0, scale = 255 / ((bind.high ?? 1) - low);
  for (let i = 0; i < n; i++) {
    const value = values[i % values.length];
    if (Number.isNaN(value)) tints[i] = GRAY;
    else if (kinds) tints[i] = kinds[Math.round(value) % kinds.length];
    else tints[i] = table[Math.max(0, Math.min(255, Math.round((value - low) * scale)))];
  }
  return tints;
}

/** Stamps of a symbol of radius r, without a `hole`, by place within a pixel; each made when needed. */
function stampsOf(symbol, r, hole) {
  const key = `${symbol} ${r} ${hole}`;
  if (!stamps.has(key) && stamps.size >= MOST) stamps.clear();
  if (!stamps.has(key)) stamps.set(key, { symbol, r, hole, each: new Array(STEPS * STEPS) });
  return stamps.get(key);
}

/** Coverage, 0 to 255, around a center that lies dx and dy steps within its pixel. */
function cut({ symbol, r, hole }, dx, dy) {
  const middle = Math.ceil(r) + 1, side = 2 * middle + 1, mask = new Uint8Array(side * side);
  const within = (x, y, radius) => (symbol === "square" ? edge(radius, Math.abs(x)) * edge(radius, Math.abs(y))
    : edge(radius, Math.hypot(x, y)));
  for (let v = 0; v < side; v++)
    for (let u = 0; u < side; u++) {
      const x = u + 0.5 - middle - (dx + 0.5) / STEPS, y = v + 0.5 - middle - (dy + 0.5) / STEPS;
      mask[v * side + u] = 255 * (within(x, y, r) - (hole > 0 ? within(x, y, hole) : 0));
    }
  return { mask, side, middle };
}

const edge = (radius, distance) => Math.max(0, Math.min(1, radius + 0.5 - distance));

/** Markers at (px, py), in CSS pixels, of a trace; `box` is the box of its axes. */
export function markers(context, axes, trace, n, px, py, values, bind, box) {
  const marker = trace.marker || {}, { scale } = axes;
  const shades = tintsOf(n, marker, values, bind, axes.theme);
  const width = (marker.line?.width ?? 0) * scale, rim = width && pixelOf(pick(marker.line.color, 0) || "#fff");
  const [left, top, right, bottom] = box.map((v) => Math.round(v * scale));
  const sheet = open(right - left, bottom - top);
  let disc = {}, ring = null; // stamps of the last point, mostly those of the next one too
  for (let i = 0; i < n; i++) {
    const x = px[i] * scale - left, y = py[i] * scale - top;
    if (!(x > -99 && x < sheet.width + 99 && y > -99 && y < sheet.height + 99)) continue;
    const r = Math.round((pick(marker.size, i) ?? 6) * scale * 2) / 4;
    const symbol = pick(marker.symbol, i) === "square" ? "square" : "circle";
    if (disc.r !== r || disc.symbol !== symbol) {
      disc = stampsOf(symbol, r, 0);
      ring = width ? stampsOf(symbol, r + width / 2, Math.max(0, r - width / 2)) : null;
    }
    const alpha = Math.round(256 * (pick(marker.opacity, i) ?? 1));
    stamp(sheet, disc, x, y, shades[i], alpha);
    if (ring) stamp(sheet, ring, x, y, rim, alpha);
  }
  close(context, sheet, left, top, scale);
}

/** An empty sheet of so many pixels, nothing of which is touched yet (x0 and so on). */
function open(width, height) {
  const key = `${width} ${height}`;
  if (!sheets.has(key)) {
    if (sheets.size >= SHEETS) sheets.clear();
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const image = new ImageData(Math.max(1, width), Math.max(1, height));
    sheets.set(key, { canvas, image, pixels: new Uint32Array(image.data.buffer), width, height });
  }
  return Object.assign(sheets.get(key), { x0: width, y0: height, x1: 0, y1: 0 });
}

function stamp(sheet, kind, x, y, color, alpha) {
  const column = Math.floor(x), row = Math.floor(y);
  const dx = Math.floor((x - column) * STEPS), dy = Math.floor((y - row) * STEPS);
  const { mask, side, middle } = (kind.each[dy * STEPS + dx] ||= cut(kind, dx, dy));
  const { pixels, width, height } = sheet, left = column - middle, top = row - middle;
  const u0 = Math.max(left, 0), u1 = Math.min(left + side, width);
  const v0 = Math.max(top, 0), v1 = Math.min(top + side, height);
  const strength = (alpha * (color >>> 24)) / 255, rgb = color & 0xffffff;
  if (u0 >= u1 || v0 >= v1 || strength < 1) return;
  if (u0 < sheet.x0) sheet.x0 = u0;
  if (u1 > sheet.x1) sheet.x1 = u1;
  if (v0 < sheet.y0) sheet.y0 = v0;
  if (v1 > sheet.y1) sheet.y1 = v1;
  for (let v = v0; v < v1; v++)
    for (let u = u0, k = (v - top) * side + u0 - left, at = v * width + u0; u < u1; u++, k++, at++) {
      if (!mask[k]) continue;
      const a = (mask[k] * strength) >> 8, under = pixels[at];
      if (a >= 254 || !under) pixels[at] = ((a >= 254 ? 255 : a) << 24) | rgb;
      else pixels[at] = over(a, rgb, under);
    }
}

/** A color of opacity a over a pixel. */
function over(a, rgb, under) {
  const below = ((under >>> 24) * (255 - a)) / 255, sum = a + below, t = a / sum;
  const mix = (shift) => (((rgb >> shift) & 255) * t + ((under >> shift) & 255) * (1 - t)) << shift;
  return (Math.round(sum) << 24) | (mix(16) & 0xff0000) | (mix(8) & 0xff00) | mix(0);
}

function close(context, { canvas, image, pixels, width, x0, y0, x1, y1 }, left, top, scale) {
  const w = x1 - x0, h = y1 - y0;
  if (w <= 0 || h <= 0) return;
  canvas.getContext("2d").putImageData(image, 0, 0, x0, y0, w, h);
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, x0, y0, w, h, (left + x0) / scale, (top + y0) / scale, w / scale, h / scale);
  for (let v = y0; v < y1; v++) pixels.fill(0, v * width + x0, v * width + x1);
}
