// Molecules as points under a Plotly plot with true axes: hover one to see its structure, click to pick.
//
// The data is that of core/experiments/qm9_explorer/figures.py. A density of all molecules lies below the points.
// Structures come from /depiction, one small answer a molecule, and are kept.

import { Axes } from "../player/axes.js";
import { Lesson } from "../player/lesson.js";
import { Present, presentButton } from "../player/present.js";
import { CATEGORIES, colors } from "../player/theme.js";
import { drawn } from "../player/transport.js";
import { Card } from "./card.js";

const NEAR = 16; // pixels within which a point is meant
const CLICK = 5; // pixels that a pointer may move in a click
const REST = 25; // ms that the pointer rests on a point before its structure is asked for

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const floats = (text) => new Float32Array(bytes(text).buffer);

export class Cloud {
  constructor(root, emit) {
    this.root = root;
    this.emit = emit;
    root.classList.add("ip-cloud");
    root.cloud = this; // for tests and tools
    this.host = document.createElement("div");
    this.host.className = "ip-host ip-axes ip-cloud-plot";
    this.host.setAttribute("role", "figure");
    this.card = new Card(root, this.host);
    drawn();
    this.live = true;
    presentButton(this.card.heading, this);
    this.present = new Present(this);
    this.lesson = new Lesson(root);
    this.hovered = -1;
    this.host.addEventListener("pointermove", (event) => this.move(event));
    this.host.addEventListener("pointerleave", () => this.hover(-1));
    // Before Plotly, which lays a cover over the page while a button is down.
    this.host.addEventListener("pointerdown", (event) => { this.pressed = event; }, true);
    this.release = (event) => this.up(event);
    window.addEventListener("pointerup", this.release, true);
  }

  async receive(data) {
    const { points } = data;
    const first = !this.data;
    this.data = data;
    this.host.setAttribute("aria-label", data.alt);
    this.x = floats(points.x);
    this.y = floats(points.y);
    this.values = floats(points.color);
    this.rows = new Int32Array(bytes(points.row).buffer);
    this.muted = points.muted ? bytes(points.muted) : null;
    this.table = null;
    this.hovered = -1;
    this.card.show(data);
    if (first) {
      this.axes = new Axes(this.host, { figure: data.figure }, () => this.draw());
      await this.axes.mount();
    } else if (this.axes.ready) {
      this.axes.spec = { figure: data.figure };
      await this.axes.Plotly.react(this.axes.div, [], this.axes.layout(data.figure.layout));
    }
    this.draw();
    this.lesson.look(data.look, false); // a guided experiment was run, below: its points come into view
    this.root.dataset.points = this.rows.length;
    this.root.dataset.drawn = data.id;
  }

  // --- drawing ----------------------------------------------------------------------------------

  draw() {
    if (!this.axes?.ready) return;
    this.x_ = this.axes.axis("x");
    this.y_ = this.axes.axis("y");
    const under = this.axes.context(this.axes.under);
    if (this.data.density) this.paintDensity(under);
    this.paintPoints(under);
    under.restore();
    this.mark();
  }

  paintDensity(context) {
    const { w, h, x, y, z } = this.data.density;
    const { theme } = this.axes;
    if (this.table !== theme) {
      this.table = theme;
      this.image ||= document.createElement("canvas");
      Object.assign(this.image, { width: w, height: h });
      const inside = this.image.getContext("2d"), image = inside.createImageData(w, h);
      const ink = theme.dark ? [126, 150, 178] : [96, 112, 132];
      bytes(z).forEach((value, i) => {
        const at = ((h - 1 - Math.floor(i / w)) * w + (i % w)) * 4; // row 0 lies at the bottom
        image.data.set([...ink, value ? 26 + value * 0.62 : 0], at);
      });
      inside.putImageData(image, 0, 0);
    }
    const left = this.axes.px(x[0], this.x_), right = this.axes.px(x[1], this.x_);
    const bottom = this.axes.px(y[0], this.y_), top = this.axes.px(y[1], this.y_);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.image, left, top, right - left, bottom - top);
  }

  /** CSS color of each of 256 steps, or of each category. */
  shades() {
    const { palette } = this.data;
    if (palette.kind === "category") return CATEGORIES;
    const table = colors("sequential", this.axes.theme);
    return Array.from({ length: 256 }, (_, i) => {
      const at = 4 * Math.round(60 + (i / 255) * 195); // the palest steps are lost on the ground
      return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
    });
  }

  shade(value) {
    const { palette } = this.data;
    if (palette.kind === "category") return Math.round(value);
    const of = (v) => (palette.log ? Math.log(Math.max(v, 1e-9)) : v);
    const share = (of(value) - of(palette.low)) / (of(palette.high) - of(palette.low));
    return Math.round(255 * Math.max(0, Math.min(1, share)));
  }

  paintPoints(context) {
    const n = this.rows.length, shades = this.shades();
    this.px = new Float32Array(n);
    this.py = new Float32Array(n);
    const groups = new Map(); // one path a color, so that thousands of points stay cheap
    for (let i = 0; i < n; i++) {
      this.px[i] = this.axes.px(this.x[i], this.x_);
      this.py[i] = this.axes.px(this.y[i], this.y_);
      const group = this.muted?.[i] ? -1 : this.shade(this.values[i]);
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push(i);
    }
    const radius = n < 300 ? 4.5 : n < 1500 ? 3.4 : 2.6;
    for (const group of [...groups.keys()].sort((a, b) => a - b)) {
      context.fillStyle = group < 0 ? this.axes.theme.line : shades[group];
      context.globalAlpha = group < 0 ? 0.6 : 0.85;
      context.beginPath();
      for (const i of groups.get(group)) {
        context.moveTo(this.px[i] + radius, this.py[i]);
        context.arc(this.px[i], this.py[i], radius, 0, 2 * Math.PI);
      }
      context.fill();
    }
    context.globalAlpha = 1;
    this.card.legend(this.data, shades);
  }

  /** A ring around the picked molecule and around the one under the pointer. */
  mark() {
    const context = this.axes.context(this.axes.over);
    const ring = (x, y, color, width) => {
      context.beginPath();
      context.arc(x, y, 9, 0, 2 * Math.PI);
      Object.assign(context, { strokeStyle: color, lineWidth: width });
      context.stroke();
    };
    const { picked } = this.data;
    if (picked?.x != null) {
      const x = this.axes.px(picked.x, this.x_), y = this.axes.px(picked.y, this.y_);
      ring(x, y, this.axes.theme.background, 5);
      ring(x, y, "#f59322", 3);
    }
    if (this.hovered >= 0)
      ring(this.px[this.hovered], this.py[this.hovered], this.axes.theme.text, 2);
    context.restore();
  }

  // --- the pointer ------------------------------------------------------------------------------

  nearest(event) {
    const box = this.host.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    let best = -1, least = NEAR * NEAR;
    for (let i = 0; i < this.rows.length; i++) {
      if (this.muted?.[i]) continue;
      const d = (this.px[i] - x) ** 2 + (this.py[i] - y) ** 2;
      if (d < least) { least = d; best = i; }
    }
    return best;
  }

  move(event) {
    if (!this.axes?.ready || event.buttons) return;
    this.hover(this.axes.where(event) ? this.nearest(event) : -1);
  }

  hover(i) {
    if (i === this.hovered || !this.axes?.ready) return;
    this.hovered = i;
    this.mark();
    clearTimeout(this.resting);
    if (i < 0) { this.card.rest(); return; }
    const asked = performance.now();
    this.resting = setTimeout(() => this.card.point(this.rows[i],
      [this.x[i], this.y[i], this.values[i]], asked), REST);
  }

  up(event) {
    const { pressed } = this;
    this.pressed = null;
    if (!pressed || !this.axes?.ready || pressed.target.closest?.(".modebar")) return;
    if (Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY) > CLICK) return;
    const at = this.axes.where(event);
    if (!at) return;
    const i = this.nearest(event);
    if (i >= 0) {
      this.data.picked = { row: this.rows[i], x: this.x[i], y: this.y[i] };
      this.mark();
      this.emit({ row: this.rows[i], n: Date.now() });
    } else if (this.data.density) this.emit({ x: at.x, y: at.y, n: Date.now() });
  }

  retheme() {
    this.axes?.retheme();
    this.table = null;
    setTimeout(() => this.draw(), 80);
  }

  destroy() {
    clearTimeout(this.resting);
    this.present.destroy();
    window.removeEventListener("pointerup", this.release, true);
    this.axes?.unmount();
    this.root.replaceChildren();
    requestAnimationFrame(drawn);
  }
}
