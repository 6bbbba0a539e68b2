// Painters: traces drawn on a canvas in the plot's own coordinates.

import { colorOf, CATEGORIES } from "./theme.js";

const isArray = (value) => Array.isArray(value) || ArrayBuffer.isView(value);
const pick = (value, i) => (isArray(value) ? value[i % value.length] : value);

/** Markers and lines of a scatter trace; `bound` holds the values of the present frame. */
export function points(context, axes, trace, bound, binds) {
  const xs = bound.x || trace.x, ys = bound.y || trace.y;
  if (!xs || !ys) return;
  const xaxis = axes.axis(trace.xaxis || "x"), yaxis = axes.axis(trace.yaxis || "y");
  const n = Math.min(xs.length, ys.length);
  const px = new Float32Array(n), py = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    px[i] = xs[i] === null ? NaN : axes.px(xs[i], xaxis);
    py[i] = ys[i] === null ? NaN : axes.px(ys[i], yaxis);
  }
  const mode = trace.mode || "markers";
  if (mode.includes("lines")) line(context, trace, px, py);
  if (mode.includes("markers"))
    markers(context, axes, trace, px, py, bound["marker.color"],
      binds.find((bind) => bind.attribute === "marker.color"));
  if (mode.includes("text")) labels(context, axes, trace, px, py);
}

/** The trace's text beside its points, to the upper right. */
function labels(context, axes, trace, px, py) {
  context.fillStyle = axes.theme.text;
  context.font = `${(trace.textfont?.size ?? 12) * axes.theme.scale}px ${axes.theme.font}`;
  for (let i = 0; i < px.length; i++)
    if (!Number.isNaN(px[i])) context.fillText(pick(trace.text, i) ?? "", px[i] + 7, py[i] - 6);
}

function line(context, trace, px, py) {
  context.strokeStyle = trace.line?.color || CATEGORIES[0];
  context.lineWidth = trace.line?.width ?? 2;
  context.lineJoin = "round";
  context.setLineDash(trace.line?.dash === "dash" ? [6, 4] : trace.line?.dash === "dot" ? [2, 3] : []);
  context.beginPath();
  let pen = false;
  for (let i = 0; i < px.length; i++) {
    if (Number.isNaN(px[i]) || Number.isNaN(py[i])) pen = false;
    else if (pen) context.lineTo(px[i], py[i]);
    else { context.moveTo(px[i], py[i]); pen = true; }
  }
  if (trace.fill === "tozeroy" || trace.fill === "toself") {
    context.globalAlpha = 0.25;
    context.fillStyle = trace.fillcolor || context.strokeStyle;
    context.fill();
    context.globalAlpha = 1;
  }
  context.stroke();
  context.setLineDash([]);
}

function markers(context, axes, trace, px, py, values, bind) {
  const marker = trace.marker || {};
  const edge = marker.line?.width ?? 0;
  if (!values && isArray(marker.color) && typeof marker.color[0] === "number") {
    values = marker.color; // labels from -1 to 1, as core.figures.style.by_label gives them
    bind = { low: marker.cmin ?? -1, high: marker.cmax ?? 1, colors: "signed" };
  }
  const groups = new Map(); // one path a color, so that thousands of points stay cheap
  for (let i = 0; i < px.length; i++) {
    if (Number.isNaN(px[i]) || Number.isNaN(py[i])) continue;
    const color = values
      ? (bind.colors === "category" ? CATEGORIES[Math.round(values[i]) % CATEGORIES.length]
        : colorOf(values[i], bind.low ?? 0, bind.high ?? 1, bind.colors || "diverging", axes.theme))
      : pick(marker.color, i) || CATEGORIES[0];
    if (!groups.has(color)) groups.set(color, []);
    groups.get(color).push(i);
  }
  context.lineWidth = edge;
  context.globalAlpha = isArray(marker.opacity) ? 1 : marker.opacity ?? 1;
  for (const [color, members] of groups) {
    context.fillStyle = color;
    context.beginPath();
    for (const i of members) {
      const r = (pick(marker.size, i) ?? 6) / 2, symbol = pick(marker.symbol, i);
      if (symbol === "square") context.rect(px[i] - r, py[i] - r, 2 * r, 2 * r);
      else { context.moveTo(px[i] + r, py[i]); context.arc(px[i], py[i], r, 0, 2 * Math.PI); }
    }
    context.fill();
    if (edge) {
      context.strokeStyle = pick(marker.line.color, 0) || "#fff";
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/** Vertical bars of a bar trace. */
export function bars(context, axes, trace, bound, binds) {
  const xs = bound.x || trace.x, ys = bound.y || trace.y;
  if (!xs || !ys) return;
  const xaxis = axes.axis(trace.xaxis || "x"), yaxis = axes.axis(trace.yaxis || "y");
  const n = Math.min(xs.length, ys.length);
  const at = Array.from({ length: n }, (_, i) => axes.px(xs[i], xaxis));
  const gap = n > 1 ? Math.abs(at[1] - at[0]) : xaxis._length * 0.5;
  const zero = axes.px(Math.max(0, yaxis.range[0]), yaxis);
  const bind = binds.find((b) => b.attribute === "marker.color");
  for (let i = 0; i < n; i++) {
    context.fillStyle = bound["marker.color"]
      ? colorOf(bound["marker.color"][i], bind.low ?? 0, bind.high ?? 1, bind.colors, axes.theme)
      : pick(trace.marker?.color, i) || CATEGORIES[0];
    const y = axes.px(ys[i], yaxis);
    context.fillRect(at[i] - gap * 0.4, Math.min(y, zero), gap * 0.8, Math.abs(zero - y));
  }
}

/** The present step as a line over growing curves, with a dot on each curve. */
export function cursor(context, plot, axes, frame) {
  const { film } = plot.player;
  const xaxis = axes.axis("x"), yaxis = axes.axis("y");
  const x = axes.px(film.steps[frame], xaxis);
  context.strokeStyle = axes.theme.muted;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, yaxis._offset);
  context.lineTo(x, yaxis._offset + yaxis._length);
  context.stroke();
  for (const [index, binds] of plot.traces) {
    const trace = axes.div._fullData[index];
    const bind = binds.find((b) => b.mode === "history" && b.attribute === "y");
    if (!bind || trace.visible !== true || bind.dot === false) continue;
    tail(context, plot, axes, trace, bind, frame);
    const value = plot.value({ ...bind, mode: "frame", history: true }, frame)[0];
    context.fillStyle = trace.line?.color || CATEGORIES[0];
    context.beginPath();
    context.arc(x, axes.px(value, axes.axis(trace.yaxis || "y")), 4, 0, 2 * Math.PI);
    context.fill();
  }
}

// Between two of Plotly's updates the newest part of a growing curve is ours to draw.
function tail(context, plot, axes, trace, bind, frame) {
  const { film } = plot.player;
  if (film.newest === plot.synced) return;
  const first = Math.max(0, film.serials.findIndex((serial) => serial >= plot.synced));
  if (frame <= first) return;
  const xaxis = axes.axis(trace.xaxis || "x"), yaxis = axes.axis(trace.yaxis || "y");
  context.strokeStyle = trace.line?.color || CATEGORIES[0];
  context.lineWidth = trace.line?.width ?? 2;
  context.beginPath();
  for (let i = first; i <= frame; i++) {
    const value = plot.value({ ...bind, mode: "frame", history: true }, i)[0];
    const x = axes.px(film.steps[i], xaxis), y = axes.px(value, yaxis);
    if (i === first) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.stroke();
}
