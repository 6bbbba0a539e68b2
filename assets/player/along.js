// What moves on a molecule: colors of atoms and bonds, numbers, arrows and messages from a film.

import { colorOf } from "./theme.js";
import { freeSide, hydrogenSide, px, radius } from "./chemistry.js";
import { tip } from "./paths.js";
import { format } from "./readouts.js";

/** The tracks of a graph panel at a frame. */
export class Along {
  constructor(spec, player, frame) {
    Object.assign(this, { binds: spec.binds || [], bonds: spec.molecule?.bonds || [] });
    Object.assign(this, { film: player.film, focus: player.focus, frame });
    this.found = new Map(); // bind -> its part of the track, read once
  }

  of(part) {
    return this.binds.filter((bind) => bind.part === part);
  }

  /** Entry i of a bound track; undefined where the film has none (another molecule's, say). */
  value(bind, i, count) {
    if (!this.found.has(bind)) this.found.set(bind, this.focus.read(bind, this.frame));
    const found = this.found.get(bind), column = this.focus.of(bind.column ?? undefined);
    if (!found || i === undefined || column === null) return undefined;
    const width = column === undefined ? 1 : found.shape[found.shape.length - 1];
    if (count && found.values.length !== count * width) return undefined;
    return found.values[i * width + (width > 1 ? column : 0)];
  }

  /** Fill, ink and halo of atom i of n. */
  atom(i, n, theme) {
    const look = {};
    for (const bind of this.of("atom")) {
      const value = this.value(bind, i, n);
      if (value === undefined || Number.isNaN(value)) continue;
      look.fill = colorOf(value, bind.low ?? -1, bind.high ?? 1, bind.colors || "signed", theme);
      look.ink = readable(look.fill);
    }
    for (const bind of this.of("halo")) {
      look.rim = true;
      look.halo = Math.max(0, Math.min(1, this.value(bind, i, n) || 0));
      look.soft = bind.soft;
    }
    return look;
  }

  /** Color and width of bond k of m. */
  bond(k, m, view, theme) {
    const [bind] = this.of("bond");
    const value = bind && this.value(bind, k, m);
    if (value === undefined) return null;
    return { width: 1.5 + strength(bind, value) * 0.2 * view.scale,
      color: colorOf(value, bind.low ?? 0, bind.high ?? 1, bind.colors || "sequential", theme) };
  }
}

/** How much of a bind's range a value's size fills, 0 to 1. */
export function strength({ low, high = 1 }, value) {
  const from = Math.max(low ?? 0, 0);
  return Math.max(0, Math.min(1, (Math.abs(value) - from) / (high - from)));
}

/** Black or white, whichever is read on a color. */
export function readable(rgb) {
  const [r, g, b] = rgb.match(/[\d.]+/g).map((v) => (v / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.19 ? "#10141a" : "#ffffff"; // as far from black as from white
}

/** Both directions of each bond: [from, to] at 2 k and 2 k + 1, as core.molecules.picture.edges. */
export const directed = (bonds) => bonds.flatMap(([i, j]) => [[i, j], [j, i]]);

/** Arrows and messages; `atomOf(i)` is the drawn atom of the molecule's atom i, or undefined. */
export function paintAlong(context, along, edges, atomOf, view, theme) {
  for (const bind of along.of("arrow"))
    edges.forEach(([u, v], e) => {
      const value = along.value(bind, e, edges.length);
      if (value && atomOf(u) && atomOf(v)) arrow(context, atomOf(u), atomOf(v), value / (bind.high ?? 1), view, theme);
    });
  for (const bind of along.of("message")) {
    const phase = along.film.at(bind.phase, along.frame)?.[0];
    if (phase === undefined || phase < 0) continue;
    edges.forEach(([u, v], e) => {
      const value = along.value(bind, e, edges.length);
      if (value && atomOf(u) && atomOf(v)) ball(context, atomOf(u), atomOf(v), phase, value, bind, view, theme);
    });
  }
}

/** Numbers beside the directed edges, each on the side of its arrow or message. */
function paintNumbers(context, along, edges, atomOf, view, theme) {
  for (const bind of along.of("edge"))
    edges.forEach(([u, v], e) => {
      const value = along.value(bind, e, edges.length);
      if (!value || !atomOf(u) || !atomOf(v)) return;
      const [x0, y0] = px(view, atomOf(u)), [x1, y1] = px(view, atomOf(v));
      const length = Math.hypot(x1 - x0, y1 - y0) || 1, shift = 0.25 * view.scale + 12 * theme.scale;
      context.textAlign = "center";
      context.textBaseline = "middle";
      write(context, format(value, bind.format || ".2f").replace("-", "−"),
        (x0 + x1) / 2 - ((y1 - y0) / length) * shift, (y0 + y1) / 2 + ((x1 - x0) / length) * shift, theme);
    });
}

/** Text that is read on whatever lies beneath. */
function write(context, text, x, y, theme) {
  context.font = `${12 * theme.scale}px ${theme.font}`;
  context.lineWidth = 3;
  context.strokeStyle = theme.background;
  context.strokeText(text, x, y);
  context.fillStyle = theme.text;
  context.fillText(text, x, y);
}

/** An arrow beside the bond, from u towards v; its width says how much v listens to u. */
function arrow(context, u, v, share, view, theme) {
  const [x0, y0] = px(view, u), [x1, y1] = px(view, v);
  const length = Math.hypot(x1 - x0, y1 - y0) || 1, r = radius(view);
  const ux = (x1 - x0) / length, uy = (y1 - y0) / length;
  const width = 1 + 0.16 * view.scale * Math.min(1, share), shift = 0.11 * view.scale;
  const ox = -uy * shift, oy = ux * shift; // each direction on its own side
  const head = Math.min(4 + 1.3 * width, length / 2);
  context.strokeStyle = context.fillStyle = theme.primary;
  context.globalAlpha = 0.35 + 0.65 * Math.min(1, share);
  context.lineWidth = width;
  context.lineCap = "butt";
  const ex = x1 - ux * (r + 1) + ox, ey = y1 - uy * (r + 1) + oy;
  context.beginPath();
  context.moveTo(x0 + ux * r + ox, y0 + uy * r + oy);
  context.lineTo(ex - ux * head, ey - uy * head);
  context.stroke();
  tip(context, ex, ey, ux, uy, head);
  context.globalAlpha = 1;
}

/** From the rim of one disc to that of the other: beneath a disc it would not be seen. */
function ball(context, u, v, phase, value, bind, view, theme) {
  const [x0, y0] = px(view, u), [x1, y1] = px(view, v);
  const t = 0.26 + 0.48 * phase, high = bind.high ?? 1;
  const length = Math.hypot(x1 - x0, y1 - y0) || 1, shift = 0.1 * view.scale;
  const x = x0 + (x1 - x0) * t - ((y1 - y0) / length) * shift;
  const y = y0 + (y1 - y0) * t + ((x1 - x0) / length) * shift;
  context.fillStyle = colorOf(value, bind.low ?? -high, high, bind.colors || "signed", theme);
  context.strokeStyle = theme.text;
  context.lineWidth = 0.8;
  context.beginPath();
  context.arc(x, y, 2.5 + 0.13 * view.scale * Math.min(1, Math.abs(value) / high), 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

/** Numbers beside the bonds and beside the atoms, below where there is room. */
export function paintLabels(context, along, n, drawing, atomOf, view, theme) {
  paintNumbers(context, along, directed(along.bonds), atomOf, view, theme);
  const down = [0, -1], up = [0, 1], right = [1, 0], left = [-1, 0];
  for (const bind of along.of("label"))
    for (let i = 0; i < n; i++) {
      const value = along.value(bind, i, n), one = atomOf(i);
      if (value === undefined || Number.isNaN(value) || !one) continue;
      const side = hydrogenSide(drawing, one), reach = radius(view) + 3;
      const [dx, dy] = freeSide(drawing, one, [down, up, right, left], side ? [side] : []);
      const [x, y] = px(view, one);
      const text = format(value, bind.format || ".2f").replace("-", "−");
      context.textAlign = dx ? (dx < 0 ? "right" : "left") : "center";
      context.textBaseline = dy ? (dy > 0 ? "bottom" : "top") : "middle";
      write(context, text, x + dx * reach, y - dy * reach, theme);
    }
}
