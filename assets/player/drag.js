// Dragging on a plot or a raster: points, or the cells of an image, that report back as they move.
//
// spec.drag is {name, track, tile, low, high, along, click}; see core.stage.drag. While one is dragged, the newest
// place goes over HTTP, one question at a time and at most 30 a second; it trains nothing, so a film
// depends on where a drag ended, not on its way. At release the last place goes the same way, and
// once that is answered to the page, for its settings.

import { arrows } from "./chooser.js";

const PAUSE = 1000 / 30; // ms between two questions
const STEP = 0.02; // of an axis, or of a cell's range, for one press of an arrow key
const REST = 250; // ms after the last press before the page hears of it
const TALL = 100; // pixels for all of a cell's range
const CLICK = 4, TWICE = 300; // pixels that a click may move; ms within which two are a double one

export class Drag {
  constructor(plot) {
    // Where handles are held, what is still to be asked, and what the page is to hear at the end.
    Object.assign(this, { plot, handles: [], asked: 0, local: new Map(), waiting: new Map(), done: new Map() });
    this.cells = plot.spec.drag.tile !== undefined;
    plot.axes.host.addEventListener("pointerdown", (event) => this.press(event));
  }

  get spec() {
    return this.plot.spec.drag;
  }

  /** How many there are, and how their track is read: points as pairs, cells row by row. */
  get track() {
    return this.plot.player.film.tracks.get(this.spec.track);
  }

  /** Present numbers of handle i: where it is held, or what the film says. */
  value(i) {
    if (this.local.has(i)) return this.local.get(i);
    const values = this.track?.frames[this.plot.frame];
    if (!values) return null;
    return this.cells ? [values[this.offset + i]] : [values[2 * i], values[2 * i + 1]];
  }

  get offset() {
    const [rows, columns] = this.track.shape.slice(-2);
    return this.cells ? (this.plot.spec.tiles[this.spec.tile].index ?? 0) * rows * columns : 0;
  }

  /** What the experiment calls handle i. */
  name(i) {
    const { shape } = this.track, columns = shape[shape.length - 1];
    if (this.cells) return `${this.spec.name}.${Math.floor(i / columns)}.${i % columns}`;
    return shape.length > 1 ? `${this.spec.name}.${i}` : this.spec.name;
  }

  /** Put all handles where they are; called with each frame. */
  place() {
    const { track, plot } = this;
    if (!track || !plot.axes.ready) return;
    const [rows, columns] = track.shape.slice(-2), count = this.cells ? rows * columns : track.size / 2;
    while (this.handles.length > count) this.handles.pop().remove();
    while (this.handles.length < count) this.handles.push(this.handle(this.handles.length));
    this.handles.forEach((handle, i) => {
      const at = this.value(i);
      if (at === null) return;
      handle.setAttribute("aria-label", `${this.name(i)}: ${at.map((v) => v.toFixed(2)).join(", ")}`);
      Object.assign(handle.style, this.cells ? this.cell(i, rows, columns) : this.point(at));
    });
  }

  point([x, y]) {
    const { axes } = this.plot;
    return { left: `${axes.px(x, axes.axis("x"))}px`, top: `${axes.px(y, axes.axis("y"))}px` };
  }

  cell(i, rows, columns) {
    const { axes, spec } = this.plot, tile = spec.tiles[this.spec.tile];
    const x = axes.axis(tile.xaxis || "x"), y = axes.axis(tile.yaxis || "y");
    const [left, right] = tile.x.map((v) => axes.px(v, x)), [low, high] = tile.y.map((v) => axes.px(v, y));
    const width = (right - left) / columns, height = (low - high) / rows, row = Math.floor(i / columns);
    const down = (tile.origin || "lower") === "lower" ? rows - 1 - row : row;
    return { left: `${left + width * (i % columns)}px`, top: `${high + height * down}px`,
      width: `${width}px`, height: `${height}px` };
  }

  handle(i) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `ip-handle${this.cells ? " ip-cell" : ""}`;
    made.disabled = !this.plot.player.live;
    made.textContent = this.spec.labels?.[i] ?? "";
    made.addEventListener("pointerdown", (event) => {
      made.setPointerCapture(event.pointerId);
      this.begin(i, event);
    });
    made.addEventListener("pointermove", (event) => this.held?.i === i && this.move(event));
    for (const end of ["pointerup", "pointercancel"]) made.addEventListener(end, () => this.held?.i === i && this.release());
    arrows(made, (dx, dy) => this.nudge(i, dx, -dy));
    this.plot.axes.host.append(made);
    return made;
  }

  // --- what the user does -----------------------------------------------------------------------

  /** A press on the plot itself, not on what lies on it, may become a click: its point goes there. */
  press(from) {
    const again = from.timeStamp - (this.pressed?.timeStamp ?? -TWICE) < TWICE; // a double click is Plotly's
    this.pressed = from;
    if (again || !this.clickable(from)) return;
    const rest = this.plot.view.zoomed ? TWICE : 0; // a double click would lead back from the zoom
    // On the window: Plotly lays a cover over the page while a button is down.
    window.addEventListener("pointerup", (event) => {
      const way = Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY);
      if (event.pointerId !== from.pointerId || way > CLICK) return;
      setTimeout(() => this.pressed === from && this.jump(from), rest);
    }, { once: true });
  }

  /** Whether a click there may move the point: in the past it only chooses, since the past stays. */
  clickable(event) {
    const { axes, chooser, frame, player } = this.plot;
    const past = !player.training && frame < player.film.length - 1;
    return this.spec.click !== undefined && !event.button && player.live && axes.ready && axes.where(event)
      && !(past && chooser) && !event.target.closest("button, .ip-pad, .modebar");
  }

  /** Put the point where a click was. */
  jump(event) {
    const i = this.spec.click, at = this.plot.axes.where(event);
    if (!at || this.held || !this.handles[i]) return;
    this.begin(i);
    this.to([at.x, at.y]);
    this.release();
  }

  /** The newest weights are changed, whatever frame was looked at: the past stays as it was. */
  begin(i, { clientX = 0, clientY = 0 } = {}) {
    if (this.held) return; // by another finger
    const { player } = this.plot;
    player.latest();
    player.show();
    this.held = { i, from: this.value(i), clientX, clientY };
  }

  move({ clientX, clientY }) {
    const { from, clientX: x0, clientY: y0 } = this.held, { axes } = this.plot;
    const shift = (k, name, by) => axes.axis(name).p2d(axes.axis(name).d2p(from[k]) + by);
    this.to(this.cells ? [from[0] + ((y0 - clientY) / TALL) * (this.range[0][1] - this.range[0][0])]
      : [shift(0, "x", clientX - x0), shift(1, "y", clientY - y0)]);
  }

  nudge(i, dx, dy) {
    if (this.held) return true;
    this.begin(i);
    const { from } = this.held, [low, high] = this.range[0];
    this.to(this.cells ? [from[0] + (dx + dy) * STEP * (high - low)] : this.stepped(from, [dx, dy]), REST);
    this.release();
    return true;
  }

  /** A point moved by parts of its axes, on a logarithmic one by a factor. */
  stepped(from, by) {
    return ["x", "y"].map((name, k) => {
      const axis = this.plot.axes.axis(name), [low, high] = [...axis.range].sort((a, b) => a - b);
      return axis.l2d(axis.d2l(from[k]) + by[k] * STEP * (high - low));
    });
  }

  /** Between which numbers each may lie: the axes, or the values of a cell. */
  get range() {
    const { axes } = this.plot, { low = -1, high = 1 } = this.spec;
    return this.cells ? [[low, high]] : ["x", "y"].map((name) => ends(axes.axis(name)));
  }

  /** Hold it there and let the experiment know. */
  to(value, rest = 0) {
    const { i } = this.held, inside = (v, [low, high]) => Math.max(low, Math.min(high, v));
    const fixed = { x: 1, y: 0 }[this.spec.along]; // the axis on which it stays where it is
    const held = value.map((v, k) => Number((k === fixed ? this.held.from[k] : inside(v, this.range[k])).toPrecision(5)));
    this.local.set(i, held);
    this.waiting.set(this.name(i), held);
    this.plot.draw(this.plot.frame);
    this.plot.player.dragged = true;
    this.running ||= this.run(rest);
  }

  release() {
    const { i } = this.held, value = this.local.get(i);
    this.held = null;
    if (value) this.done.set(this.name(i), value);
    if (!this.running) this.finish();
  }

  /** Ask until nothing newer is waiting; then tell the page what was let go. */
  async run(rest) {
    const { player } = this.plot;
    while (this.waiting.size) {
      const pause = player.waiting ? 4 : PAUSE - (performance.now() - this.asked);
      if (pause > 0) { await sleep(pause); continue; }
      const [name, value] = this.waiting.entries().next().value;
      this.waiting.delete(name);
      this.asked = performance.now();
      await player.pull(0, false, [name, value]);
      if (!this.waiting.size && rest) await sleep(rest); // more presses of the key may follow
    }
    this.running = null;
    if (!this.held) this.finish();
  }

  finish() {
    const { player, spec, frame } = this.plot;
    const changes = [...this.done].map(([name, value]) => [name, value.join(",")]);
    this.done.clear();
    this.local.clear();
    player.dragged = false;
    this.plot.draw(frame);
    if (changes.length) player.emit({ panel: spec.id, tool: "drag", changes });
  }
}

/** The lowest and the highest number on an axis; Plotly keeps the powers of ten of a logarithmic one. */
const ends = ({ range, type }) => [...range].sort((a, b) => a - b).map((v) => (type === "log" ? 10 ** v : v));

const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });
