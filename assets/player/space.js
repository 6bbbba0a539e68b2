// Panel `space`: points and nets in three dimensions on a canvas; it turns, by itself and by hand.
//
// spec.clouds are {points, color, size}, spec.lines {points, order, color, width}, spec.dots {points,
// color, size}; points are {track} of shape (n, 3), or {data}, base64 of float32. `color` is a bind's:
// {track, low, high, colors, colorbar}. It turns while the film plays and a while after it was made,
// until somebody has turned it by hand; drag, or arrow keys. See core.stage_panels.space.

import { arrows, put, mark } from "./chooser.js";
import { ColorBars } from "./colorbar.js";
import { bounds, farFirst } from "./depth.js";
import { markers } from "./markers.js";
import { themeOf } from "./theme.js";

const TURN = 0.35, WHILE = 12_000; // radians a second, and ms that it turns by itself
const EVERY = 25; // ms between two pictures while a film plays: maps beside it need the time, too
const WAIT = 40; // ms after which it turns without the player, whose film has stalled
const NEAR = 14, CLICK = 4; // pixels, as on a plot
const FAR = 0.45; // how faint the farthest points are

export class Space {
  constructor(host, spec, player) {
    Object.assign(this, { host, player, frame: 0, yaw: 0.6, pitch: 0.35, born: performance.now(), last: 0, drawn: 0 });
    this.held = spec.focus ? [mark(host, "chosen"), mark(host, "hovered")] : [];
    this.canvas = document.createElement("canvas");
    this.canvas.className = "ip-layer";
    this.canvas.setAttribute("aria-hidden", "true");
    host.append(this.canvas);
    host.tabIndex = 0;
    host.classList.add("ip-space");
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.bars = new ColorBars(host);
    this.respec(spec);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(host);
    this.listen();
    this.loop = requestAnimationFrame(this.turn = this.turn.bind(this));
  }

  async mount() {
    this.fit();
  }

  respec(spec) {
    this.spec = spec;
    this.arrays = new Map(); // base64 -> numbers
    this.theme = themeOf(this.host);
    this.bars.set({ binds: spec.clouds.map((cloud) => ({ attribute: "marker.color", ...cloud.color })) }, this.theme);
    this.middle = bounds(this.points(spec.clouds[0].points));
    this.draw(this.frame);
  }

  /** Numbers of points, three a point. */
  points({ track, data }) {
    if (track) return this.player.film.tracks.get(track)?.frames[this.frame] ?? [];
    if (!this.arrays.has(data)) {
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      this.arrays.set(data, new Float32Array(bytes.buffer));
    }
    return this.arrays.get(data);
  }

  fit() {
    const scale = window.devicePixelRatio || 1, { clientWidth: w, clientHeight: h } = this.host;
    if (!w) return;
    Object.assign(this, { scale, w, h });
    this.canvas.width = Math.round(w * scale);
    this.canvas.height = Math.round(h * scale);
    this.draw(this.frame);
  }

  // --- turning ----------------------------------------------------------------------------------

  turn(now) {
    this.loop = requestAnimationFrame(this.turn);
    const seconds = Math.min(0.1, (now - this.last) / 1000);
    this.last = now;
    if (this.byHand || this.still || !(this.player.playing || now - this.born < WHILE)) return;
    this.yaw += TURN * seconds;
    if (!this.player.playing || now - this.drawn > WAIT) this.draw(this.frame); // else the player does
  }

  listen() {
    const { host } = this;
    host.addEventListener("pointerdown", (event) => {
      host.setPointerCapture(event.pointerId);
      this.from = { x: event.clientX, y: event.clientY, yaw: this.yaw, pitch: this.pitch, far: 0 };
    });
    host.addEventListener("pointermove", (event) => this.move(event));
    host.addEventListener("pointerup", (event) => this.release(event));
    host.addEventListener("pointerleave", () => this.look(null));
    arrows(host, (dx, dy) => {
      Object.assign(this, { byHand: true, yaw: this.yaw + 0.15 * dx, pitch: clamp(this.pitch + 0.15 * dy) });
      this.draw(this.frame);
      return true;
    });
  }

  move(event) {
    const { from } = this;
    if (!from) { this.look(this.nearest(event)); return; }
    const dx = event.clientX - from.x, dy = event.clientY - from.y;
    from.far = Math.max(from.far, Math.hypot(dx, dy));
    if (from.far <= CLICK) return;
    Object.assign(this, { byHand: true, yaw: from.yaw + 0.01 * dx, pitch: clamp(from.pitch + 0.01 * dy) });
    this.draw(this.frame);
  }

  release(event) {
    const { from } = this, { focus } = this.spec, index = from?.far <= CLICK && focus ? this.nearest(event) : null;
    this.from = null;
    if (index !== null && index !== false) this.player.focus.choose(focus.name, index, this.spec.id);
  }

  look(index) {
    if (this.spec.focus) this.player.focus.hover(this.spec.focus.name, index);
  }

  /** The point of the first cloud under the pointer, the one in front if there are several. */
  nearest(event) {
    if (!this.seen) return null;
    const box = this.host.getBoundingClientRect(), { px, py, pz, n } = this.seen;
    let best = null, depth = -Infinity;
    for (let i = 0; i < n; i++)
      if (Math.hypot(px[i] - event.clientX + box.left, py[i] - event.clientY + box.top) < NEAR / 2 && pz[i] > depth)
        [best, depth] = [i, pz[i]];
    return best;
  }

  // --- drawing ----------------------------------------------------------------------------------

  /** Where points lie on the canvas, in CSS pixels, and how near they are (-1 to 1). */
  project(p) {
    const n = Math.floor(p.length / 3), { center, radius } = this.middle;
    const [px, py, pz] = [0, 0, 0].map(() => new Float32Array(n));
    const [c, s, a, b] = [Math.cos(this.yaw), Math.sin(this.yaw), Math.cos(this.pitch), Math.sin(this.pitch)];
    const size = (0.49 * Math.min(this.w, this.h)) / radius;
    for (let i = 0; i < n; i++) {
      const x = p[3 * i] - center[0], y = p[3 * i + 1] - center[1], z = p[3 * i + 2] - center[2];
      const across = c * x + s * y, deep = c * y - s * x;
      px[i] = this.w / 2 + size * across;
      py[i] = this.h / 2 - size * (a * z - b * deep);
      pz[i] = -(a * deep + b * z) / radius;
    }
    return { n, px, py, pz };
  }

  draw(frame) {
    const now = performance.now();
    this.frame = frame;
    if (this.player.playing && now - this.drawn < EVERY) return;
    this.drawn = now;
    if (!this.w || !this.player.film.length) return;
    const context = this.canvas.getContext("2d");
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    context.clearRect(0, 0, this.w, this.h);
    this.drawAxes(context);
    this.spec.clouds.forEach((cloud, k) => this.drawCloud(context, cloud, k === 0));
    for (const line of this.spec.lines) this.drawLine(context, line);
    for (const dot of this.spec.dots) this.drawDot(context, dot);
    this.place();
  }

  drawCloud(context, cloud, first) {
    const at = this.project(this.points(cloud.points)), { n, px, py, pz } = at;
    if (first) this.seen = at;
    const values = this.player.film.tracks.get(cloud.color.track)?.frames[this.frame];
    const kept = this.player.brushed.get(this.spec.brush), order = farFirst(pz);
    const [x, y, opacity, colors] = [0, 0, 0, 0].map(() => new Float32Array(n));
    for (let k = 0; k < n; k++) {
      const i = order[k];
      x[k] = px[i];
      y[k] = py[i];
      opacity[k] = (FAR + ((1 - FAR) * (pz[i] + 1)) / 2) * (kept ? kept[i] : 1);
      if (values) colors[k] = values[i];
    }
    markers(context, { scale: this.scale, theme: this.theme }, { marker: { size: cloud.size ?? 5, opacity } },
      n, x, y, values && colors, cloud.color, [0, 0, this.w, this.h]);
  }

  drawLine(context, { points, order, color, width = 1 }) {
    const { px, py } = this.project(this.points(points));
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    let pen = false;
    for (const i of order) {
      const there = i >= 0 && px[i] === px[i];
      if (there && pen) context.lineTo(px[i], py[i]);
      else if (there) context.moveTo(px[i], py[i]);
      pen = there;
    }
    context.stroke();
  }

  drawDot(context, { points, color, size = 12 }) {
    const { px, py } = this.project(this.points(points));
    if (!(px[0] === px[0])) return;
    context.fillStyle = color ?? this.theme.primary;
    context.strokeStyle = this.theme.background;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(px[0], py[0], size / 2, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }

  /** Three short arrows in the lower left corner: which way each axis points now. */
  drawAxes(context) {
    const { center, radius } = this.middle, long = 0.16 * radius;
    const ends = this.project([0, 1, 2].flatMap((k) => center.map((v, i) => v + (i === k ? long : 0))));
    const middle = this.project(center), dx = 30 - middle.px[0], dy = this.h - 30 - middle.py[0];
    context.strokeStyle = context.fillStyle = this.theme.muted;
    context.lineWidth = 1;
    context.font = `${12 * this.theme.scale}px ${this.theme.font}`;
    [context.textAlign, context.textBaseline] = ["center", "middle"];
    for (let k = 0; k < 3; k++) {
      const [x, y] = [ends.px[k] - middle.px[0], ends.py[k] - middle.py[0]], far = Math.hypot(x, y) || 1;
      context.beginPath();
      context.moveTo(middle.px[0] + dx, middle.py[0] + dy);
      context.lineTo(ends.px[k] + dx, ends.py[k] + dy);
      context.stroke();
      context.fillText(this.spec.axes[k], ends.px[k] + dx + (9 * x) / far, ends.py[k] + dy + (9 * y) / far);
    }
  }

  /** Marks around the points that are chosen and hovered. */
  place() {
    if (!this.spec.focus || !this.seen) return;
    const { focus } = this.player, { name } = this.spec.focus, stays = focus.chosen(name), looked = focus.get(name);
    const around = (i) => (i === null || i >= this.seen.n ? null : [this.seen.px[i] - 7, this.seen.py[i] - 7, 14, 14, true]);
    put(this.held[0], around(stays));
    put(this.held[1], looked === stays ? null : around(looked));
  }

  retheme() {
    this.respec(this.spec);
  }

  unmount() {
    cancelAnimationFrame(this.loop);
    this.observer.disconnect();
  }
}

const clamp = (angle) => Math.max(-1.5, Math.min(1.5, angle));
