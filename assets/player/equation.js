// The equation of one neuron with the numbers of the present frame.

import { format } from "./readouts.js";

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const sub = (n) => String(n).split("").map((d) => SUBSCRIPTS[d]).join("");
const between = (node) => (node.unit > 8 ? "," : "");

/** A feature as the chapter writes it: X1^2 is x₁², sin X1 is sin x₁. */
export const feature = (label) => label.replace(/X(\d)/g, (_, d) => `x${sub(d)}`).replace("^2", "²");

/** The name of a neuron's value: h₁₂ is neuron 2 of layer 1; an input is named by its feature. */
const short = (node) => (node.layer ? `h${sub(node.layer)}${between(node)}${sub(node.unit + 1)}`
  : node.label);

/** What is said of a node: a feature's switch, an equation, the number of a unit. */
export function said({ spec, frame, nodes, player, structure }, node, shown) {
  if (spec.layers) {
    const found = node.of.kind === "units" && shown;
    return `${node.label}${found ? `: ${format(found.values[0], ".3g").replace("-", "−")}` : ""}`;
  }
  if (node.layer || !structure || !spec.switches) return equation(spec, player.film, frame, nodes, node);
  if (node.off) return `${node.label}: a feature that the network does not read; press to switch it on.`;
  return `${node.label}: a feature that the network reads${spec.switches.chosen.length > 1 ? "; press to switch it off" : ", its last one"}.`;
}

/** "h₁₂ = tanh(0.53·x₁ − 1.20·x₂ + 0.10)" for a node of the network panel. */
export function equation(spec, film, frame, nodes, node) {
  if (!node.layer) return `${node.label}: an input feature`;
  const W = film.at(spec.weights[node.layer - 1], frame);
  const b = film.at(spec.biases[node.layer - 1], frame);
  if (!W || !b) return "";
  const width = spec.sizes[node.layer];
  const terms = nodes.filter((from) => from.layer === node.layer - 1)
    .map((from) => [W[from.unit * width + node.unit], normed(spec, node, short(from))]);
  const signed = (w, first) => `${first ? (w < 0 ? "−" : "") : w < 0 ? " − " : " + "}${Math.abs(w).toFixed(2)}`;
  const z = terms.map(([w, name], i) => `${signed(w, i === 0)}·${name}`).join("")
    + signed(b[node.unit], false);
  if (node.last) return `y = ${z}`;
  const skip = skipped(spec, nodes, node);
  return `${short(node)} = ${skip}${spec.activation === "linear" ? z : `${spec.activation}(${z})`}`;
}

/** Equation (3.1): from the second hidden layer on a layer reads Norm(h), if there is a norm. */
const normed = (spec, node, name) =>
  (spec.norm && node.layer > 1 && !node.last ? `${spec.norm}(${name})` : name);

/** Equation (3.1): what a residual layer adds to; only where it keeps the width. */
function skipped(spec, nodes, node) {
  if (!spec.residual || spec.sizes[node.layer] !== spec.sizes[node.layer - 1]) return "";
  const from = nodes.find((other) => other.layer === node.layer - 1 && other.unit === node.unit);
  return `${short(from)} + `;
}
