// Panel `links`: tokens or cells with arcs and arrows between them.
//
// spec: {nodes: [[label, x, y]], pairs: [[from, to]] or null for all, binds, arrows, shape, bonds, focus};
// y is null for nodes on a line, with arcs above. See core.stage.links.

import { Along, readable, strength } from "./along.js";
import { announce, arrows } from "./chooser.js";
import { arcPath, bondPath, box, straightPath } from "./paths.js";
import { format } from "./readouts.js";
import { colorOf, themeOf } from "./theme.js";
import { element } from "./transport.js";

const WIDEST = 7, FAINT = 0.1; // pixels of the strongest link, opacity of one that is not looked at
const LARGEST = 22, SMALLEST = 8; // radius of a node

export class Links {
  constructor(host, spec, player) {
    Object.assign(this, { host, player, frame: 0, instant: true });
    host.classList.add("ip-links");
    this.canvas = element("canvas", "ip-layer", host);
    this.canvas.style.pointerEvents = "auto";
    this.observer = new ResizeObserver(() => this.layout());
    this.observer.observe(host);
    this.canvas.addEventListener("pointermove", (event) => this.hover(this.at(event)));
    this.canvas.addEventListener("pointerleave", () => this.hover(null));
    this.canvas.addEventListener("click", (event) => this.choose(this.at(event)));
    arrows(this.canvas, (dx, dy) => this.step(dx + dy));
    this.respec(spec);
  }

  async mount() {
    this.layout();
  }

  respec(spec) {
    this.spec = spec;
    const n = spec.nodes.length;
    this.pairs = spec.pairs ?? Array.from({ length: n * n }, (_, k) => [Math.floor(k / n), k % n]);
    this.line = spec.nodes.every((node) => node[2] === null);
    this.canvas.tabIndex = spec.focus ? 0 : -1;
    this.canvas.setAttribute("role", spec.focus ? "slider" : "img");
    this.canvas.setAttribute("aria-label", spec.alt || spec.title || "");
    this.layout();
  }

  // --- where things are -------------------------------------------------------------------------

  layout() {
    const { host, canvas, spec } = this, scale = window.devicePixelRatio || 1;
    if (!host.clientWidth) return;
    this.theme = themeOf(host);
    Object.assign(canvas, { width: host.clientWidth * scale, height: host.clientHeight * scale });
    const context = canvas.getContext("2d");
    context.font = this.font();
    const widths = spec.nodes.map(([label]) => context.measureText(label).width);
    this.places = this.line ? this.onLine(Math.max(0, ...widths)) : this.spread(Math.max(0, ...widths));
    this.places.forEach((place, i) => { place.half = this.boxed ? Math.max(14, widths[i] / 2 + 7) : this.r; });
    this.draw(this.frame);
  }

  font = (size = 14) => `${size * this.theme.scale}px ${this.theme.font}`;

  /** Tokens on a line: boxes where their words fit, else discs with slanted words below. */
  onLine(widest) {
    const { clientWidth: width, clientHeight: height } = this.host, n = this.spec.nodes.length;
    const text = 14 * this.theme.scale, plain = (width - 20) / n;
    this.boxed = widest + 18 <= plain;
    this.slanted = !this.boxed && widest > plain - 8;
    // The first slanted word reaches out to the left of its disc.
    const left = this.slanted ? Math.max(10, 0.66 * widest + 6 - plain / 2) : 10, gap = (width - left - 10) / n;
    this.r = this.boxed ? this.tall : Math.max(SMALLEST, Math.min(LARGEST, 0.38 * gap));
    const words = this.boxed ? 0 : this.slanted ? 0.75 * widest + text : 1.6 * text;
    const below = this.r + words + 1.2 * text * this.labels.length + 8;
    return this.spec.nodes.map((_, i) => ({ x: left + gap * (i + 0.5), y: height - below }));
  }

  /** Half the height of a box. */
  get tall() {
    return Math.max(13, 12 * this.theme.scale);
  }

  spread(widest) {
    const { clientWidth: width, clientHeight: height } = this.host, { nodes, shape } = this.spec;
    const xs = nodes.map((node) => node[1]), ys = nodes.map((node) => node[2]);
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const side = Math.max(30, widest / 2 + 14), top = 34;
    const across = (width - 2 * side) / (right - left || 1), down = (height - 2 * top) / (high - low || 1);
    const places = nodes.map(([, x, y]) => ({
      x: right > left ? side + across * (x - left) : width / 2,
      y: high > low ? height - top - down * (y - low) : height / 2 }));
    let near = 2 * LARGEST / 0.6;
    places.forEach((a, i) => places.slice(i + 1).forEach((b) => { near = Math.min(near, Math.hypot(a.x - b.x, a.y - b.y)); }));
    this.boxed = shape === "box";
    this.r = this.boxed ? this.tall : Math.max(4, Math.min(LARGEST, 0.3 * near));
    this.slanted = false;
    return places;
  }

  get labels() {
    return this.spec.binds.filter((bind) => bind.part === "label");
  }

  at(event) {
    const box_ = this.canvas.getBoundingClientRect();
    const x = event.clientX - box_.left, y = event.clientY - box_.top;
    let best = null, least = Infinity;
    this.places.forEach((place, i) => {
      const dx = Math.abs(place.x - x), dy = Math.abs(place.y - y);
      const inside = dx <= place.half + 4 && dy <= Math.max(this.r, this.tall) + (this.line && place.y < y ? 40 : 4);
      if (inside && dx + dy < least) [best, least] = [i, dx + dy];
    });
    return best;
  }

  // --- looking ----------------------------------------------------------------------------------

  hover(index) {
    const { spec, canvas } = this;
    if (!spec.focus) return;
    canvas.style.cursor = index === null ? "" : "pointer";
    this.player.focus.hover(spec.focus.name, this.thing(index));
  }

  choose(index, byKey = false) {
    if (index !== null && this.spec.focus) this.player.focus.choose(this.spec.focus.name, this.thing(index), this.spec.id, byKey);
  }

  /** Nodes i, i + count, ... are one thing. */
  thing = (index) => (index === null ? null : index % this.count);

  get count() {
    return this.spec.focus.count ?? this.spec.nodes.length;
  }

  step(by) {
    if (!this.spec.focus) return false;
    const index = (this.player.focus.get(this.spec.focus.name) ?? -by) + by;
    this.choose(Math.max(0, Math.min(this.count - 1, index)), true);
    return true;
  }

  /** Whether a link belongs to the node that is looked at, for each link. */
  bright(looked) {
    const { pairs, spec } = this;
    if (looked === null || looked === undefined) return pairs.map(() => true);
    const reached = new Set([looked]), todo = spec.focus.by === "before" ? [looked] : [];
    for (const at of todo)
      for (const [u, v] of pairs) if (v === at && !reached.has(u)) { reached.add(u); todo.push(u); }
    const own = { from: ([u]) => u === looked, to: ([, v]) => v === looked, before: ([, v]) => reached.has(v) };
    return pairs.map(own[spec.focus.by] ?? ((pair) => pair.includes(looked)));
  }

  // --- drawing ----------------------------------------------------------------------------------

  draw(frame) {
    this.frame = frame;
    const { canvas, spec, player, pairs, places } = this, scale = window.devicePixelRatio || 1;
    if (!places) return;
    const context = canvas.getContext("2d"), along = new Along(spec, player, frame);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const looked = spec.focus ? player.focus.get(spec.focus.name) : null, bright = this.bright(looked);
    for (const [u, v] of spec.bonds ?? []) bondPath(context, places[u], places[v], this);
    for (const turn of [false, true]) // those that are looked at lie on top
      pairs.forEach((pair, k) => bright[k] === turn && this.link(context, along, pair, k, turn));
    places.forEach((place, i) => this.node(context, along, place, i, i === looked));
    if (spec.focus) announce(canvas, player.focus, [spec.focus]);
  }

  link(context, along, [from, to], k, bright) {
    const { theme, pairs, spec } = this, [color] = along.of("link"), [width] = along.of("width");
    const value = (bind) => bind && along.value(bind, k, pairs.length);
    const shade = value(color), strong = value(width ?? color), bound = color || width;
    const share = bound ? strength(width ?? color, strong ?? NaN) : 0.15;
    if (!(share > 0.004)) return;
    context.globalAlpha = bright ? (bound ? 0.3 + 0.7 * share : 0.9) : FAINT;
    context.strokeStyle = context.fillStyle = shade === undefined ? theme.muted
      : colorOf(shade, color.low ?? 0, color.high ?? 1, color.colors || "sequential", theme);
    context.lineWidth = 0.6 + WIDEST * share;
    const path = this.line ? arcPath : straightPath;
    path(context, this.places[from], this.places[to], this, spec.arrows);
    context.globalAlpha = 1;
  }

  node(context, along, place, i, looked) {
    const { theme, spec, r } = this, n = spec.nodes.length, [bind] = along.of("node");
    const value = bind && along.value(bind, i, n);
    const fill = value === undefined ? theme.panel
      : colorOf(value, bind.low ?? -1, bind.high ?? 1, bind.colors || "signed", theme);
    context.fillStyle = fill;
    context.strokeStyle = looked ? theme.primary : theme.muted;
    context.lineWidth = looked ? 3 : 1.2;
    context.beginPath();
    if (this.boxed) box(context, place, r);
    else context.arc(place.x, place.y, r, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    this.word(context, place, spec.nodes[i][0], value === undefined ? theme.text : readable(fill), looked);
    for (const [k, one] of this.labels.entries()) {
      const number = along.value(one, i, n);
      if (number === undefined) continue;
      context.font = this.font(13);
      context.fillStyle = theme.text;
      context.textAlign = "center";
      const text = format(number, one.format || ".2f").replace("-", "−");
      context.fillText(text, place.x, place.y + r + 15 * theme.scale * (k + 1));
    }
  }

  /** Inside a node where it fits, else below. */
  word(context, place, label, ink, looked) {
    const { theme, r } = this, size = 14 * theme.scale;
    context.font = `${looked ? "650 " : ""}${this.font()}`;
    const inside = this.boxed || (!this.line && context.measureText(label).width < 2 * r - 2);
    context.fillStyle = inside ? ink : theme.text;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.save();
    context.translate(place.x, place.y + (inside ? 0 : r + 0.75 * size));
    if (this.slanted) { context.rotate(-0.85); context.textAlign = "right"; }
    context.fillText(label, 0, 0);
    context.restore();
    context.textBaseline = "alphabetic";
  }

  retheme() {
    this.layout();
  }

  unmount() {
    this.observer.disconnect();
  }
}
