// Painters: traces drawn on a canvas in the plot's own coordinates, each inside its own axes.

import { images } from "./images.js";
import { markers, isArray, pick } from "./markers.js";
import { colorOf, CATEGORIES } from "./theme.js";

const DASHES = { dash: [6, 4], dot: [2, 3], dashdot: [6, 3, 2, 3], longdash: [10, 4] };
let across = new Float64Array(0), down = new Float64Array(0); // pixels of the trace being painted
let before = null; // {axes, x, y}: pixels of the line before it, to which `fill: "tonexty"` reaches

/** Pixels of a trace's points on its axes; the arrays are used anew for the next trace. */
function place(axes, trace, xs, ys) {
  const n = Math.min(xs.length, ys.length);
  if (across.length < n) [across, down] = [new Float64Array(2 * n), new Float64Array(2 * n)];
  axes.pixels(xs, trace.xaxis, n, across);
  axes.pixels(ys, trace.yaxis || "y", n, down);
  return n;
}

/** Markers, lines, images and text of a scatter; `bound` holds the values of the present frame. */
export function points(context, axes, trace, bound, binds) {
  const xs = bound.x || trace.x, ys = bound.y || trace.y;
  if (!xs || !ys) return;
  const n = place(axes, trace, xs, ys), mode = trace.mode || "markers";
  const color = binds.find((bind) => bind.attribute === "marker.color");
  const shown = binds.find((bind) => bind.attribute === "images");
  if (trace.fill === "tonexty" && before?.axes === axes) between(context, trace, n);
  if (mode.includes("lines")) line(context, trace, 0, n);
  before = mode.includes("lines") ? { axes, x: across.slice(0, n), y: down.slice(0, n) } : null;
  if (shown) images(context, axes, trace, n, across, down, bound, shown, color);
  else if (mode.includes("markers"))
    markers(context, axes, trace, n, across, down, bound["marker.color"], color, axes.box(trace));
  if (mode.includes("text")) labels(context, axes, trace, n);
}

/** The area from the placed points back along the line before. */
function between(context, trace, n) {
  context.fillStyle = trace.fillcolor || trace.line?.color || CATEGORIES[0];
  context.beginPath();
  for (let i = 0; i < n; i++) context.lineTo(across[i], down[i]);
  for (let i = before.x.length - 1; i >= 0; i--) context.lineTo(before.x[i], before.y[i]);
  context.fill();
}

const CORNERS = [[1, -1], [-1, -1], [1, 1], [-1, 1]]; // of a point, where its text may stand: the upper right first
const CROWD = 40; // points among which a free corner is looked for

/** Where text stands beside point i, on no other point and on no text in `taken`, if that can be. */
function corner(i, n, width, height, taken) {
  const boxes = CORNERS.map(([x, y]) => {
    const left = across[i] + (x > 0 ? 7 : -7 - width), base = down[i] + (y > 0 ? 6 + height : -6);
    return { left, base, right: left + width, top: base - height };
  });
  const free = n > CROWD ? boxes[0] : boxes.find(({ left, right, top, base }) => {
    for (let j = 0; j < n; j++) // a point is a dot of radius 5
      if (j !== i && across[j] > left - 5 && across[j] < right + 5 && down[j] > top - 5 && down[j] < base + 5) return false;
    return taken.every((one) => one.right < left || one.left > right || one.base < top - 3 || one.top > base + 3);
  });
  taken.push(free ?? boxes[0]);
  return free ?? boxes[0];
}

/** The trace's text: beside its points, or in place of them. */
function labels(context, axes, trace, n) {
  const middle = trace.textposition === "middle center";
  context.fillStyle = axes.theme.text;
  context.font = `${(trace.textfont?.size ?? 12) * axes.theme.scale}px ${axes.theme.font}`;
  context.textAlign = middle ? "center" : "left";
  context.textBaseline = middle ? "middle" : "alphabetic";
  const taken = [], height = 0.75 * (trace.textfont?.size ?? 12) * axes.theme.scale; // of a digit
  for (let i = 0; i < n; i++) {
    const text = String(pick(trace.text, i) ?? "");
    if (Number.isNaN(across[i]) || !text) continue;
    if (middle) { context.fillText(text, across[i], down[i]); continue; }
    const at = corner(i, n, context.measureText(text).width, height, taken);
    context.fillText(text, at.left, at.base);
  }
}

/** A line through the placed points from `first` up to `end`; NaN lifts the pen. */
function line(context, trace, first, end) {
  context.strokeStyle = trace.line?.color || CATEGORIES[0];
  context.lineWidth = trace.line?.width ?? 2;
  context.lineJoin = "round";
  context.setLineDash(DASHES[trace.line?.dash] || []);
  context.beginPath();
  let pen = false;
  for (let i = first; i < end; i++) {
    if (Number.isNaN(across[i]) || Number.isNaN(down[i])) pen = false;
    else if (pen) context.lineTo(across[i], down[i]);
    else { context.moveTo(across[i], down[i]); pen = true; }
  }
  if (trace.fill === "tozeroy" || trace.fill === "toself") {
    const alpha = context.globalAlpha;
    context.globalAlpha = 0.25 * alpha;
    context.fillStyle = trace.fillcolor || context.strokeStyle;
    context.fill();
    context.globalAlpha = alpha;
  }
  context.stroke();
  context.setLineDash([]);
}

function dot(context, trace, x, y) {
  context.fillStyle = trace.line?.color || CATEGORIES[0];
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fill();
}

/** The path of a history over another track: all of it faintly, in full up to the present frame. */
export function trail(context, axes, trace, { x, y, dot: ends }, frame) {
  const n = place(axes, trace, x, y);
  context.globalAlpha = 0.25;
  line(context, trace, frame, n);
  context.globalAlpha = 1;
  line(context, trace, 0, Math.min(n, frame + 1));
  if (ends && frame < n) dot(context, trace, across[frame], down[frame]);
}

const named = (trace, letter) => `${letter}axis${(trace[`${letter}axis`] || letter).slice(1)}`;

/** What is painted lies under all that Plotly draws, so its grid would cross it: it must be ours. */
export function ungrid({ data, layout }, index) {
  for (const name of [named(data[index], "x"), named(data[index], "y")]) {
    const axis = layout[name] ?? {};
    layout[name] = { ...axis, ruled: axis.ruled ?? axis.showgrid !== false, showgrid: false };
  }
}

/** Lines at the ticks of each axis of these traces, once. */
export function grid(context, axes, traces, layout) {
  const done = new Set();
  context.fillStyle = axes.theme.grid;
  for (const trace of traces) for (const letter of "xy") {
    const name = named(trace, letter), axis = axes.axis(trace[`${letter}axis`] || letter);
    if (done.has(name) || !layout[name]?.ruled || trace.type === "bar" && letter === base(trace)) continue;
    done.add(name);
    const [left, top, right, bottom] = axes.box(trace);
    for (const { x } of axis._vals ?? []) {
      // Plotly keeps ticks of a logarithmic axis as powers of ten.
      const at = Math.round(axes.px(axis.type === "log" ? 10 ** x : x, axis));
      if (letter === "x" && at >= left && at <= right) context.fillRect(at, top, 1, bottom - top);
      else if (letter === "y" && at >= top && at <= bottom) context.fillRect(left, at, right - left, 1);
    }
  }
}

/** The axis on which the bars of a trace stand. */
const base = ({ orientation }) => (orientation === "h" ? "y" : "x");

/** Plotly's rule for where the bars of one trace stand: middle and width, as shares of the pitch. */
function slot({ div: { _fullData: traces, _fullLayout: { barmode, bargap = 0.2, bargroupgap = 0 } } }, trace) {
  const group = traces.filter((one) => one.type === "bar" && one.visible === true && one.xaxis === trace.xaxis && one.yaxis === trace.yaxis);
  const n = barmode === "group" ? group.length : 1, each = (1 - bargap) / n;
  return [each * (n === 1 ? 0 : group.findIndex((one) => one.index === trace.index) - (n - 1) / 2), each * (1 - bargroupgap)];
}

/** Bars of a bar trace, upright or lying. */
export function bars(context, axes, trace, bound, binds) {
  const xs = bound.x || trace.x, ys = bound.y || trace.y;
  if (!xs || !ys) return;
  const n = place(axes, trace, xs, ys), upright = base(trace) === "x";
  const pair = [axes.axis(trace.xaxis), axes.axis(trace.yaxis || "y")];
  const [ground, measure] = upright ? pair : pair.reverse(), [along, ends] = upright ? [across, down] : [down, across];
  const gap = n > 1 ? Math.abs(along[1] - along[0]) : ground._length * 0.5, turn = upright ? 1 : -1; // y counts upwards
  const [at, share] = trace.width ? [0, 0] : slot(axes, trace);
  const width = trace.width ? Math.abs(axes.px(trace.width, ground) - axes.px(0, ground)) : share * gap;
  const zero = axes.px(Math.max(0, measure.range[0]), measure);
  const bind = binds.find((b) => b.attribute === "marker.color");
  for (let i = 0; i < n; i++) {
    context.fillStyle = bound["marker.color"]
      ? colorOf(bound["marker.color"][i], bind.low ?? 0, bind.high ?? 1, bind.colors, axes.theme)
      : pick(trace.marker?.color, i) || CATEGORIES[0];
    const low = along[i] + turn * at * gap - width / 2, end = Math.min(ends[i], zero), long = Math.abs(zero - ends[i]);
    context.fillRect(...(upright ? [low, end, width, long] : [end, low, long, width]));
  }
}

/** The present step as a line over whatever grows with the steps on these axes ({xaxis, yaxis}). */
export function cursor(context, axes, pair, step) {
  const yaxis = axes.axis(pair.yaxis || "y"), x = axes.px(step, axes.axis(pair.xaxis));
  context.strokeStyle = axes.theme.muted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, yaxis._offset);
  context.lineTo(x, yaxis._offset + yaxis._length);
  context.stroke();
}

/** The newest part of a growing curve, which Plotly has not drawn yet, and a dot at its end. */
export function tip(context, axes, trace, steps, values) {
  const n = place(axes, trace, steps, values);
  if (n > 1) line(context, { line: trace.line }, 0, n);
  dot(context, trace, across[n - 1], down[n - 1]);
}
