// A heat map over time: a vector track as an image that grows with the film, one column a frame.
//
// Frames lie unevenly on the axis of steps, older ones further apart, and the axis may be zoomed or
// logarithmic: so each column of pixels is looked up, and kept until the film or the view changes.

import { paintImage } from "./bitmap.js";
import { colors } from "./theme.js";

/** The steps that a film covers: its last frame is as wide as the one before. */
export function span({ steps, length }) {
  const last = steps[length - 1];
  return [steps[0], last + (length > 1 ? last - steps[length - 2] : 1)];
}

/** Paint `tile` (over: "steps") on its axes; `held` keeps the image between frames. */
export function overSteps(context, axes, tile, film, held) {
  const x = axes.axis(tile.xaxis), y = axes.axis(tile.yaxis || "y"), track = film.tracks.get(tile.track);
  if (!track || !film.length) return;
  const key = [film.id, film.newest, film.length, x.range, x.type, x._length, axes.scale, axes.theme.dark].join();
  if (held.key !== key) Object.assign(held, { key }, image(axes, x, tile, film, track, held.canvas));
  if (!held.width) return;
  const [low, high] = tile.y.map((v) => axes.px(v, y));
  context.save();
  context.imageSmoothingEnabled = false;
  context.translate(x._offset + held.left / axes.scale, tile.origin === "upper" ? high : low);
  context.scale(1, tile.origin === "upper" ? 1 : -1);
  context.drawImage(held.canvas, 0, 0, held.width / axes.scale, low - high);
  context.restore();
}

/** {canvas, left, width}: the columns of pixels that the film covers, from the left of the axis. */
function image(axes, x, tile, film, track, canvas = document.createElement("canvas")) {
  const [start, end] = span(film), rows = track.shape[track.shape.length - 1];
  const most = Math.round(x._length * axes.scale), stepOf = (column) => x.p2d((column + 0.5) / axes.scale);
  let left = 0, right = most;
  while (left < most && stepOf(left) < start) left++;
  while (right > left && stepOf(right - 1) >= end) right--;
  const width = right - left, first = (tile.index ?? 0) * rows;
  if (!width) return { canvas, left, width };
  Object.assign(canvas, { width, height: rows });
  const values = new (film.at(tile.track, 0).constructor)(width * rows);
  for (let column = 0, frame = 0; column < width; column++) {
    while (frame + 1 < film.length && film.steps[frame + 1] <= stepOf(left + column)) frame++;
    const present = film.at(tile.track, frame);
    for (let row = 0; row < rows; row++) values[row * width + column] = present[first + row];
  }
  paintImage(canvas, values, tile, colors(tile.colors || "diverging", axes.theme));
  return { canvas, left, width };
}

/** Plotly's invisible twin of a tile, so that a pointer finds step, row and value. */
export function twin({ hover = "step %{x}, %{y}: %{z:.3g}<extra></extra>", xaxis = "x", yaxis = "y" }) {
  return { type: "heatmap", opacity: 0, showscale: false, showlegend: false, x: [], y: [], z: [], xaxis, yaxis,
    hovertemplate: hover };
}

/** What moves the twin: its rows over all frames, and where they lie. */
export const twinBinds = (trace, { track, index, y, origin, raised }) => [
  { trace, track, index, attribute: "z", mode: "over", raised }, { trace, track, y, origin, attribute: "y", mode: "over" }];

/** Value of such a bind. */
export function overValue({ attribute, track, index = 0, y, origin }, film) {
  const rows = film.tracks.get(track)?.shape.slice(-1)[0] ?? 0, each = Array.from({ length: rows }, (_, row) => row);
  if (attribute === "z") return each.map((row) => film.history(track, (index ?? 0) * rows + row));
  const height = (y[1] - y[0]) / rows;
  return each.map((row) => (origin === "upper" ? y[1] - (row + 0.5) * height : y[0] + (row + 0.5) * height));
}
