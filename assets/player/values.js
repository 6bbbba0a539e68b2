// What a bind of a plot is at a frame, for Plotly and for our painters.

import { reduce } from "./film.js";
import { overValue } from "./overtime.js";
import { CATEGORIES } from "./theme.js";

/** Whether a trace is a curve over the steps, by this bind. */
export const grows = (bind) => bind.mode === "history" && !bind.x;

/** The bind of a trace that is a path in a plane. */
export const path = (binds) => binds.find((bind) => bind.mode === "history" && bind.x);

/** Whether a trace's x is one value a frame, by this bind. */
export const overFrames = ({ mode, attribute }) => mode === "history" || (mode === "over" && attribute === "z");

/** Where the values of a history lie on x: at their steps, or at another track's values. */
export const abscissa = ({ x }, film) => (x ? film.history(x.track, x.column) : film.steps);

/** Make a trace the twin of what we paint, in the color that Plotly would give it. */
export function hide(trace, index) {
  const own = [trace.marker?.color, trace.line?.color].find((one) => typeof one === "string")
    || CATEGORIES[index % CATEGORIES.length];
  trace.opacity = 0;
  if (trace.type === "heatmap") return;
  trace.marker = { color: own, ...trace.marker };
  if (trace.type === "scatter") trace.line = { color: own, ...trace.line };
}

/** How many points a trace has by its binds. */
export function weight(binds, film) {
  return Math.max(...binds.map(({ track, mode }) => {
    const { size = 0, shape = [] } = film.tracks.get(track) || {};
    if (mode !== "frame") return film.length;
    return shape.length > 1 ? size / shape[shape.length - 1] : size;
  }));
}

const simple = new WeakMap(); // bind -> whether the frame alone decides what it is

/** All arrays that a plot is painted from at a frame; null where a focus or time decides, too. */
export function arrays({ binds = [], brush, tiles }, { film, focus, brushed }, frame) {
  for (const bind of binds) {
    if (!simple.has(bind)) simple.set(bind, bind.mode === "frame" && !JSON.stringify({ ...bind, data: 0 }).includes("focus:"));
    if (!simple.get(bind) || focus.made?.has(bind.track)) return null;
  }
  return tiles ? null : [brushed.get(brush?.name), ...binds.map(({ track }) => film.at(track, frame))];
}

/** Whether two lists hold the very same arrays. */
export const alike = (a, b) => Boolean(a && b) && a.length === b.length && a.every((one, i) => one === b[i]);

/** Ten to the power of each number, row by row. */
const lifted = (numbers) => Array.from(numbers, (one) => (one?.length === undefined ? 10 ** one : lifted(one)));

/** Value of a bind; `scratch` (bind -> numbers) keeps the arrays that a painter needs for a moment. */
export function valueOf(given, player, frame, scratch) {
  const found = plain(given, player, frame, scratch);
  return given.raised ? lifted(found) : found;
}

function plain(given, { film, focus }, frame, scratch) {
  const bind = focus.resolved(given);
  if (bind.unless && focus.of(bind.unless) !== null) return [];
  if (bind.mode === "over") return overValue(bind, film);
  if (bind.mode === "history") return film.history(bind.track, bind.column ?? 0);
  const found = focus.read(bind, frame);
  if (!found) return [];
  if (bind.part) {
    const { size, index } = bind.part, k = focus.of(index);
    return k === null ? [] : found.values.subarray(k * size, (k + 1) * size);
  }
  const { values, shape } = found;
  const width = shape.length > 1 ? shape[shape.length - 1] : 1;
  if (bind.attribute === "z" && bind.column == null) // a matrix; the z of points has a column
    return Array.from({ length: values.length / width },
      (_, i) => values.subarray(i * width, (i + 1) * width));
  if (typeof bind.column === "string") return [reduce(values, bind.column)];
  if ((!bind.order && width === 1) || bind.attribute === "images") return values;
  const column = width === 1 ? 0 : bind.column ?? 0;
  const n = bind.order ? bind.order.length : values.length / width;
  const out = scratch && scratch.get(given)?.length === n ? scratch.get(given) : new Float32Array(n);
  if (scratch) scratch.set(given, out);
  for (let i = 0; i < n; i++) {
    const row = bind.order ? bind.order[i] : i;
    out[i] = row < 0 ? NaN : values[row * width + column]; // -1 lifts the pen
  }
  return out;
}
