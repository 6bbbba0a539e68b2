// Panel `network`: neurons as little maps of what they compute, links as their weights.
//
// spec: {inputs: [{label, map}], sizes: [2, 4, 2, 1], weights: ["W1", ...], biases: ["b1", ...],
// maps: track of (neurons, H, W), output: track of (H, W), activation: "tanh", outputs: ["y"]}, or
// {layers: [...], weights}: layers of unlike kind and size (nodes.js), with links where weights are.
// Hover or focus a node: it is looked at (focus.js), and its equation is written out with the
// numbers of the present frame. Click a neuron or a link to set a weight by hand.

import { colorOf, colors, themeOf, ORANGE, BLUE } from "./theme.js";
import { paintImage } from "./raster.js";
import { said } from "./equation.js";
import { arrange, layersOf, makeNodes, makeOffers, shown } from "./nodes.js";
import { format } from "./readouts.js";
import { changeable, hintOf } from "./structure.js";
import { weightEditor } from "./weights.js";

const OFF = 0.45; // how much is seen of a feature that is not read
const NEGATIVE = ORANGE.join(","), POSITIVE = BLUE.join(","), POSITIVE_ON_DARK = "70,165,232";

export class Network {
  constructor(host, spec, player) {
    Object.assign(this, { host, spec, player, frame: 0, nodes: [], offers: [], canvases: new Map() });
    host.classList.add("ip-network");
    this.canvas = document.createElement("canvas");
    this.canvas.className = "ip-layer";
    this.canvas.setAttribute("aria-hidden", "true");
    this.formula = document.createElement("div");
    this.formula.className = "ip-formula";
    this.formula.textContent = hintOf(this);
    host.append(this.canvas, this.formula);
    this.observer = new ResizeObserver(() => this.layout());
    this.observer.observe(host);
    host.addEventListener("pointermove", (event) => this.hover(event));
    host.addEventListener("pointerleave", () => this.leave());
    host.addEventListener("click", (event) => this.click(event));
  }

  async mount() {
    this.theme = themeOf(this.host);
    this.layers = layersOf(this.spec);
    this.nodes = makeNodes(this);
    this.offers = makeOffers(this);
    [this.structure, this.hints] = changeable(this);
    this.layout();
  }

  layout() {
    const { host, canvas, nodes } = this;
    const height = host.clientHeight - this.formula.offsetHeight;
    if (!host.clientWidth || !nodes.length) return;
    const scale = window.devicePixelRatio || 1;
    canvas.width = host.clientWidth * scale;
    canvas.height = host.clientHeight * scale;
    arrange(this, host.clientWidth, height);
    this.hints?.place(this, height);
    this.draw(this.frame);
  }

  draw(frame) {
    this.frame = frame;
    const { film } = this.player;
    if (!film.length || !this.theme) return;
    const context = this.canvas.getContext("2d"), scale = window.devicePixelRatio || 1;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.captions(context);
    for (const link of this.links()) this.drawLink(context, link);
    for (const node of this.nodes) this.drawNode(context, node);
    for (const node of this.offers) this.drawNode(context, node, OFF);
    if (this.shown) this.writeFormula(this.shown);
  }

  captions(context) {
    context.fillStyle = this.theme.muted;
    context.font = `${12 * this.theme.scale}px ${this.theme.font}`;
    context.textAlign = "center";
    const seen = new Set();
    for (const node of [...this.nodes, ...this.offers]) {
      if (node.rest) context.fillText(node.label, node.x, node.y + node.height / 2 + 13);
      else if (node.of.labels && (node.layer === 0 || (node.last && this.spec.layers))) {
        context.textAlign = node.layer ? "left" : "right";
        context.fillText(node.label, node.x + (node.size / 2 + 6) * (node.layer ? 1 : -1), node.y + 4);
        context.textAlign = "center";
      }
      if (seen.has(node.layer)) continue;
      seen.add(node.layer);
      context.fillText(node.of.caption ?? "", node.x, 13);
    }
  }

  /** All links with their present weight: {from, to, weight, name}. */
  * links() {
    const { film } = this.player;
    const byLayer = this.layers.map((_, l) => this.nodes.filter((node) => node.layer === l && !node.rest));
    for (let l = 1; l < byLayer.length; l++) {
      const W = film.at(this.spec.weights?.[l - 1], this.frame);
      if (!W) continue;
      const width = this.layers[l].size;
      for (const from of byLayer[l - 1])
        for (const to of byLayer[l])
          yield { from, to, weight: W[from.unit * width + to.unit],
            name: `${this.spec.weights[l - 1]}.${from.unit}.${to.unit}` };
    }
  }

  drawLink(context, { from, to, weight, name }) {
    const strength = Math.min(1, Math.abs(weight) / 4);
    const shade = this.hovered?.name === name ? 1 : 0.25 + 0.65 * strength;
    context.strokeStyle = Number.isFinite(weight)
      ? `rgba(${weight < 0 ? NEGATIVE : this.theme.dark ? POSITIVE_ON_DARK : POSITIVE},${shade})` : "rgba(200,0,0,.8)";
    context.lineWidth = 0.6 + 7 * strength;
    this.path(context, from, to);
    context.stroke();
  }

  path(context, from, to) {
    const x0 = from.x + from.size / 2, x1 = to.x - to.size / 2, bend = (x1 - x0) / 2;
    context.beginPath();
    context.moveTo(x0, from.y);
    context.bezierCurveTo(x0 + bend, from.y, x1 - bend, to.y, x1, to.y);
  }

  drawNode(context, node, opacity = 1) {
    context.globalAlpha = opacity;
    const { of, size, height } = node, { focus, film } = this.player;
    const x = node.x - size / 2, y = node.y - height / 2, found = shown(node, film, this.frame);
    const outline = () => {
      context.beginPath();
      if (of.kind === "units" && of.shape !== "square" && !node.rest) context.arc(node.x, node.y, size / 2, 0, 2 * Math.PI);
      else context.rect(x, y, size, height);
    };
    const unit = found && of.kind === "units" && !node.rest;
    const table = of.colors || "signed", range = { low: of.low, high: of.high };
    context.fillStyle = unit ? colorOf(found.values[0], of.low ?? -1, of.high ?? 1, table, this.theme) : this.theme.panel;
    outline();
    context.fill();
    if (found && node.rest) this.drawMap(context, node, found, { low: of.low ?? -1, high: of.high ?? 1 }, table);
    else if (found && !unit) this.drawMap(context, node, found, range, table);
    const marked = this.shown === node || (node.focus && focus.get(node.focus.name) === node.focus.index);
    context.strokeStyle = marked ? this.theme.primary : this.theme.muted;
    context.lineWidth = marked ? 2.5 : 1;
    outline();
    context.stroke();
    context.globalAlpha = 1;
  }

  drawMap(context, node, { values, shape: [rows, columns] }, range, table) {
    if (!this.canvases.has(node)) this.canvases.set(node, document.createElement("canvas"));
    const small = this.canvases.get(node), { x, y, size, height, of } = node;
    if (small.width !== columns || small.height !== rows) Object.assign(small, { width: columns, height: rows });
    paintImage(small, values, range, colors(table, this.theme));
    context.save();
    context.imageSmoothingEnabled = !node.rest;
    context.translate(0, y);
    if (!node.rest && of.origin !== "upper") context.scale(1, -1); // row 0 is the lowest x2
    context.drawImage(small, x - size / 2, -height / 2, size, height);
    context.restore();
  }

  // --- looking and editing --------------------------------------------------------------------

  show(node) {
    this.pass(node);
    this.shown = node;
    if (node.focus) this.player.focus.hover(node.focus.name, node.focus.index);
    this.draw(this.frame);
  }

  /** What was only hovered is looked at no longer. */
  pass(next = null) {
    const name = this.shown?.focus?.name;
    if (name && name !== next?.focus?.name) this.player.focus.hover(name, null);
    this.shown = null;
  }

  /** A click: its weights by hand, or it is looked at from now on. */
  press(node) {
    const { focus } = node;
    if (this.spec.switches && !node.layer) this.structure?.toggle(this.spec.switches, node.name);
    else if (focus && focus.stays !== false) this.player.focus.choose(focus.name, focus.index, this.spec.id);
    else if (node.layer && this.spec.biases) this.edit(node);
  }

  leave() {
    this.hovered = null;
    if (this.editor) return;
    this.pass();
    this.formula.textContent = hintOf(this);
    this.draw(this.frame);
  }

  writeFormula(node) {
    this.formula.textContent = said(this, node, shown(node, this.player.film, this.frame));
  }

  linkAt(event) {
    const box = this.host.getBoundingClientRect();
    const px = event.clientX - box.left, py = event.clientY - box.top;
    let best = null, least = 7;
    for (const link of this.links()) {
      const x0 = link.from.x + link.from.size / 2, x1 = link.to.x - link.to.size / 2;
      if (px < x0 || px > x1) continue;
      // The bend is x-symmetric, so its parameter follows from x by smoothstep's inverse, nearly.
      const t = (px - x0) / (x1 - x0), y = link.from.y + (link.to.y - link.from.y) * t * t * (3 - 2 * t);
      if (Math.abs(y - py) < least) [best, least] = [link, Math.abs(y - py)];
    }
    return best;
  }

  hover(event) {
    if (event.target.classList?.contains("ip-node") || this.editor) return;
    const link = this.linkAt(event);
    if (link?.name === this.hovered?.name) return;
    this.hovered = link;
    this.host.style.cursor = link ? "pointer" : "";
    if (link) {
      this.pass();
      this.formula.textContent =
        `weight from ${link.from.label} to ${link.to.label}: ${format(link.weight).replace("-", "−")}${this.spec.biases ? " (click to edit)" : ""}`;
    }
    this.draw(this.frame);
  }

  click(event) {
    if (event.target.closest(".ip-editor")) return;
    const link = this.linkAt(event);
    if (link && this.spec.biases) this.edit(link.to, link.name);
    else this.close();
  }

  edit(node, only = null) {
    this.close();
    if (this.player.live) this.editor = weightEditor(this, node, only);
  }

  close() {
    this.editor?.remove();
    this.editor = null;
  }

  retheme() {
    this.theme = themeOf(this.host);
    this.draw(this.frame);
  }

  unmount() {
    this.structure?.unmount();
    this.observer.disconnect();
  }
}
