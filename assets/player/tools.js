// Pointer tools of a panel: explore (Plotly's hover and zoom), add, move, remove, draw by hand.
//
// spec.tools is {trace, kinds: [{id, label, symbol}]}; what the user did is emitted to the page as
// {panel, tool, x, y} or {panel, tool: "move", index, x, y} or {panel, tool: "draw", path}. The tool
// brush asks nobody: what lies in its frame stands out on all panels that share spec.brush.name.

import { places, traceOf } from "./chooser.js";

const NEAR = 14; // pixels within which a point is meant
const FAINT = 0.08; // opacity of points that were not brushed
const STEP = 0.06, SIDE = 0.3; // of the plot: a key moves a frame so far, which is so large at first
const KEYS = { ArrowLeft: [-1, 0, 0], ArrowRight: [1, 0, 0], ArrowUp: [0, 1, 0], ArrowDown: [0, -1, 0],
  "+": [0, 0, 1], "=": [0, 0, 1], "-": [0, 0, -1] };

export class Tools {
  constructor(host, plot) {
    this.host = host;
    this.plot = plot;
    this.pad = document.createElement("div");
    this.pad.className = "ip-layer ip-pad";
    this.pad.hidden = true;
    this.bar = document.createElement("div");
    this.bar.className = "ip-tools";
    this.bar.setAttribute("role", "radiogroup");
    this.bar.setAttribute("aria-label", "What a click does");
    const kinds = [{ id: "explore", label: "Explore" }, ...plot.spec.tools.kinds];
    this.buttons = kinds.map((kind) => this.button(kind));
    host.append(this.pad);
    host.closest(".ip-panel").querySelector(".ip-head").append(this.bar);
    const first = plot.player.memory.get(`tool/${plot.spec.id}`) || plot.spec.tools.initial;
    this.choose(first || "explore");
    this.pad.addEventListener("pointerdown", (event) => this.down(event));
    this.pad.addEventListener("pointermove", (event) => this.move(event));
    this.pad.addEventListener("pointerup", (event) => this.up(event));
  }

  button(kind) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kind.label;
    button.dataset.tool = kind.id;
    button.setAttribute("role", "radio");
    button.addEventListener("click", () => this.choose(kind.id));
    if (kind.id === "brush") this.byKeys(button);
    this.bar.append(button);
    return button;
  }

  choose(id) {
    this.tool = id;
    this.plot.player.memory.set(`tool/${this.plot.spec.id}`, id);
    this.pad.hidden = id === "explore";
    for (const button of this.buttons)
      button.setAttribute("aria-checked", String(button.dataset.tool === id));
  }

  /** Index of the point of the edited trace under the pointer, or -1. */
  nearest(event) {
    const { axes, spec } = this.plot;
    const box = this.host.getBoundingClientRect();
    let best = -1, least = NEAR * NEAR;
    for (const index of [spec.tools.trace].flat()) {
      const trace = traceOf(this.plot, index);
      const x = axes.axis("x"), y = axes.axis("y");
      for (let i = 0; i < (trace.x || []).length; i++) {
        const dx = axes.px(trace.x[i], x) - (event.clientX - box.left);
        const dy = axes.px(trace.y[i], y) - (event.clientY - box.top);
        if (dx * dx + dy * dy < least) {
          least = dx * dx + dy * dy;
          // Traces may hold parts of one list: customdata then says which row a point is.
          best = trace.customdata ? Number(trace.customdata[i]) : i;
        }
      }
    }
    return best;
  }

  down(event) {
    const at = this.plot.axes.where(event);
    if (!at) return;
    this.pad.setPointerCapture(event.pointerId);
    this.path = [[at.x, at.y]];
    this.index = ["move", "remove"].includes(this.tool) ? this.nearest(event) : -1;
  }

  move(event) {
    if (!this.path) return;
    const at = this.plot.axes.where(event);
    if (!at) return;
    this.path.push([at.x, at.y]);
    if (["draw", "brush"].includes(this.tool) || (this.tool === "move" && this.index >= 0)) this.sketch();
  }

  up(event) {
    if (!this.path) return;
    const at = this.plot.axes.where(event);
    const { path, tool, index } = this;
    this.path = null;
    this.plot.axes.clear(this.plot.axes.over); // of the stroke
    this.plot.draw(this.plot.frame);
    const panel = this.plot.spec.id;
    const emit = (value) => this.plot.player.emit({ panel, tool, ...value });
    if (tool === "brush") this.brush(path[0], path[path.length - 1]);
    else if (tool === "draw") emit({ path: path.map((p) => p.map((v) => Number(v.toFixed(4)))) });
    else if (tool === "remove") { if (index >= 0) emit({ index }); }
    else if (tool === "move") { if (index >= 0 && at) emit({ index, x: at.x, y: at.y }); }
    else if (at) emit({ x: at.x, y: at.y });
  }

  /** With its button in focus a brush is moved by arrow keys, sized by + and -, put away by Escape. */
  byKeys(button) {
    button.title = "Drag a frame; or move it with the arrow keys, size it with + and -, end with Escape";
    button.addEventListener("keydown", (event) => {
      const by = KEYS[event.key], { axes } = this.plot;
      if (this.tool !== "brush" || !axes.ready || !(by || (event.key === "Escape" && this.frame))) return;
      event.preventDefault();
      event.stopPropagation(); // else the film has the arrows, and presenting ends
      // The first key shows the frame, in the middle; its side comes last.
      const next = this.frame?.map((v, i) => Math.max(i === 2 ? STEP : 0, Math.min(1, v + STEP * (by?.[i] ?? 0))));
      this.frame = by ? next ?? [0.5, 0.5, SIDE] : null;
      this.unframe();
      if (!this.frame) { this.plot.player.brush(this.plot.spec.brush.name, null); return; }
      this.path = [-0.5, 0.5].map((k) => ["x", "y"].map((name, i) => {
        const { range: [low, high] } = axes.axis(name);
        return low + (high - low) * (this.frame[i] + k * this.frame[2]);
      }));
      this.sketch();
      this.brush(...this.path);
      this.path = null;
    });
    button.addEventListener("blur", () => { if (this.frame) this.unframe(); });
  }

  unframe() {
    this.plot.axes.clear(this.plot.axes.over);
    this.plot.draw(this.plot.frame);
  }

  /** Points between two corners stand out; between none, or with a mere click, all do. */
  brush([x0, y0], [x1, y1]) {
    const { plot } = this, { name, trace } = plot.spec.brush, { axes } = plot;
    const [a, b] = [x0, x1].map((v) => axes.px(v, axes.axis("x"))).sort((p, q) => p - q);
    const [c, d] = [y0, y1].map((v) => axes.px(v, axes.axis("y"))).sort((p, q) => p - q);
    const { x, y } = places(plot, trace);
    const inside = x.map((v, i) => v >= a && v <= b && y[i] >= c && y[i] <= d);
    const some = b - a + d - c > 4 && inside.some(Boolean);
    plot.player.brush(name, some ? Float32Array.from(inside, (in_) => (in_ ? 1 : FAINT)) : null);
  }

  /** Show the stroke while it is drawn. */
  sketch() {
    const { axes } = this.plot;
    const context = axes.context(axes.over);
    const x = axes.axis("x"), y = axes.axis("y");
    context.strokeStyle = axes.theme.primary;
    context.lineWidth = 2;
    context.beginPath();
    const [[x0, y0], [x1, y1]] = [this.path[0], this.path[this.path.length - 1]];
    const shown = { draw: this.path, brush: [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]] }[this.tool]
      ?? [[x0, y0], [x1, y1]];
    shown.forEach(([a, b], i) => (i ? context.lineTo(axes.px(a, x), axes.px(b, y))
      : context.moveTo(axes.px(a, x), axes.px(b, y))));
    context.stroke();
    context.restore();
  }

  unmount() {
    this.pad.remove();
    this.bar.remove();
  }
}
