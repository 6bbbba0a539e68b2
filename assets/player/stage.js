// The panels of a player: where they stand, and which of them is updated when.

import { declared } from "./focus.js";
import { Folds } from "./folds.js";
import { Graph } from "./graph.js";
import { Links } from "./links.js";
import { Network } from "./network.js";
import { Plot } from "./plot.js";
import { Raster } from "./raster.js";
import { Space } from "./space.js";
import { drawn, element } from "./transport.js";
import { behind } from "./twins.js";
import { Words } from "./words.js";

const KINDS = { plot: Plot, raster: Raster, network: Network, words: Words, graph: Graph, links: Links,
  space: Space };
const REST = 150; // ms at one frame after which hover follows it
const FIRST = 2; // pictures of the display that show what is new on canvases before Plotly draws axes anew
const SHARE = 10; // Plotly's own traces may cost a tenth of the time while a film plays

export class Stage {
  constructor(player, root) {
    this.player = player;
    this.grid = element("div", "ip-stage", root);
    this.panels = new Map(); // panel id -> {text of its spec, box, panel}
    this.folds = new Folds(this);
    this.later = new Map(); // panel id -> a new figure that waits for its turn
    Object.assign(this, { cost: 20, synced: 0, turn: 0, factor: 1, wait: 0 });
  }

  get all() {
    return [...this.panels.values()].map((entry) => entry.panel);
  }

  /** Show these panels: those that are new are made, changed ones renewed, others taken away. */
  set(specs) {
    this.specs = specs;
    const wanted = new Set(specs.filter((spec) => this.folds.open(spec)).map((spec) => spec.id));
    for (const [id, entry] of this.panels) if (!wanted.has(id)) this.remove(id, entry);
    specs.forEach((spec, order) => wanted.has(spec.id) && this.place(spec, order));
    this.folds.set(specs);
    this.wait = FIRST;
    drawn();
  }

  remove(id, { panel, box }) {
    panel.unmount();
    box.remove();
    this.panels.delete(id);
  }

  place(spec, order) {
    const text = JSON.stringify(spec);
    const old = this.panels.get(spec.id);
    if (old) dress(old.box, spec, order, this.factor, this.player.focus);
    if (old?.text === text) return;
    if (old?.caption && spec.caption) old.caption.respec({ lines: spec.caption });
    if (old?.panel.respec && alike(old.panel.spec, spec)) {
      old.text = text;
      if (old.panel.instant) { old.panel.respec(spec); return; } // a canvas: cheap, and drawn upon
      this.later.set(spec.id, () => old.panel.respec(spec));
      return;
    }
    if (old) this.remove(spec.id, old);
    const box = element("section", "ip-panel", this.grid);
    element("h2", "", element("div", "ip-head", box));
    const host = element("div", "ip-host", element("div", "ip-body", box));
    dress(box, spec, order, this.factor, this.player.focus);
    const panel = new KINDS[spec.kind](host, spec, this.player);
    const caption = spec.caption && new Words(element("div", "ip-caption", box), { lines: spec.caption }, this.player);
    this.panels.set(spec.id, { text, box, panel, caption });
    panel.mount().catch((error) => { host.textContent = `This picture failed: ${error.message}`; });
  }

  /** Plotly takes tens of milliseconds for a new figure: one a frame, after the canvases. */
  renewOne() {
    if (this.wait > 0) { this.wait--; return; }
    const [id, renew] = this.later.entries().next().value || [];
    if (!id) return;
    this.later.delete(id);
    if (this.panels.has(id)) renew();
  }

  /** Something else is looked at: what reads it is drawn anew, and said in titles. */
  refocus(name, frame) {
    for (const { text, box, panel, caption } of this.panels.values()) {
      const { spec } = panel, reads = text.includes(`focus:${name}`) || this.player.focus.moves(name, text);
      if (!reads && !declared(spec).some((one) => one.name === name)) continue;
      if (reads) panel.synced = panel.twinned = -1; // the twins, too, are of what was looked at before
      box.querySelector("h2").textContent = this.player.focus.title(spec);
      panel.draw(frame);
      caption?.draw(frame);
    }
  }

  draw(frame) {
    const started = performance.now();
    for (const [id, { panel, caption }] of this.panels) {
      // Still as it was before another film came, which lacks what it reads: it is renewed in a moment.
      const early = this.later.has(id) && !this.player.film.holds(panel.spec);
      if (!early) panel.draw(frame, true);
      caption?.draw(frame);
    }
    const first = [...this.panels.values()].find(({ panel, box }) => panel.stale && behind(panel) && inWindow(box));
    if (first) this.renew(first.panel, false);
    else if (started - this.synced > SHARE * this.cost) this.sync(started, false);
  }

  /** Panels in the window: only their axes may cost time while a film plays. */
  get seen() {
    return [...this.panels.values()].filter(({ box }) => inWindow(box)).map(({ panel }) => panel);
  }

  /** At rest: bring the invisible twins up to date, one panel at a time. */
  settle(now) {
    if (now - this.synced > REST && !this.sync(now, true)) this.synced = now;
  }

  /** Let Plotly catch up in one panel; in turn, so that none keeps the others waiting. */
  sync(now, all) {
    const panels = all ? this.all : this.seen;
    for (let i = 1; i <= panels.length; i++) {
      const panel = panels[(this.turn + i) % panels.length];
      if (!panel.stale?.(all)) continue;
      this.turn = (this.turn + i) % panels.length;
      this.renew(panel, all);
      return true;
    }
    return false;
  }

  renew(panel, all) {
    const started = performance.now();
    panel.sync(all);
    this.cost = 0.7 * this.cost + 0.3 * (performance.now() - started);
    this.synced = started;
  }

  /** All panels higher by this factor than their page asks for. */
  scale(factor) {
    this.factor = factor;
    for (const { box } of this.panels.values())
      box.querySelector(".ip-body").style.height = `${Math.round(box.dataset.height * factor)}px`;
  }

  /** Another film has begun: nothing that Plotly holds is right any more. */
  outdated() {
    for (const panel of this.all) panel.synced = panel.twinned = panel.end = -1;
  }

  retheme() {
    for (const panel of this.all) panel.retheme?.();
  }

  unmount() {
    requestAnimationFrame(drawn); // there may be another player
    for (const panel of this.all) panel.unmount();
  }
}

/** Whether a panel can show another spec as it is: what listens to the pointer is made with it. */
const alike = (a, b) => a.kind === b.kind && !a.focus === !b.focus && !a.drag === !b.drag
  && !a.structure === !b.structure && !a.caption === !b.caption;

function dress(box, spec, order, factor, focus) {
  box.style.order = 2 * order; // between them stand the buttons of groups
  box.style.flexGrow = spec.grow ?? 1;
  box.style.flexBasis = `${spec.width ?? 320}px`;
  box.dataset.panel = spec.id;
  box.classList.toggle("ip-fill", Boolean(spec.fill));
  box.querySelector("h2").textContent = focus.title(spec);
  const host = box.querySelector(".ip-host");
  box.dataset.height = spec.height ?? 320;
  host.parentElement.style.height = `${Math.round(box.dataset.height * factor)}px`;
  // An image hides what is inside it from a screen reader, Plotly's buttons too: a figure does not.
  const inside = ["network", "graph", "links", "space"].includes(spec.kind) || spec.tools;
  host.setAttribute("role", inside ? "group" : "figure");
  host.setAttribute("aria-label", spec.alt || spec.title || "");
}

function inWindow(box) {
  const { top, bottom } = box.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}
