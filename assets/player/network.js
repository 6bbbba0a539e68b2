// Panel `network`: neurons as little maps of what they compute, links as their weights.
//
// spec: {inputs: [{label, map}], sizes: [2, 4, 2, 1], weights: ["W1", ...], biases: ["b1", ...],
// maps: track of (neurons, H, W), output: track of (H, W), activation: "tanh", outputs: ["y"]}.
// Hover or focus a neuron: its map fills the focusable raster tiles, and its equation is written
// out with the numbers of the present frame. Click a neuron or a link to set a weight by hand.

import { colors, themeOf, ORANGE, BLUE } from "./theme.js";
import { paintImage } from "./raster.js";
import { equation } from "./equation.js";
import { arrange, makeNodes, square } from "./nodes.js";
import { weightEditor } from "./weights.js";

const NEGATIVE = ORANGE.join(","), POSITIVE = BLUE.join(","), POSITIVE_ON_DARK = "70,165,232";

export class Network {
  constructor(host, spec, player) {
    Object.assign(this, { host, spec, player, frame: 0, nodes: [], canvases: new Map() });
    host.classList.add("ip-network");
    this.canvas = document.createElement("canvas");
    this.canvas.className = "ip-layer";
    this.canvas.setAttribute("aria-hidden", "true");
    this.formula = document.createElement("div");
    this.formula.className = "ip-formula";
    host.append(this.canvas, this.formula);
    this.observer = new ResizeObserver(() => this.layout());
    this.observer.observe(host);
    host.addEventListener("pointermove", (event) => this.hover(event));
    host.addEventListener("pointerleave", () => this.leave());
    host.addEventListener("click", (event) => this.click(event));
  }

  async mount() {
    this.theme = themeOf(this.host);
    this.nodes = makeNodes(this);
    this.layout();
  }

  layout() {
    const { host, canvas, nodes } = this;
    const height = host.clientHeight - this.formula.offsetHeight;
    if (!host.clientWidth || !nodes.length) return;
    const scale = window.devicePixelRatio || 1;
    canvas.width = host.clientWidth * scale;
    canvas.height = host.clientHeight * scale;
    arrange(nodes, this.spec.sizes, host.clientWidth, height);
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
    if (this.shown) this.writeFormula(this.shown);
  }

  captions(context) {
    context.fillStyle = this.theme.muted;
    context.font = `${12 * this.theme.scale}px ${this.theme.font}`;
    context.textAlign = "center";
    const seen = new Set();
    for (const node of this.nodes) {
      if (node.layer === 0) {
        context.textAlign = "right";
        context.fillText(node.label, node.x - node.size / 2 - 6, node.y + 4);
        context.textAlign = "center";
      }
      if (seen.has(node.layer)) continue;
      seen.add(node.layer);
      const text = node.layer === 0 ? "features" : node.last ? "output" : `layer ${node.layer}`;
      context.fillText(text, node.x, 13);
    }
  }

  /** All links with their present weight: {from, to, weight, name}. */
  * links() {
    const { film } = this.player;
    const byLayer = this.spec.sizes.map((_, l) => this.nodes.filter((node) => node.layer === l));
    for (let l = 1; l < byLayer.length; l++) {
      const W = film.at(this.spec.weights[l - 1], this.frame);
      if (!W) continue;
      const width = byLayer[l].length;
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

  drawNode(context, node) {
    const { spec } = this;
    const half = node.size / 2, x = node.x - half, y = node.y - half;
    let values = node.image, shape = node.image ? square(node.image.length) : null;
    if (node.neuron >= 0 && spec.maps) {
      shape = this.player.film.tracks.get(spec.maps)?.shape.slice(-2);
      const size = shape ? shape[0] * shape[1] : 0;
      values = this.player.film.at(spec.maps, this.frame)
        ?.subarray(node.neuron * size, (node.neuron + 1) * size);
    } else if (node.last && spec.output) {
      shape = this.player.film.tracks.get(spec.output)?.shape.slice(-2);
      values = this.player.film.at(spec.output, this.frame);
    }
    context.fillStyle = this.theme.panel;
    context.fillRect(x, y, node.size, node.size);
    if (values && shape) this.drawMap(context, node, values, shape, x, y);
    context.strokeStyle = this.shown === node ? this.theme.primary : this.theme.muted;
    context.lineWidth = this.shown === node ? 2.5 : 1;
    context.strokeRect(x, y, node.size, node.size);
  }

  drawMap(context, node, values, [height, width], x, y) {
    if (!this.canvases.has(node)) this.canvases.set(node, document.createElement("canvas"));
    const small = this.canvases.get(node);
    if (small.width !== width) Object.assign(small, { width, height });
    paintImage(small, values, {}, colors("signed", this.theme));
    context.save();
    context.translate(0, 2 * y + node.size); // row 0 is the lowest x2
    context.scale(1, -1);
    context.drawImage(small, x, y, node.size, node.size);
    context.restore();
  }

  // --- looking and editing --------------------------------------------------------------------

  show(node) {
    this.shown = node;
    if (this.spec.maps && node.neuron >= 0)
      this.player.setFocus({ track: this.spec.maps, index: node.neuron, label: node.label });
    else this.player.setFocus(null);
    this.draw(this.frame);
  }

  leave() {
    this.hovered = null;
    if (this.editor) return;
    this.shown = null;
    this.formula.textContent = this.spec.hint || "";
    this.player.setFocus(null);
    this.draw(this.frame);
  }

  writeFormula(node) {
    const { spec, frame, nodes } = this;
    this.formula.textContent = equation(spec, this.player.film, frame, nodes, node);
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
      this.shown = null;
      this.formula.textContent =
        `weight from ${link.from.label} to ${link.to.label}: ${link.weight.toFixed(3)} (click to edit)`;
    }
    this.draw(this.frame);
  }

  click(event) {
    if (event.target.closest(".ip-editor")) return;
    const link = this.linkAt(event);
    if (link) this.edit(link.to, link.name);
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
    this.observer.disconnect();
  }
}
