// The neurons of the network panel: what they are called, where they stand, their buttons.

const LEFT = 62, RIGHT = 34, TOP = 22; // room for labels, in pixels
const PITCH = 54, LARGEST = 38, SMALLEST = 8;

/** One node for each feature, hidden neuron and output, with a button that can be reached by key. */
export function makeNodes(network) {
  const { sizes, inputs, outputs = ["output"] } = network.spec;
  const nodes = [];
  let neuron = 0;
  sizes.forEach((size, layer) => {
    for (let unit = 0; unit < size; unit++) {
      const last = layer === sizes.length - 1;
      const node = { layer, unit, neuron: layer && !last ? neuron++ : -1, last };
      node.label = layer === 0 ? inputs[unit].label
        : last ? outputs[unit] : `layer ${layer}, neuron ${unit + 1}`;
      if (layer === 0 && inputs[unit].map) node.image = decode(inputs[unit].map);
      node.button = button(network, node);
      nodes.push(node);
    }
  });
  return nodes;
}

function button(network, node) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "ip-node";
  made.setAttribute("aria-label", node.layer
    ? `${node.label}: show its equation; press to edit its weights` : `input ${node.label}`);
  made.addEventListener("focus", () => network.show(node));
  made.addEventListener("pointerenter", () => network.show(node));
  made.addEventListener("click", (event) => {
    event.stopPropagation();
    if (node.layer) network.edit(node);
  });
  network.host.append(made);
  return made;
}

/** Columns from left to right, each centered. */
export function arrange(nodes, sizes, width, height) {
  const pitch = Math.min(PITCH, (height - TOP - 6) / Math.max(...sizes));
  const size = Math.max(SMALLEST, Math.min(LARGEST, pitch - 6));
  const across = (width - LEFT - RIGHT) / Math.max(1, sizes.length - 1);
  for (const node of nodes) {
    node.size = node.last ? Math.max(size, 30) : size;
    node.x = LEFT + across * node.layer;
    node.y = TOP + (height - TOP) / 2 + (node.unit - (sizes[node.layer] - 1) / 2) * pitch;
    Object.assign(node.button.style, { left: `${node.x - node.size / 2}px`,
      top: `${node.y - node.size / 2}px`, width: `${node.size}px`, height: `${node.size}px` });
  }
}

/** Height and width of a square image of n pixels. */
export const square = (n) => [Math.round(Math.sqrt(n)), Math.round(Math.sqrt(n))];

const decode = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
