// The sketcher's buttons: tools as a radio group, then what acts at once.

import { element } from "./transport.js";

const ELEMENTS = ["C", "N", "O", "F", "H"];
const MORE = ["S", "P", "Cl", "Br", "I", "B", "Si"];
const RINGS = [["6a", "⌬", "Benzene ring"], ["3", "△", "Ring of 3"], ["4", "□", "Ring of 4"],
  ["5", "⬠", "Ring of 5"], ["6", "⬡", "Ring of 6"]];

/** Make the bar; its `update` follows the sketch. */
export function sketchBar(sketch, host) {
  const bar = element("div", "ip-bench", host);
  const tools = group(bar, "radiogroup", "What a stroke does");
  const radios = [];
  const radio = (text, title, chosen, act) => {
    const made = button(tools, text, title, act);
    made.setAttribute("role", "radio");
    radios.push([made, chosen]);
    return made;
  };
  const simple = (tool, text, title) => radio(text, title, () => sketch.tool === tool, () => sketch.choose(tool));
  simple("look", "Look", "Click an atom to see its numbers").className = "ip-wide";
  for (const symbol of ELEMENTS)
    radio(symbol, `Draw ${symbol}: click to place, drag from an atom to grow a bond (key ${symbol})`,
      () => sketch.tool === "draw" && sketch.symbol === symbol, () => sketch.choose("draw", { symbol }));
  const more = select(tools, sketch);
  for (const [size, text, title] of RINGS)
    radio(text, title, () => sketch.tool === "ring" && sketch.size === size, () => sketch.choose("ring", { size }));
  simple("chain", "⌇", "Chain of carbon: drag");
  simple("plus", "+", "One charge more (key +)");
  simple("minus", "−", "One charge less (key −)");
  simple("move", "Move", "Drag atoms; drag the ground to shift the picture").className = "ip-wide";
  simple("erase", "Erase", "Click atoms and bonds (key Delete)").className = "ip-wide";
  const acts = group(bar, "group", "Edit");
  const undo = button(acts, "↶", "Undo (Ctrl+Z)", () => sketch.undo());
  const redo = button(acts, "↷", "Redo (Ctrl+Y)", () => sketch.redo());
  const tidy = () => sketch.graph.player.emit({ panel: sketch.graph.spec.id, tool: "tidy" });
  button(acts, "Tidy", "Lay out anew", tidy).className = "ip-wide";
  button(acts, "Fit", "Zoom to fit", () => sketch.graph.fit()).className = "ip-wide";
  const clear = button(acts, "Clear", "Erase everything (can be undone)", () => sketch.clear());
  clear.className = "ip-wide";
  bar.update = () => {
    for (const [made, chosen] of radios) made.setAttribute("aria-checked", String(chosen()));
    more.value = sketch.tool === "draw" && MORE.includes(sketch.symbol) ? sketch.symbol : "";
    undo.disabled = !sketch.past.length;
    redo.disabled = !sketch.undone.length;
    clear.disabled = !sketch.drawing?.atoms.length;
  };
  return bar;
}

function group(bar, role, label) {
  const made = element("div", "ip-tools", bar);
  made.setAttribute("role", role);
  made.setAttribute("aria-label", label);
  return made;
}

function button(parent, text, title, act) {
  const made = element("button", "", parent);
  Object.assign(made, { type: "button", textContent: text, title });
  // Who says what is written on a button must be understood: the name begins with it.
  made.setAttribute("aria-label", /^[A-Z][a-z]/.test(text) ? `${text}: ${title}` : title);
  made.addEventListener("click", act);
  return made;
}

function select(parent, sketch) {
  const made = element("select", "ip-elements", parent);
  made.setAttribute("aria-label", "Other elements");
  for (const symbol of ["", ...MORE]) {
    const option = element("option", "", made);
    Object.assign(option, { value: symbol, textContent: symbol || "…" });
  }
  made.addEventListener("change", () => made.value && sketch.choose("draw", { symbol: made.value }));
  return made;
}
