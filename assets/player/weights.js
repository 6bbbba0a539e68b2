// A small form to set weights by hand; each is sent to the page when it is set.

import { element } from "./transport.js";

/** The form for a neuron's bias and incoming weights, or for one of them by name. */
export function weightEditor(network, node, only) {
  const form = element("form", "ip-editor", network.host);
  element("strong", "", form).textContent = `Weights into ${node.label}`;
  for (const [label, name, value] of weightsInto(network, node))
    if (!only || name === only) form.append(field(network, label, name, value));
  element("button", "", form).textContent = "Close";
  form.addEventListener("submit", (event) => { event.preventDefault(); network.close(); });
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") network.close();
  });
  const right = node.x + node.size > network.host.clientWidth - 200;
  form.style.left = `${right ? Math.max(0, node.x - 210) : node.x + node.size}px`;
  form.style.top = "20px";
  form.querySelector("input").focus();
  return form;
}

/** [label, name, value] of a neuron's bias and incoming weights at the frame that is shown. */
function weightsInto({ player, spec, frame, nodes }, node) {
  const l = node.layer - 1, width = spec.sizes[node.layer];
  const W = player.film.at(spec.weights[l], frame), b = player.film.at(spec.biases[l], frame);
  const rows = nodes.filter((from) => from.layer === l).map((from) => [`from ${from.label}`,
    `${spec.weights[l]}.${from.unit}.${node.unit}`, W[from.unit * width + node.unit]]);
  return [...rows, ["bias", `${spec.biases[l]}.${node.unit}`, b[node.unit]]];
}

function field(network, label, name, value) {
  const row = document.createElement("label");
  row.append(label);
  const input = element("input", "", row);
  Object.assign(input, { type: "number", step: "0.1", value: value.toFixed(3) });
  input.setAttribute("aria-label", `${label} (${name})`);
  input.addEventListener("change", () => {
    const { player } = network;
    if (input.value === "" || !Number.isFinite(Number(input.value))) return;
    // In a race the tracks are named a/W1; the page knows the weight as W1.
    const weight = name.replace(/^.*\//, "");
    player.emit({ panel: network.spec.id, tool: "weight", name: weight, value: Number(input.value) });
    // The newest weights are changed, whatever frame was looked at: the past stays as it was.
    player.latest();
  });
  return row;
}
