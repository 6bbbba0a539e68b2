// Panel `graph`: atoms and bonds as a chemist writes them, with tracks of the film on them.
//
// spec: {molecule: {atoms, bonds}, binds, key, selected, letters, edit, answer}; see core.stage.graph.
// With `edit`, and where there is a server, it is the sketcher (sketch.js).

import { Along, directed, paintAlong, paintLabels } from "./along.js";
import { announce, arrows } from "./chooser.js";
import { fitted, paintAtoms, paintBonds, place, px, radius } from "./chemistry.js";
import { fromPicture, neighbors } from "./drawing.js";
import { Sketch } from "./sketch.js";
import { themeOf } from "./theme.js";
import { element } from "./transport.js";

export class Graph {
  constructor(host, spec, player) {
    Object.assign(this, { host, player, frame: 0, instant: true, hovered: null, key: null });
    host.classList.add("ip-graph");
    this.sketch = spec.edit && player.live ? new Sketch(this) : null;
    this.canvas = element("canvas", "ip-molecule", host);
    this.canvas.tabIndex = 0;
    this.say = element("div", "ip-say", host);
    this.say.setAttribute("role", "status");
    this.theme = themeOf(host);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
    this.canvas.addEventListener("pointermove", (event) => this.sketch?.dragging || this.hover(event));
    this.canvas.addEventListener("pointerleave", () => this.mark(null));
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.canvas.addEventListener("wheel", (event) => this.zoom(event), { passive: false });
    this.respec(spec);
    this.sketch?.listen(this.canvas);
    arrows(this.canvas, (dx, dy) => this.step(dx + dy));
  }

  async mount() {
    this.resize();
  }

  /** Another molecule, other tracks, or an answer to what was drawn. */
  respec(spec) {
    this.spec = spec;
    this.edges = directed(spec.molecule.bonds);
    const key = spec.key ?? JSON.stringify(spec.molecule);
    const elsewhere = spec.laid !== this.laid; // tidied, or chosen by name: whatever was drawn since
    this.laid = spec.laid;
    if (!elsewhere && this.sketch?.answered(spec)) this.key = key;
    else if (key !== this.key && (elsewhere || !this.sketch?.waiting)) this.show(spec, key);
    this.canvas.setAttribute("aria-label", spec.alt || "Molecule");
    if (spec.focus) this.canvas.setAttribute("role", "slider");
    this.draw(this.frame);
  }

  /** Show the page's molecule instead of what was there. */
  show(spec, key) {
    this.sketch?.remember();
    this.key = key;
    this.drawing = fromPicture(spec.molecule);
    this.drawing.atoms.forEach((one, i) => { one.h = spec.molecule.atoms[i][4]; });
    this.match(this.drawing.atoms);
    this.fit();
  }

  /** Atom i of the molecule, as tracks count them, is the drawn atom with this id. */
  match(atoms) {
    this.ids = atoms.map((one) => one.id);
    this.index = new Map(this.ids.map((id, i) => [id, i]));
    this.bondIndex = new Map(this.spec.molecule.bonds.map(([i, j], k) => [`${i}-${j}`, k]));
  }

  atomOf = (i) => this.drawing.atoms.find((one) => one.id === this.ids[i]);

  bondAt({ a, b }) {
    const i = this.index.get(a.id), j = this.index.get(b.id);
    return this.bondIndex.get(i < j ? `${i}-${j}` : `${j}-${i}`);
  }

  // --- drawing --------------------------------------------------------------------------------

  resize() {
    const scale = window.devicePixelRatio || 1;
    const bar = this.sketch?.bar, wide = this.host.clientWidth, high = this.host.clientHeight;
    // The tools stand along the left edge, on a phone above.
    const beside = bar && bar.offsetHeight > bar.offsetWidth;
    const left = beside ? bar.offsetWidth + 6 : 0, top = bar && !beside ? bar.offsetHeight + 4 : 0;
    const width = wide - left, height = high - top;
    if (width < 20 || height < 20) return;
    const place = { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
    Object.assign(this.canvas.style, place);
    Object.assign(this.canvas, { width: width * scale, height: height * scale });
    this.size = { width, height, top, left };
    this.fit();
  }

  fit() {
    if (this.size) this.view = fitted(this.drawing.atoms, this.size.width, this.size.height, this.theme.scale);
    this.draw(this.frame);
  }

  /** Whether all atoms can be seen. */
  get inside() {
    return this.drawing.atoms.every((one) => {
      const [x, y] = px(this.view, one);
      return x > 8 && y > 8 && x < this.size.width - 8 && y < this.size.height - 8;
    });
  }

  draw(frame) {
    this.frame = frame;
    if (!this.view || !this.size) return;
    const { theme, drawing, view } = this, scale = window.devicePixelRatio || 1;
    const context = this.canvas.getContext("2d"), along = new Along(this.spec, this.player, frame);
    const { focus } = this.player, looked = this.spec.focus && focus.get(this.spec.focus.name);
    if (this.spec.focus) announce(this.canvas, focus, [this.spec.focus]);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, this.size.width, this.size.height);
    const m = this.spec.molecule.bonds.length, n = this.spec.molecule.atoms.length;
    const hovered = this.hovered;
    paintBonds(context, drawing, view, theme, (bond) => {
      const look = along.bond(this.bondAt(bond), m, view, theme);
      return hovered === bond ? { ...look, color: theme.primary, width: (look?.width || 2) + 1.5 } : look;
    });
    paintAlong(context, along, this.edges, this.atomOf, view, theme);
    paintAtoms(context, drawing, view, theme, (one) => ({ ...along.atom(this.index.get(one.id), n, theme),
      number: this.spec.numbers?.[this.index.get(one.id)],
      ring: hovered === one || (looked ?? this.spec.selected ?? -1) === this.index.get(one.id),
      warn: this.sketch?.wrong(one) }), this.spec.letters !== false);
    paintLabels(context, along, n, drawing, this.atomOf, view, theme);
    this.sketch?.paint(context);
    this.write(along, n);
  }

  /** What is said in words: a problem of the drawing, or the numbers of the hovered atom. */
  write(along, n) {
    const problem = this.sketch?.problem();
    const text = problem ? problem.text : this.words(along, n);
    if (this.say.textContent !== text) this.say.textContent = text;
    this.say.classList.toggle("ip-wrong", Boolean(problem));
    const at = problem?.atom || (this.hovered?.id ? this.hovered : null);
    if (!text || !at) { this.say.hidden = !text; this.say.style.cssText = `left:${this.size.left + 6}px; bottom:4px`; return; }
    const [x, y] = px(this.view, at), gap = radius(this.view) + 12;
    const lean = neighbors(this.drawing, at).reduce((sum, one) => sum + one.x - at.x, 0);
    const left = x < 0.75 * this.size.width && (lean <= 0.1 || x < 0.25 * this.size.width);
    this.say.hidden = false; // beside the atom, where none of its bonds leads
    this.say.style.cssText = (left ? `left:${this.size.left + x + gap}px` : `right:${this.size.width - x + gap}px`)
      + `;top:${this.size.top + y - 14}px; max-width:${Math.max(120, (left ? this.size.width - x : x) - gap - 8)}px`;
  }

  words(along, n) {
    const one = this.hovered;
    const i = one?.id ? this.index.get(one.id) : undefined;
    if (i === undefined) return "";
    const parts = along.of("atom").filter((bind) => bind.label).map((bind) => {
      const value = along.value(bind, i, n);
      return value === undefined ? "" : `${bind.label} ${value.toFixed(3).replace("-", "−")}`;
    });
    return [`${one.symbol}${this.spec.numbers?.[i] ?? i + 1}`, ...parts].filter(Boolean).join(" · ");
  }

  // --- pointing -------------------------------------------------------------------------------

  where(event) {
    const box = this.canvas.getBoundingClientRect();
    return place(this.view, event.clientX - box.left, event.clientY - box.top);
  }

  /** The atom or bond under a place of the drawing, or null. */
  at({ x, y }, without = null) {
    const reach = Math.max(0.35, 12 / this.view.scale);
    let best = null, least = reach;
    for (const one of this.drawing.atoms) {
      const distance = Math.hypot(one.x - x, one.y - y);
      if (one !== without && distance < least) [best, least] = [one, distance];
    }
    if (best) return best;
    least = Math.max(0.18, 8 / this.view.scale);
    for (const bond of this.drawing.bonds) {
      const dx = bond.b.x - bond.a.x, dy = bond.b.y - bond.a.y, size = dx * dx + dy * dy || 1;
      const t = Math.max(0, Math.min(1, ((x - bond.a.x) * dx + (y - bond.a.y) * dy) / size));
      const distance = Math.hypot(bond.a.x + t * dx - x, bond.a.y + t * dy - y);
      if (distance < least) [best, least] = [bond, distance];
    }
    return best;
  }

  hover(event) {
    this.mark(this.view ? this.at(this.where(event)) : null);
  }

  mark(target) {
    if (target === this.hovered) return;
    this.hovered = target;
    if (this.spec.focus) this.player.focus.hover(this.spec.focus.name, this.index.get(target?.id) ?? null);
    this.draw(this.frame);
  }

  click(event) {
    if (this.sketch && this.sketch.tool !== "look") return;
    const where = this.where(event), target = this.at(where);
    if (target?.id) this.choose(target);
    else if (target && this.spec.arrows) this.chooseArrow(target, where);
  }

  /** An atom was chosen: the page shows its numbers. */
  choose(one) {
    const index = this.index.get(one.id);
    if (index === undefined) return;
    if (this.spec.focus) this.player.focus.choose(this.spec.focus.name, index, this.spec.id);
    else this.player.emit({ panel: this.spec.id, tool: "atom", index });
  }

  /** The arrow from u to v on this side of the bond; see `arrow` in along.js. */
  chooseArrow({ a, b }, { x, y }) {
    const side = (x - a.x) * (b.y - a.y) - (y - a.y) * (b.x - a.x);
    const ends = (side > 0 ? [a, b] : [b, a]).map((one) => this.index.get(one.id));
    if (!ends.includes(undefined)) this.player.emit({ panel: this.spec.id, tool: "arrow", ends });
  }

  /** The next atom, by an arrow key. */
  step(by) {
    const { spec, player } = this, n = spec.molecule.atoms.length;
    if (!spec.focus || this.sketch) return false;
    const index = Math.max(0, Math.min(n - 1, (player.focus.get(spec.focus.name) ?? -by) + by));
    player.focus.choose(spec.focus.name, index, spec.id, true);
    return true;
  }

  zoom(event) {
    if (!event.ctrlKey && !this.sketch) return; // the page scrolls over pictures
    if (document.activeElement !== this.canvas && !event.ctrlKey) return;
    event.preventDefault();
    const at = this.where(event), factor = Math.exp(-event.deltaY / 400);
    const scale = Math.max(6, Math.min(160, this.view.scale * factor));
    const box = this.canvas.getBoundingClientRect();
    this.view = { scale, x: event.clientX - box.left - scale * at.x, y: event.clientY - box.top + scale * at.y };
    this.draw(this.frame);
  }

  retheme() {
    const { scale } = this.theme;
    this.theme = themeOf(this.host);
    if (scale === this.theme.scale) this.draw(this.frame);
    else this.fit();
  }

  unmount() {
    this.observer.disconnect();
  }
}
