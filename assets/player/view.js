// What a plot's axes show: all that the film ever holds (`fit`), or the present frame's points, the
// range smoothed over the frames so that nothing jumps (`fit: "follow"`). The user's zoom wins.

import { reduce } from "./film.js";

const ROOM = 0.06; // kept free on either side
const YIELD = 0.12; // of the way that a followed range shrinks in a frame; it grows at once

export class View {
  constructor(plot) {
    Object.assign(this, { plot, zoomed: false, busy: false, film: null });
  }

  get follows() {
    return this.plot.spec.fit === "follow";
  }

  /** Notice what the user does to the axes; back to the first range is no zoom. */
  watch(div) {
    div.on("plotly_relayouting", () => { this.zoomed = true; }); // dragging
    div.on("plotly_relayout", (change) => {
      const keys = Object.keys(change);
      if (this.busy) return;
      if (keys.some((key) => key.includes("autorange"))) this.zoomed = false;
      const names = [...new Set(keys.filter((key) => key.includes(".range[")).map((key) => key.split(".")[0]))];
      const chosen = names.map((name) => [div._fullLayout[name], name])
        .map(([axis, name]) => [axis, [0, 1].map((i) => change[`${name}.range[${i}]`] ?? axis.range[i])]);
      if (names.length) this.zoomed = chosen.some(([axis, range]) => moved(axis, range));
      if (!this.zoomed || !this.follows) return;
      for (const [axis, range] of chosen) this.put(axis, range); // we had moved it on when it was drawn
      this.plot.draw(this.plot.frame);
    });
  }

  /** Set an axis without Plotly, which takes tens of milliseconds for it. */
  put(axis, range) {
    axis.range = this.plot.axes.div.layout[axis._name].range = range;
    axis.setScale();
  }

  // --- measuring --------------------------------------------------------------------------------

  /** Boxes of the frames that are new: {axis: [low, high]} of all moving points, frame by frame. */
  measure() {
    const { film } = this.plot.player;
    if (this.film !== film.id) Object.assign(this, { film: film.id, boxes: new Map(), whole: {} });
    film.serials.forEach((serial, frame) => {
      if (this.boxes.has(serial)) return;
      const box = this.boxOf(frame);
      this.boxes.set(serial, box);
      for (const [name, ends] of Object.entries(box)) for (const end of ends) widen(this.whole, name, end);
    });
    if (this.boxes.size < 2 * film.length + 9) return;
    const kept = new Set(film.serials); // the film has dropped the others
    for (const serial of this.boxes.keys()) if (!kept.has(serial)) this.boxes.delete(serial);
  }

  boxOf(frame) {
    const box = {}, { plot } = this, { film } = plot.player;
    for (const [index, binds] of plot.traces) for (const bind of binds) {
      const axis = plot.spec.figure.data[index][`${bind.attribute}axis`] || bind.attribute;
      if (!["x", "y"].includes(bind.attribute) || bind.mode === "over") continue;
      if (bind.mode === "frame") {
        const values = plot.value(bind, frame, true);
        for (let i = 0; i < values.length; i++) widen(box, axis, values[i]);
      } else if (bind.x) {
        const { track, column } = bind.x;
        widen(box, plot.spec.figure.data[index].xaxis || "x", reduce(film.at(track, frame), column));
        widen(box, axis, reduce(film.at(bind.track, frame), bind.column));
      }
    }
    return box;
  }

  /** The box to show at each frame: it grows with the points at once, and shrinks slowly. */
  smoothed() {
    const { film } = this.plot.player, key = `${film.id} ${film.newest} ${film.length}`;
    if (this.key === key) return this.shown;
    this.measure();
    let last = {};
    this.shown = film.serials.map((serial) => {
      const next = {};
      for (const [name, [low, high]] of Object.entries(this.boxes.get(serial))) {
        const [a, b] = last[name] || [low, high];
        next[name] = [Math.min(low, a + YIELD * (low - a)), Math.max(high, b + YIELD * (high - b))];
      }
      return (last = next);
    });
    this.key = key;
    return this.shown;
  }

  // --- showing ----------------------------------------------------------------------------------

  /** Before a frame is painted: move the axes along. Plotly's ticks follow with `settle`. */
  follow(frame) {
    if (!this.follows || this.zoomed) return;
    const { axes } = this.plot;
    const ranges = this.ranges(this.smoothed()[frame] || {});
    for (const [name, range] of Object.entries(square(ranges, axes))) this.put(axes.axis(name), range);
  }

  /** Ranges on the axes (powers of ten where logarithmic) around a box of data. */
  ranges(box) {
    return Object.fromEntries(Object.entries(box).map(([name, ends]) => {
      const [low, high] = ends.map((end) => this.plot.axes.axis(name).d2l(end));
      const room = ROOM * (high - low) || 1;
      return [name, [low - room, high + room]];
    }));
  }

  /** Let Plotly show the range, with its ticks; nothing to wait for where it is right already. */
  settle() {
    const { axes, spec } = this.plot, change = {};
    if (this.zoomed) return;
    const exact = this.plot.spans();
    if (this.follows) for (const name of Object.keys(this.smoothed()[this.plot.frame] || {}))
      change[`${axes.axis(name)._name}.range`] = axes.axis(name).range;
    else if (spec.fit) {
      this.measure();
      for (const [name, range] of Object.entries(this.ranges(this.whole)))
        if (ill(axes.axis(name).range, range)) change[`${axes.axis(name)._name}.range`] = range;
    }
    for (const [name, range] of Object.entries(exact))
      if (axes.axis(name).range.some((end, i) => end !== range[i])) change[`${axes.axis(name)._name}.range`] = range;
    if (!Object.keys(change).length) return;
    this.busy = true;
    axes.Plotly.relayout(axes.div, change).then(() => { this.busy = false; });
  }
}

/** Whether the user has moved an axis away from its first range. */
const moved = ({ _rangeInitial0: low, _rangeInitial1: high }, range) => range[0] !== low || range[1] !== high;

/** Whether a range leaves something out, or is more than twice as wide as it need be. */
function ill(range, [low, high]) {
  const room = (ROOM * (high - low)) / (1 + 2 * ROOM), inner = high - low - 2 * room;
  return low + room < range[0] || high - room > range[1] || inner < 0.5 * (range[1] - range[0]);
}

function widen(box, name, value) {
  if (!Number.isFinite(value)) return;
  const ends = (box[name] ||= [Infinity, -Infinity]);
  if (value < ends[0]) ends[0] = value;
  if (value > ends[1]) ends[1] = value;
}

/** One unit as long on y as on x, where the layout says so (scaleanchor): the shorter one is widened. */
function square(ranges, axes) {
  for (const name of Object.keys(ranges)) {
    const anchor = axes.div.layout[axes.axis(name)._name].scaleanchor;
    if (!anchor || !ranges[anchor]) continue;
    const pair = [name, anchor], unit = Math.max(...pair.map((one) => width(ranges[one]) / axes.axis(one)._length));
    for (const one of pair) {
      const middle = (ranges[one][0] + ranges[one][1]) / 2, half = (unit * axes.axis(one)._length) / 2;
      ranges[one] = [middle - half, middle + half];
    }
  }
  return ranges;
}

const width = ([low, high]) => high - low;
