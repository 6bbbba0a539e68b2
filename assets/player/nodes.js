// The nodes of the network panel: layers in one form, what they are called, where they stand.
//
// A layer is {kind, size, track, first, images, labels, caption, shape, low, high, colors, most, focus};
// see core.stage.layer. A network given by `sizes` is neurons as maps: features, layers, output.

import { feature } from "./equation.js";

const LEFT = 62, RIGHT = 34, CAPTION = 22, STEPPERS = 42; // room for labels and what stands above, in pixels
const PITCH = 54, LARGEST = { maps: 38, units: 30 }, SMALLEST = 8;
const MOST = 12, BAR = 46; // nodes of a layer, and the height of the bar for all others

/** The layers of a panel, whichever way it describes them. */
export function layersOf({ layers, sizes, inputs, outputs = ["output"], maps, output }) {
  if (layers) return layers.map((layer) => ({ most: MOST, ...layer }));
  let first = 0;
  return sizes.map((size, l) => {
    const last = l === sizes.length - 1, common = { kind: "maps", size, most: size };
    if (l === 0) return { ...common, caption: "features", labels: inputs.map((one) => feature(one.label)),
      images: inputs.map((one) => one.map && decode(one.map)) };
    if (last) return { ...common, caption: "output", labels: outputs, track: output };
    first += size;
    const labels = Array.from({ length: size }, (_, unit) => `layer ${l}, neuron ${unit + 1}`);
    return { ...common, caption: `layer ${l}`, labels, track: maps, first: first - size };
  });
}

/** Features that could be switched on, in their place beside those that are. */
export function makeOffers(network) {
  return (network.player.live ? network.spec.switches?.offers ?? [] : []).map((offer) => {
    const node = { layer: 0, off: true, name: offer.label, label: feature(offer.label), row: offer.row,
      of: { kind: "maps", labels: true, images: [decode(offer.map)] }, unit: 0 };
    node.button = button(network, node, `feature ${node.label}: off; press to switch it on`);
    return node;
  });
}

/** One node for each unit that is shown, with a button that can be reached by key, and for the rest. */
export function makeNodes(network) {
  const nodes = [];
  network.layers.forEach((layer, l) => {
    const { size, most } = layer, shown = Math.min(size, most), last = l === network.layers.length - 1;
    for (let unit = 0; unit < shown; unit++) {
      const node = { of: layer, layer: l, unit, last };
      node.label = layer.labels?.[unit] ?? `${layer.caption ?? `layer ${l}`}, unit ${unit + 1}`;
      if (network.spec.layers) node.focus = layer.focus && { ...layer.focus, index: unit };
      else if (l && !last) node.focus = network.spec.focus && { ...network.spec.focus, index: layer.first + unit };
      if (l === 0) Object.assign(node, { row: network.spec.inputs?.[unit]?.row, name: network.spec.inputs?.[unit]?.label });
      const how = network.spec.switches && !l ? `feature ${node.label}: on; press to switch it off`
        : l ? `${node.label}: show its equation; press to edit its weights` : `input ${node.label}`;
      node.button = button(network, node, network.spec.layers ? node.label : how);
      nodes.push(node);
    }
    if (size > shown) nodes.push({ of: layer, layer: l, unit: shown, last, rest: true,
      label: shown ? `… ${size - shown} more` : `${size} units` });
  });
  return nodes;
}

function button(network, node, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "ip-node";
  made.setAttribute("aria-label", label);
  if (network.spec.switches && !node.layer) {
    made.setAttribute("aria-pressed", String(!node.off));
    made.dataset.stepper = `feature ${node.name}`; // it keeps the focus over a change: structure.js
  }
  made.addEventListener("focus", () => network.show(node));
  made.addEventListener("pointerenter", () => network.show(node));
  made.addEventListener("click", (event) => {
    event.stopPropagation();
    network.press(node);
  });
  network.host.append(made);
  return made;
}

/** Columns from left to right, each centered; unlike layers have each their own pitch. */
export function arrange({ nodes, offers, layers, spec, structure }, width, height) {
  const rows = (layer) => Math.min(layer.size, layer.most) + (layer === layers[0] ? offers.length : 0);
  const TOP = structure ? STEPPERS : CAPTION;
  const right = spec.layers && layers.at(-1).labels ? LEFT : RIGHT;
  const across = (width - LEFT - right) / Math.max(1, layers.length - 1);
  const most = Math.max(...layers.map(rows));
  layers.forEach((layer, l) => {
    const own = [...nodes, ...offers].filter((node) => node.layer === l), shown = rows(layer);
    const bar = layer.size <= shown ? 0 : shown ? BAR + 16 : height - TOP - 30;
    const limit = spec.layers ? (layer.kind === "maps" ? 76 : 40) : PITCH;
    const pitch = Math.min(limit, (height - TOP - 6 - bar) / (spec.layers ? Math.max(1, shown) : most));
    const largest = spec.layers && layer.kind === "maps" ? 66 : LARGEST[layer.kind];
    const size = Math.max(SMALLEST, Math.min(largest, pitch - 6));
    const top = TOP + (height - TOP - bar - shown * pitch) / 2;
    if (l && l < layers.length - 1) structure?.layers[l - 1] && over(structure.layers[l - 1].box, LEFT + across * l, across);
    for (const node of own) {
      node.x = LEFT + across * l;
      node.size = node.last && !spec.layers ? Math.max(size, 30) : node.rest ? Math.min(size, 18) : size;
      node.height = node.rest ? (shown ? BAR : bar) : node.size;
      node.y = top + ((offers.length ? node.row : null) ?? node.unit) * pitch + (node.rest ? node.height / 2 + 4 : pitch / 2);
      if (node.button) Object.assign(node.button.style, { left: `${node.x - node.size / 2}px`,
        top: `${node.y - node.size / 2}px`, width: `${node.size}px`, height: `${node.size}px` });
    }
  });
}

/** Plus and minus above a layer; its number of neurons stands between them where it finds room. */
function over(box, x, across) {
  const wide = across >= 58 ? 58 : Math.min(40, across - 2);
  box.classList.toggle("ip-narrow", wide < 58);
  Object.assign(box.style, { left: `${x - wide / 2}px`, top: "18px", width: `${wide}px` });
}

/** What a node shows: {values, shape} of its map, of its one number, or of the bar of all others. */
export function shown({ of, unit, rest }, film, frame) {
  const image = of.images?.[unit];
  if (image) return { values: image, shape: square(image.length) };
  const track = film.tracks.get(of.track), values = track?.frames[frame];
  if (!values) return null;
  const shape = of.kind === "maps" ? track.shape.slice(-2) : rest ? [of.size - unit, 1] : [1, 1];
  const size = of.kind === "maps" ? shape[0] * shape[1] : 1, at = ((of.first ?? 0) + unit) * size;
  if (rest && of.kind === "maps") return null;
  return { values: values.subarray(at, at + shape[0] * shape[1]), shape };
}

/** Height and width of a square image of n pixels. */
const square = (n) => [Math.round(Math.sqrt(n)), Math.round(Math.sqrt(n))];

const decode = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
