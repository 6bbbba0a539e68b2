// Panel `plot`: a Plotly figure whose traces are bound to tracks of the film.
//
// A bind is {trace, attribute, track, column, mode}. Mode "frame": the attribute is the track at the
// present frame (points that move, bars). Mode "history": a scalar over all frames (curves that
// grow), with a cursor at the present frame; with `x` over another track, as a path. Scatters and bars
// of mode "frame" and paths are painted on a canvas at the display's rate, inside their own axes; their
// Plotly twins are invisible and follow a few times a second, so that hover and zoom stay Plotly's own.
// All other bound traces are Plotly's, updated as often as it can take.

import { Axes } from "./axes.js";
import { Chooser } from "./chooser.js";
import { ColorBars } from "./colorbar.js";
import { Drag } from "./drag.js";
import { reduce } from "./film.js";
import { Legend } from "./legend.js";
import { bars, cursor, grid, points, tip, trail, ungrid } from "./paint.js";
import { Scale } from "./scale.js";
import { themeOf } from "./theme.js";
import { Structure } from "./structure.js";
import { Tools } from "./tools.js";
import { bare, filled, idle, ofFilm, readable } from "./twins.js";
import { abscissa, alike, arrays, grows, hide, overFrames, path, valueOf, weight } from "./values.js";
import { View } from "./view.js";

const MANY = 1500; // points whose twins follow at once
const PAINTED = { scatter: points, bar: bars };

export class Plot {
  constructor(host, spec, player) {
    this.spec = spec;
    this.player = player;
    this.frame = 0;
    Object.assign(this, { synced: -1, twinned: -1, end: -1, near: false }); // marks of what Plotly draws and hides
    this.legend = new Legend(host, player.memory, (shown, indices) => this.toggle(shown, indices));
    this.scale = new Scale(host, player.memory, (kind) => this.axes.ready
      && this.axes.Plotly.relayout(this.axes.div, { "yaxis.type": kind, "yaxis.autorange": true }));
    this.bars = new ColorBars(host);
    this.view = new View(this);
    this.bind();
    host.classList.add("ip-axes");
    this.axes = new Axes(host, spec, () => this.draw(this.frame));
    this.tools = spec.tools && (player.live || spec.brush) ? new Tools(host, this) : null;
    this.drag = spec.drag ? new Drag(this) : null;
    this.structure = spec.structure && player.live ? new Structure(host, player) : null;
    this.structure?.set(spec);
    this.chooser = spec.focus ? new Chooser(this) : null;
    this.bars.set(spec, themeOf(host));
    host.addEventListener("pointerenter", () => { this.near = true; });
    host.addEventListener("pointerleave", () => { this.near = false; });
  }

  bind() {
    this.traces = new Map(); // trace index -> binds
    this.idle = new Set(); // traces of whose points Plotly knows nothing
    this.scratch = new Map(); // bind -> numbers picked for painting
    for (const bind of this.spec.binds || []) {
      if (!this.traces.has(bind.trace)) this.traces.set(bind.trace, []);
      this.traces.get(bind.trace).push(bind);
    }
    for (const [index, binds] of this.traces) {
      const { figure } = this.spec, trace = figure.data[index];
      if (!this.painted(index, binds)) continue;
      hide(trace, index);
      if (trace.type in PAINTED) ungrid(figure, index);
      if (!idle(trace, figure.layout)) continue;
      this.idle.add(index);
      for (const name of "xy") trace[name] = readable(trace[name]);
    }
    this.legend.set(this.spec);
    this.scale.set(this.spec);
  }

  toggle(shown, indices) {
    if (this.axes.ready) this.axes.Plotly.restyle(this.axes.div, { visible: shown || "legendonly" }, indices);
  }

  async mount() {
    await this.axes.mount((trace, index) => (this.idle.has(index) ? bare(trace) : trace));
    if (this.axes.gone) return;
    this.view.watch(this.axes.div);
    this.sync();
    this.draw(this.frame);
  }

  /** Whether we paint this trace ourselves, so that Plotly's is its invisible twin. */
  painted(index, binds) {
    const type = this.spec.figure.data[index].type || "scatter";
    return binds.every((bind) => bind.mode === "over") || (type in PAINTED && !binds.some(grows));
  }

  /** Value of a bind for Plotly or, as numbers that are soon overwritten, for a painter. */
  value(bind, frame = this.frame, brief = false) {
    return valueOf(bind, this.player, frame, brief && this.scratch);
  }

  /** Paint a frame; `onward` from another one, while axes, theme and tools stay as they were. */
  draw(frame, onward = false) {
    const { film } = this.player;
    // Plotly asks for this as well, also in the moment in which panels are new and the film is not yet.
    this.frame = frame = Math.max(0, Math.min(frame, film.length - 1));
    if (!this.axes.ready || !film.length || !film.holds(this.spec)) return;
    this.view.follow(frame);
    // A canvas that is not touched need not be composed again: only those in use, and moving, are.
    const shown = this.view.follows ? null : arrays(this.spec, this.player, frame);
    if (this.paints() && !(onward && alike(shown, this.shown))) this.drawUnder();
    this.shown = shown;
    this.chooser?.place();
    this.drag?.place();
    if (!this.growing().next().done) this.drawOver();
  }

  /** Whether anything lies on the lower canvas. */
  paints() {
    return [...this.traces].some(([index, binds]) => this.painted(index, binds));
  }

  drawUnder() {
    const { axes, player, frame } = this, under = axes.clear(axes.under);
    this.paintUnder(under);
    const painted = [...this.traces].filter(([index, binds]) => this.painted(index, binds));
    grid(under, axes, painted.map(([index]) => axes.div._fullData[index]), this.spec.figure.layout);
    for (const [index, binds] of this.traces) {
      const given = this.spec.figure.data[index], full = axes.div._fullData[index];
      if (!(given.type in PAINTED) || !this.painted(index, binds) || (given.visible ?? true) !== true) continue;
      const whole = full?.visible === true && !this.idle.has(index); // Plotly drops empty traces
      const trace = this.brushed(index, whole ? full : given);
      const along = path(binds), bound = { mark: player.film.serials[frame], focus: player.focus };
      if (!along) for (const bind of binds) bound[bind.attribute] = this.value(bind, frame, true);
      axes.inside(under, trace, () => (along
        ? trail(under, axes, trace, { x: abscissa(along, player.film), y: this.value(along), dot: along.dot !== false }, frame)
        : PAINTED[trace.type](under, axes, trace, bound, binds)));
    }
  }

  paintUnder() {}

  /** The trace, all points that were not brushed faint. */
  brushed(index, trace) {
    const { brush } = this.spec, opacity = brush?.trace === index && this.player.brushed.get(brush.name);
    return opacity ? { ...trace, marker: { ...trace.marker, opacity } } : trace;
  }

  /** What grows with the steps: {pair, trace, bind} of each curve, the pair being its axes. */
  *growing() {
    for (const [index, binds] of this.traces) {
      const bind = binds.find(grows), trace = bind && this.axes.div._fullData[index];
      if (bind) yield { pair: trace, trace, bind };
    }
  }

  /** The cursor, once on each pair of axes, and the tips of the curves. */
  drawOver() {
    const { axes, frame, player: { film } } = this, over = axes.clear(axes.over), lined = new Set();
    const known = film.newest === this.synced ? frame // between two of Plotly's updates the rest is ours
      : Math.max(0, film.serials.findIndex((serial) => serial >= this.synced));
    for (const { pair, trace, bind } of this.growing())
      axes.inside(over, pair, () => {
        const key = `${pair.xaxis || "x"} ${pair.yaxis || "y"}`;
        if (!lined.has(key)) cursor(over, axes, pair, film.steps[frame]);
        lined.add(key);
        if (!bind || trace.visible !== true || bind.dot === false) return;
        const steps = film.steps.slice(Math.min(known, frame), frame + 1), first = frame + 1 - steps.length;
        tip(over, axes, trace, steps, steps.map((_, i) => reduce(film.at(bind.track, first + i), bind.column ?? 0)));
      });
  }

  /** Axes whose range is neither the figure's nor Plotly's to say: {axis: [low, high]}. */
  spans() {
    return {};
  }

  /** Whether Plotly lags behind: in what it draws itself, or, if `all`, in the twins for hover too. */
  stale(all = true) {
    if (!this.axes.ready) return false;
    return (this.urgent() && this.synced !== this.mark()) || (all && this.due() && this.twinned !== this.mark());
  }

  /** Whether Plotly draws something bound itself, so that lagging would be seen. */
  urgent() {
    return this.spec.fit || Object.keys(this.spans()).length
      || [...this.traces].some(([index, binds]) => !this.painted(index, binds));
  }

  /** Whether twins are wanted: many points only while a pointer is near, since they take a while. */
  due() {
    const twins = [...this.traces].filter(([index, binds]) => this.painted(index, binds) && !this.idle.has(index));
    const points = twins.reduce((sum, [, binds]) => sum + weight(binds, this.player.film), 0);
    return twins.length > 0 && (this.near || points < MANY);
  }

  /** Hand the present values to Plotly: what it draws itself and, if `all`, the twins for hover. */
  sync(all = true) {
    const twins = all && this.due();
    if (!this.player.film.length) return null;
    this.synced = this.mark();
    this.end = this.player.film.steps[this.player.film.length - 1];
    if (twins) this.twinned = this.synced;
    this.view.settle();
    const indices = [...this.traces.keys()]
      .filter((index) => (twins && !this.idle.has(index)) || !this.painted(index, this.traces.get(index)));
    if (!indices.length) return null;
    const update = {};
    indices.forEach((index, i) => {
      for (const bind of this.traces.get(index)) {
        if (["marker.color", "images"].includes(bind.attribute) && this.painted(index, this.traces.get(index)))
          continue;
        update[bind.attribute] ||= indices.map(() => undefined);
        update[bind.attribute][i] = this.value(bind);
        if (!overFrames(bind)) continue;
        update.x ||= indices.map(() => undefined);
        update.x[i] = abscissa(bind, this.player.film);
      }
    });
    return Object.keys(update).length ? this.axes.Plotly.restyle(this.axes.div, update, indices) : null;
  }

  /** A new figure in the same place (other points, say): zoom and tools are kept. */
  respec(spec) {
    this.spec = this.axes.spec = spec;
    this.bind();
    this.structure?.set(spec);
    this.bars.set(spec, themeOf(this.axes.host));
    if (!this.axes.ready) return;
    const { figure } = spec;
    const data = figure.data.map((trace, index) => (this.idle.has(index) ? bare(trace) : filled(this, trace, index)));
    this.synced = this.twinned = this.mark();
    this.axes.Plotly.react(this.axes.div, data, this.axes.layout(figure.layout))
      .then(() => (this.axes.theme.scale === 1 ? this.draw(this.frame) : this.axes.retheme())); // which draws
  }

  /** What Plotly's picture depends on: all frames for growing curves, else the present one. */
  mark() {
    const { film } = this.player; // by serial: a change by hand renews a frame in its place
    return ofFilm(this) ? film.newest : film.serials[this.frame] ?? this.frame;
  }

  retheme() {
    this.axes.retheme();
    this.bars.set(this.spec, themeOf(this.axes.host));
  }

  unmount() {
    for (const part of [this.tools, this.structure, this.chooser, this.axes]) part?.unmount();
  }
}
