// Choosing on a plot or a raster: what is under the pointer, its mark, the arrow keys.
//
// spec.focus is one or more of {name, by, trace, tile}: by "point" (the nearest) or "x" (a bar, a
// moment) on a trace; "cell", "row" or "column" of a tile (`tile` "chosen": of the one that the focus by
// tile looks at); "tile", one of the images. `size` points of
// a trace may be one thing, a curve; with `stays` false only a hover looks.

import { element } from "./transport.js";

const NEAR = 14, CLICK = 4; // pixels within which a point is meant, and a click may move
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Arrow keys on an element: `move(dx, dy)` says whether it took them, else the film has them. */
export function arrows(element, move) {
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!KEYS[event.key] || !move(...KEYS[event.key])) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** An element that chooses says to a screen reader what is looked at. */
export function announce(element, focus, specs) {
  const texts = specs.map(({ name }) => `${name} ${focus.label(name)}`);
  element.setAttribute("aria-valuenow", focus.get(specs[0].name) ?? -1);
  element.setAttribute("aria-valuetext", texts.join(", "));
}

/** A trace as Plotly completed it, or as the page gave it where Plotly lacks its points. */
export const traceOf = ({ axes, idle, spec }, index) =>
  (idle.has(index) ? null : axes.div._fullData?.[index]) ?? spec.figure.data[index];

/** Pixels of a trace's points at the present frame. */
export function places(plot, index) {
  const { axes, traces } = plot, trace = traceOf(plot, index), binds = traces.get(index) ?? [];
  const along = (name) => {
    const bind = binds.find((one) => one.attribute === name);
    const axis = axes.axis(trace[`${name}axis`] || name);
    const values = bind ? plot.value(bind) : trace[name] ?? plot.player.film.steps;
    return Array.from(values, (value) => axes.px(value, axis));
  };
  return { x: along("x"), y: along("y") };
}

export class Chooser {
  constructor(plot) {
    this.plot = plot;
    this.host = plot.axes.host;
    this.focus = plot.player.focus;
    this.marks = new Map(); // name -> its two marks: of what is chosen and of what is hovered
    // A slider of its own: what has focusable parts, as Plotly's buttons, can be none itself.
    this.slider = element("div", "ip-layer ip-choose", this.host);
    this.slider.tabIndex = 0;
    this.slider.setAttribute("role", "slider");
    this.say();
    this.host.addEventListener("pointermove", (event) => this.hover(event));
    this.host.addEventListener("pointerleave", () => this.leave());
    this.host.addEventListener("pointerdown", (event) => {
      this.pressed = this.mine(event) && event;
      if (this.pressed) this.slider.focus({ preventScroll: true, focusVisible: false });
    });
    // On the window: Plotly lays a cover over the page while a button is down.
    this.release = (event) => this.released(event);
    window.addEventListener("pointerup", this.release);
    arrows(this.slider, (dx, dy) => this.step(dx, dy));
  }

  get specs() {
    return [this.plot.spec.focus].flat();
  }

  by(spec) {
    return spec.by ?? (this.plot.spec.tiles ? "cell" : this.trace(spec).type === "bar" ? "x" : "point");
  }

  mine = (event) => this.plot.axes.ready && !event.target.closest(".ip-pad, .ip-handle, .modebar");

  hover(event) {
    if (!this.mine(event) || event.buttons) return;
    for (const spec of this.specs) this.focus.hover(spec.name, this.find(event, spec));
  }

  leave() {
    for (const { name } of this.specs) this.focus.hover(name, null);
  }

  released(event) {
    const from = this.pressed;
    this.pressed = null;
    if (!from || Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > CLICK) return;
    for (const spec of this.specs.filter(({ stays }) => stays !== false)) {
      const index = this.find(event, spec);
      if (index !== null) this.focus.choose(spec.name, index, this.plot.spec.id);
    }
  }

  /** The tile that a focus is about; where there is none as yet, the first. */
  tileOf({ tile = 0 }) {
    const head = tile === "chosen" && this.focus.get(this.specs.find(({ by }) => by === "tile").name);
    return tile !== "chosen" ? tile : head < this.plot.spec.tiles?.length ? head : 0;
  }

  // --- where things are -------------------------------------------------------------------------

  trace = (spec) => traceOf(this.plot, spec.trace ?? 0);

  /** Pixels of a trace's points at the present frame. */
  points = (spec) => places(this.plot, spec.trace ?? 0);

  /** Pixels of a tile and its cells. */
  tile(k) {
    const { axes, spec, player } = this.plot, tile = spec.tiles[k];
    const x = axes.axis(tile.xaxis || "x"), y = axes.axis(tile.yaxis || "y");
    const [left, right] = tile.x.map((v) => axes.px(v, x)), [low, high] = tile.y.map((v) => axes.px(v, y));
    const [rows, columns] = player.film.tracks.get(tile.track)?.shape.slice(-2) ?? [1, 1];
    return { left, width: right - left, top: high, height: low - high, rows, columns,
      lower: (tile.origin || "lower") === "lower" };
  }

  find(event, spec) {
    const box = this.host.getBoundingClientRect(), by = this.by(spec);
    const x = event.clientX - box.left, y = event.clientY - box.top;
    if (by === "point" || by === "x") return this.nearest(spec, x, y, by);
    const tiles = by === "tile" || spec.tile === "chosen" ? this.plot.spec.tiles.keys() : [spec.tile ?? 0];
    for (const k of tiles) {
      const { left, top, width, height, rows, columns, lower } = this.tile(k);
      const across = (x - left) / width, down = (y - top) / height;
      if (across < 0 || across >= 1 || down < 0 || down >= 1) continue;
      const column = Math.floor(across * columns), row = Math.floor((lower ? 1 - down : down) * rows);
      return { tile: k, column, row: Math.min(row, rows - 1), cell: row * columns + column }[by];
    }
    return null;
  }

  nearest(spec, x, y, by) {
    const found = this.points(spec), area = this.area(spec);
    if (x < area.left || x > area.right || y < area.top || y > area.bottom) return null;
    let best = null, least = by === "x" ? Infinity : NEAR;
    found.x.forEach((px, i) => {
      const distance = by === "x" ? Math.abs(px - x) : Math.hypot(px - x, found.y[i] - y);
      if (distance < least) [best, least] = [i, distance];
    });
    return best === null ? null : Math.floor(best / (spec.size ?? 1));
  }

  /** Pixels of the plot area in which a trace or tile lies. */
  area(spec) {
    const { axes } = this.plot, owner = this.plot.spec.tiles?.[this.tileOf(spec)] ?? this.trace(spec);
    const x = axes.axis(owner.xaxis || "x"), y = axes.axis(owner.yaxis || "y");
    return { left: x._offset, right: x._offset + x._length, top: y._offset, bottom: y._offset + y._length };
  }

  /** How many there are to choose from. */
  count(spec) {
    const by = this.by(spec);
    if (by === "tile") return this.plot.spec.tiles.length;
    if (by === "point" || by === "x") return Math.floor(this.points(spec).x.length / (spec.size ?? 1));
    const { rows, columns } = this.tile(this.tileOf(spec));
    return { cell: rows * columns, row: rows, column: columns }[by];
  }

  step(dx, dy) {
    let taken = false;
    for (const spec of this.specs) {
      if (spec.tile === "chosen") continue; // the keys go from tile to tile
      const by = this.by(spec), tile = this.plot.spec.tiles && this.tile(this.tileOf(spec));
      const down = tile?.lower ? -dy : dy;
      const move = { row: down, column: dx, cell: dx + down * (tile?.columns ?? 0) }[by] ?? dx + dy;
      if (!move) continue;
      const index = Math.max(0, Math.min(this.count(spec) - 1, (this.focus.get(spec.name) ?? -move) + move));
      if (spec.stays === false) this.focus.hover(spec.name, index);
      else this.focus.choose(spec.name, index, this.plot.spec.id, true);
      taken = true;
    }
    return taken;
  }

  say() {
    this.slider.setAttribute("aria-label", this.host.getAttribute("aria-label"));
    announce(this.slider, this.focus, this.specs);
  }

  // --- the mark ---------------------------------------------------------------------------------

  /** Marks over what is chosen and hovered; called with each frame, since points move. */
  place() {
    for (const spec of this.specs) {
      if (!this.marks.has(spec.name)) this.marks.set(spec.name, [mark(this.host, "chosen"), mark(this.host, "hovered")]);
      const [chosen, hovered] = this.marks.get(spec.name), { focus } = this;
      const looked = focus.get(spec.name), stays = focus.chosen(spec.name);
      put(chosen, stays === null ? null : this.around(spec, stays));
      put(hovered, looked === null || looked === stays ? null : this.around(spec, looked));
    }
    this.say();
  }

  /** [left, top, width, height, round] of the mark around a thing. */
  around(spec, index) {
    const by = this.by(spec), area = this.area(spec);
    if (index >= this.count(spec) || spec.size) return null; // a curve is marked by being drawn alone
    const tiled = this.specs.find((one) => one.by === "tile"); // "the best head" is none of the tiles
    if (spec.tile === "chosen" && !((this.focus.get(tiled.name) ?? Infinity) < this.count(tiled))) return null;
    if (by === "point" || by === "x") return this.aroundPoint(spec, index, by, area);
    const { left, top, width, height, rows, columns, lower } = this.tile(by === "tile" ? index : this.tileOf(spec));
    if (by === "tile") return [left, top, width, height, false];
    const w = width / columns, h = height / rows;
    const row = by === "row" ? index : Math.floor(index / columns), column = by === "column" ? index : index % columns;
    const y = top + h * (lower ? rows - 1 - row : row);
    if (by === "row") return [left, y, width, h, false];
    return by === "column" ? [left + w * column, top, w, height, false] : [left + w * column, y, w, h, false];
  }

  aroundPoint(spec, index, by, area) {
    const { x, y } = this.points(spec), trace = this.trace(spec);
    if (!(x[index] >= area.left - 1 && x[index] <= area.right + 1)) return null; // zoomed elsewhere
    if (trace.type === "bar") {
      const half = 0.4 * (x.length > 1 ? Math.abs(x[1] - x[0]) : (area.right - area.left) / 2);
      return [x[index] - half, Math.min(y[index], area.bottom - 3), 2 * half, Math.max(3, area.bottom - y[index]), false];
    }
    if (by === "x") return [x[index] - 1, area.top, 2, area.bottom - area.top, false];
    const size = Array.isArray(trace.marker?.size) ? trace.marker.size[index] : trace.marker?.size ?? 6;
    const r = size / 2 + 4;
    return y[index] >= area.top && y[index] <= area.bottom ? [x[index] - r, y[index] - r, 2 * r, 2 * r, true] : null;
  }

  unmount() {
    window.removeEventListener("pointerup", this.release);
  }
}

/** A mark that goes around a thing, on a panel. */
export function mark(host, name) {
  const made = document.createElement("div");
  made.className = `ip-focus ip-focus-${name}`;
  made.setAttribute("aria-hidden", "true");
  host.append(made);
  return made;
}

/** Put a mark at [left, top, width, height, round]; nowhere if null. */
export function put(element, at) {
  element.hidden = !at;
  if (!at) return;
  const [left, top, width, height, round] = at;
  Object.assign(element.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`,
    height: `${height}px`, borderRadius: round ? "50%" : "2px" });
}
