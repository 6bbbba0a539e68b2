// The molecule sketcher on a graph panel: tools, pointer, history, and what is sent to the page.

import { addBond, atom, bondBetween, bondsOf, chain, copy, cycle, grow, removeAtom, removeBond, ring,
  snapped, toPlain } from "./drawing.js";
import { sketchBar } from "./sketchbar.js";
import { sketchKeys } from "./sketchkeys.js";
import { paintStroke } from "./stroke.js";

const CLICK = 7; // pixels below which a drag is a click
const PATIENCE = 2500; // ms after which a stroke is sent again
const DEPTH = 200; // strokes that can be undone

export class Sketch {
  constructor(graph) {
    Object.assign(this, { graph, stroke: 0, done: 0, undone: [], past: [], problems: [], start: null });
    const { memory } = graph.player;
    this.tool = memory.get("sketch/tool") || graph.player.stage?.sketch || "draw";
    this.symbol = memory.get("sketch/symbol") || "C";
    this.size = memory.get("sketch/size") || "6a";
    this.bar = sketchBar(this, graph.host);
  }

  listen(canvas) {
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("pointercancel", () => { this.start = null; });
    sketchKeys(this, canvas);
    this.choose(this.tool);
  }

  get drawing() { return this.graph.drawing; }
  get dragging() { return this.start !== null; }

  /** Whether strokes are on their way that the page has not answered. */
  get waiting() { return this.done < this.stroke; }

  choose(tool, more = {}) {
    Object.assign(this, { tool, ...more });
    const { memory } = this.graph.player;
    for (const name of ["tool", "symbol", "size"]) memory.set(`sketch/${name}`, this[name]);
    this.graph.canvas.style.touchAction = tool === "look" ? "auto" : "none";
    this.graph.canvas.style.cursor = { look: "pointer", move: "grab" }[tool] || "crosshair";
    this.bar.update();
  }

  // --- the page -------------------------------------------------------------------------------

  /** Take the page's answer to our newest stroke; false if the molecule came from elsewhere. */
  answered({ answer, molecule }) {
    if (!answer || answer.stroke !== this.stroke || !this.sent) return false;
    this.done = this.stroke;
    const ids = this.sent;
    this.problems = answer.problems.map(([i, text]) => ({ id: ids[i], text }));
    if (this.problems.length) return true;
    const byId = new Map(this.drawing.atoms.map((one) => [one.id, one]));
    const atoms = answer.order.map((i) => byId.get(ids[i]));
    if (atoms.some((one) => !one)) return true;
    this.graph.match(atoms);
    for (const [i, j, , aromatic] of molecule.bonds) {
      const bond = bondBetween(this.drawing, atoms[i], atoms[j]);
      if (bond) bond.aromatic = Boolean(aromatic);
    }
    return true;
  }

  /** Another molecule is about to be shown: undo leads back to this one. */
  remember() {
    this.problems = [];
    this.sent = null;
    this.done = this.stroke;
    if (!this.drawing) return;
    this.past.push(copy(this.drawing));
    this.undone = [];
    this.bar.update(); // Undo leads back
  }

  send() {
    this.stroke = Math.max(this.stroke + 1, Date.now()); // an older page's answer is never ours
    this.sent = this.drawing.atoms.map((one) => one.id);
    for (const one of this.drawing.atoms) delete one.h; // counted here until the page says more
    if (this.graph.view && !this.graph.inside) this.graph.fit();
    this.emit();
    this.bar.update();
    this.graph.draw(this.graph.frame);
  }

  /** Until it is answered: a page that is still being built may miss an event. */
  emit(tries = 4) {
    clearTimeout(this.again);
    if (!this.waiting || !tries) return;
    this.graph.player.emit({ panel: this.graph.spec.id, tool: "molecule", stroke: this.stroke,
      drawing: toPlain(this.drawing) });
    this.again = setTimeout(() => this.emit(tries - 1), PATIENCE);
  }

  problem() {
    const [first] = this.problems;
    return first && { text: first.text, atom: this.drawing.atoms.find((one) => one.id === first.id) };
  }

  wrong(one) {
    return this.problems.some((problem) => problem.id === one.id);
  }

  // --- history --------------------------------------------------------------------------------

  /** Change the drawing; what `edit` does can be undone. */
  change(edit) {
    const before = copy(this.drawing);
    if (edit() === false) return;
    this.past.push(before);
    if (this.past.length > DEPTH) this.past.shift();
    this.undone = [];
    this.send();
  }

  undo() { this.travel(this.past, this.undone); }
  redo() { this.travel(this.undone, this.past); }

  travel(from, to) {
    if (!from.length) return;
    to.push(copy(this.drawing));
    this.graph.drawing = from.pop();
    this.graph.hovered = null;
    this.send();
  }

  clear() {
    this.change(() => { this.drawing.atoms = []; this.drawing.bonds = []; });
  }

  // --- pointer --------------------------------------------------------------------------------

  down(event) {
    if (event.button || this.tool === "look" || !this.graph.view) return;
    this.graph.canvas.focus({ preventScroll: true });
    this.graph.canvas.setPointerCapture(event.pointerId);
    const at = this.graph.where(event);
    this.start = { target: this.graph.at(at), at, px: [event.clientX, event.clientY], view: this.graph.view,
      before: copy(this.drawing) };
    this.now = at;
  }

  move(event) {
    if (!this.start) return;
    this.far = Math.hypot(event.clientX - this.start.px[0], event.clientY - this.start.px[1]) > CLICK;
    this.now = this.graph.where(event);
    if (this.tool === "move" && this.far) this.shift(event);
    else this.graph.hovered = this.graph.at(this.now);
    this.graph.draw(this.graph.frame);
  }

  shift(event) {
    const { target, view, px: [x, y] } = this.start;
    if (target?.id) Object.assign(target, this.now);
    else this.graph.view = { ...view, x: view.x + event.clientX - x, y: view.y + event.clientY - y };
  }

  up(event) {
    if (!this.start) return;
    const { target, before } = this.start, far = this.far;
    this.now = this.graph.where(event);
    const from = this.start.at;
    this.start = null;
    this.far = false;
    if (this.tool === "move") { if (far && target?.id) this.moved(before); return; }
    this.change(() => this.apply(target, from, this.now, far));
  }

  moved(before) {
    this.past.push(before);
    this.undone = [];
    this.send();
  }

  /** What the tool does to an atom, a bond or an empty place; false if nothing. */
  apply(target, from, to, far = false) {
    const { drawing } = this;
    const isAtom = Boolean(target?.id);
    if (this.tool === "erase") return target ? void (isAtom ? removeAtom : removeBond)(drawing, target) : false;
    if (this.tool === "plus" || this.tool === "minus") {
      if (!isAtom) return false;
      target.charge += this.tool === "plus" ? 1 : -1;
      return undefined;
    }
    if (this.tool === "ring") {
      const place = isAtom ? { atom: target } : target ? { bond: target } : from;
      return void ring(drawing, parseInt(this.size, 10), this.size.endsWith("a"), place);
    }
    if (target && !isAtom) return void cycle(target);
    if (this.tool === "chain") return void this.chain(target, from, to, far);
    return far ? this.join(target || this.placed(from), to) : this.put(target, from);
  }

  placed({ x, y }) {
    const made = atom(this.symbol, x, y);
    this.drawing.atoms.push(made);
    return made;
  }

  /** A click: a new atom, another element, or one more bond. */
  put(target, from) {
    if (!target) this.placed(from);
    else if (target.symbol !== this.symbol) target.symbol = this.symbol;
    else grow(this.drawing, target, this.symbol);
  }

  /** A drag from an atom: to another one, or to a new one in the nearest of 12 directions. */
  join(one, to) {
    const other = this.graph.at(to, one);
    if (!other?.id) { grow(this.drawing, one, this.symbol, ...Object.values(snapped(one, to.x, to.y))); return; }
    const bond = bondBetween(this.drawing, one, other);
    if (bond) cycle(bond);
    else addBond(this.drawing, one, other);
  }

  chain(target, from, to, far) {
    const first = target || this.placed(from);
    const length = Math.hypot(to.x - first.x, to.y - first.y);
    chain(this.drawing, first, to.x, to.y, far ? Math.max(1, Math.round(length / 0.866)) : 1);
  }

  /** An element by key: at the marked atom, or the next one that is placed. */
  setSymbol(symbol) {
    const one = this.graph.hovered?.id ? this.graph.hovered : null;
    if (one) this.change(() => (one.symbol === symbol ? false : void (one.symbol = symbol)));
    else this.choose("draw", { symbol });
  }

  setOrder(order) {
    const target = this.graph.hovered;
    if (!target) return;
    this.change(() => {
      const bond = target.id ? bondsOf(this.drawing, grow(this.drawing, target, this.symbol))[0] : target;
      Object.assign(bond, { order, aromatic: false });
    });
  }

  paint(context) {
    paintStroke(this, context);
  }
}
