// Panel `plot`: a Plotly figure whose traces are bound to tracks of the film.
//
// A bind is {trace, attribute, track, column, mode}. Mode "frame": the attribute is the track at the
// present frame (points that move, bars). Mode "history": a scalar over all frames (curves that
// grow), with a cursor at the present frame. Scatters and bars of mode "frame" are painted on a
// canvas at the display's rate; their Plotly twins are invisible and follow a few times a second,
// so that hover and zoom stay Plotly's own. All other bound traces are Plotly's, updated as often
// as it can take.

import { Axes } from "./axes.js";
import { reduce } from "./film.js";
import { Legend } from "./legend.js";
import { bars, cursor, points } from "./paint.js";
import { Tools } from "./tools.js";

const PAINTED = { scatter: points, bar: bars };

export class Plot {
  constructor(host, spec, player) {
    this.spec = spec;
    this.player = player;
    this.frame = 0;
    this.synced = -1;
    this.legend = new Legend(host, player.memory, (shown, indices) => this.toggle(shown, indices));
    this.bind();
    host.classList.add("ip-axes");
    this.axes = new Axes(host, spec, () => this.draw(this.frame));
    this.tools = spec.tools && player.live ? new Tools(host, this) : null;
  }

  bind() {
    this.traces = new Map(); // trace index -> binds
    for (const bind of this.spec.binds || []) {
      if (!this.traces.has(bind.trace)) this.traces.set(bind.trace, []);
      this.traces.get(bind.trace).push(bind);
    }
    for (const [index, binds] of this.traces)
      if (this.painted(index, binds)) this.spec.figure.data[index].opacity = 0;
    this.legend.set(this.spec);
  }

  toggle(shown, indices) {
    if (this.axes.ready) this.axes.Plotly.restyle(this.axes.div, { visible: shown || "legendonly" }, indices);
  }

  async mount() {
    await this.axes.mount();
    if (this.axes.gone) return;
    this.axes.div.on("plotly_relayout", (change) => {
      if (this.fitting) return;
      const keys = Object.keys(change);
      if (keys.some((key) => key.includes("range["))) this.zoomed = true;
      if (keys.some((key) => key.includes("autorange"))) this.zoomed = false;
    });
    this.sync();
    this.draw(this.frame);
  }

  /** Whether we paint this trace ourselves, as (trace, binds) of mode frame with a painter. */
  painted(index, binds) {
    const type = this.spec.figure.data[index].type || "scatter";
    return type in PAINTED && binds.every((bind) => bind.mode !== "history");
  }

  /** Value of a bind for Plotly or a painter. */
  value(bind, frame = this.frame) {
    const { film } = this.player;
    if (bind.mode === "history")
      return bind.attribute === "x" ? film.steps : film.history(bind.track, bind.column ?? 0);
    const values = film.at(bind.track, frame);
    if (!values) return [];
    const shape = film.tracks.get(bind.track).shape;
    const width = shape.length > 1 ? shape[shape.length - 1] : 1;
    if (bind.attribute === "z" && bind.column == null) // a matrix; the z of points has a column
      return Array.from({ length: values.length / width },
        (_, i) => values.subarray(i * width, (i + 1) * width));
    if (typeof bind.column === "string") return [reduce(values, bind.column)];
    if (bind.history) return [values[bind.column ?? 0]];
    const column = width === 1 ? 0 : bind.column ?? 0;
    if (!bind.order && width === 1) return values;
    const n = bind.order ? bind.order.length : values.length / width;
    const out = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const row = bind.order ? bind.order[i] : i;
      out[i] = row < 0 ? NaN : values[row * width + column]; // -1 lifts the pen
    }
    return out;
  }

  /** Keep all that the film ever shows in view, unless the user zoomed. */
  fit() {
    if (!this.spec.fit || this.zoomed) return;
    const { film } = this.player;
    if (this.extent?.film !== film.id) this.extent = { film: film.id, serial: -1 };
    const { extent } = this;
    for (let f = 0; f < film.length; f++) {
      if (film.serials[f] <= extent.serial) continue;
      for (const binds of this.traces.values()) for (const bind of binds) {
        if (!["x", "y"].includes(bind.attribute) || bind.mode === "history") continue;
        const box = (extent[bind.attribute] ||= [Infinity, -Infinity]);
        for (const v of this.value(bind, f)) {
          if (v < box[0]) box[0] = v;
          if (v > box[1]) box[1] = v;
        }
      }
    }
    extent.serial = film.newest;
    const change = {};
    for (const name of ["x", "y"]) {
      if (!extent[name] || !Number.isFinite(extent[name][0])) continue;
      const [low, high] = extent[name], room = 0.06 * (high - low) || 1;
      const range = this.axes.axis(name).range;
      if (low < range[0] || high > range[1] || high - low < 0.5 * (range[1] - range[0]))
        change[`${name}axis.range`] = [low - room, high + room];
    }
    if (Object.keys(change).length) {
      this.fitting = true;
      this.axes.Plotly.relayout(this.axes.div, change).then(() => { this.fitting = false; });
    }
  }

  draw(frame) {
    this.frame = frame;
    if (!this.axes.ready || !this.player.film.length) return;
    // A canvas that is not touched need not be composed again: only those in use are.
    if (this.paints()) this.drawUnder();
    if (!this.hasHistory()) return;
    const over = this.axes.context(this.axes.over);
    cursor(over, this, this.axes, frame);
    over.restore();
  }

  /** Whether anything lies on the lower canvas. */
  paints() {
    return [...this.traces].some(([index, binds]) => this.painted(index, binds));
  }

  drawUnder() {
    const under = this.axes.context(this.axes.under);
    this.paintUnder(under);
    for (const [index, binds] of this.traces) {
      if (!this.painted(index, binds)) continue;
      const trace = this.axes.div._fullData[index];
      if (trace.visible !== true) continue;
      const bound = Object.fromEntries(binds.map((bind) => [bind.attribute, this.value(bind)]));
      PAINTED[trace.type](under, this.axes, trace, bound, binds);
    }
    under.restore();
  }

  paintUnder() {}

  hasHistory() {
    return [...this.traces.values()].some((binds) => binds.some((b) => b.mode === "history"));
  }

  /** Whether Plotly's own traces lag behind what should be seen (not only hovered). */
  stale() {
    return this.mark() !== this.synced && this.axes.ready;
  }

  /** Whether Plotly draws something bound itself, so that lagging would be seen. */
  urgent() {
    return this.spec.fit || [...this.traces].some(([index, binds]) => !this.painted(index, binds));
  }

  /** Hand the present values to Plotly: what it draws itself and, if `all`, the twins for hover. */
  sync(all = true) {
    if (all || !this.paints()) this.synced = this.mark();
    this.fit();
    if (!this.player.film.length) return null;
    const indices = [...this.traces.keys()]
      .filter((index) => all || !this.painted(index, this.traces.get(index)));
    if (!indices.length) return null;
    const update = {};
    indices.forEach((index, i) => {
      for (const bind of this.traces.get(index)) {
        if (bind.attribute === "marker.color" && this.painted(index, this.traces.get(index)))
          continue;
        update[bind.attribute] ||= indices.map(() => undefined);
        update[bind.attribute][i] = this.value(bind);
        if (bind.mode === "history") {
          update.x ||= indices.map(() => undefined);
          update.x[i] = this.player.film.steps;
        }
      }
    });
    return this.axes.Plotly.restyle(this.axes.div, update, indices);
  }

  /** A new figure in the same place (other points, say): zoom and tools are kept. */
  respec(spec) {
    this.spec = this.axes.spec = spec;
    this.bind();
    if (!this.axes.ready) return;
    const { figure } = spec;
    const data = figure.data.map((trace, index) => this.filled(trace, this.traces.get(index)));
    this.synced = this.mark();
    this.axes.Plotly.react(this.axes.div, data, this.axes.layout(figure.layout))
      .then(() => this.draw(this.frame));
  }

  /** A trace with the present values of its binds, so that one update of Plotly is enough. */
  filled(trace, binds = []) {
    const filled = { ...trace };
    for (const bind of this.player.film.length ? binds : []) {
      if (bind.attribute.includes(".")) continue;
      filled[bind.attribute] = this.value(bind);
      if (bind.mode === "history") filled.x = this.player.film.steps;
    }
    return filled;
  }

  /** What Plotly's picture depends on: all frames for growing curves, else the present one. */
  mark() {
    const { film } = this.player; // by serial: a change by hand renews a frame in its place
    return this.hasHistory() ? film.newest : film.serials[this.frame] ?? this.frame;
  }

  retheme() {
    this.axes.retheme();
  }

  unmount() {
    this.tools?.unmount();
    this.axes.unmount();
  }
}
