// The sketcher by keyboard: arrows go from atom to atom (with Shift to a bond), letters are elements,
// 1 2 3 bond orders, + and - charges, Enter does what a click does, Delete erases.

const LETTERS = { c: "C", n: "N", o: "O", f: "F", h: "H", s: "S", p: "P", b: "B", i: "I" };
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function sketchKeys(sketch, canvas) {
  canvas.addEventListener("keydown", (event) => {
    if (!act(sketch, event)) return;
    event.preventDefault();
    event.stopPropagation(); // these keys are not the film's
  });
}

function act(sketch, { key, ctrlKey, metaKey, altKey, shiftKey }) {
  const { graph } = sketch;
  if (altKey) return false;
  if (ctrlKey || metaKey) {
    if (key.toLowerCase() === "z") { if (shiftKey) sketch.redo(); else sketch.undo(); return true; }
    if (key.toLowerCase() === "y") { sketch.redo(); return true; }
    return false;
  }
  if (WAYS[key]) return walk(graph, WAYS[key], shiftKey);
  if (key === "Escape") { graph.mark(null); sketch.choose("look"); return true; }
  if (key === "Enter") return enter(sketch);
  if (sketch.tool === "look" && key !== "Delete") return false;
  if (LETTERS[key.toLowerCase()]) { sketch.setSymbol(LETTERS[key.toLowerCase()]); return true; }
  if ("123".includes(key)) { sketch.setOrder(Number(key)); return true; }
  const tool = { Delete: "erase", Backspace: "erase", "+": "plus", "-": "minus" }[key];
  if (!tool || !graph.hovered) return false;
  const before = sketch.tool, target = graph.hovered;
  sketch.tool = tool;
  sketch.change(() => sketch.apply(target, target));
  sketch.tool = before;
  if (tool === "erase") graph.mark(null);
  return true;
}

function enter(sketch) {
  const { graph } = sketch, target = graph.hovered;
  if (sketch.tool === "look") { if (target?.id) graph.choose(target); return Boolean(target); }
  const middle = { x: 0, y: 0 };
  sketch.change(() => sketch.apply(target, middle, middle));
  return true;
}

/** Mark the nearest atom in a direction, or with Shift the bond that leads there. */
function walk(graph, [dx, dy], toBond) {
  const { atoms, bonds } = graph.drawing;
  if (!atoms.length) return false;
  const from = graph.hovered?.id ? graph.hovered : graph.hovered?.a;
  if (!from) { graph.mark(atoms[0]); return true; }
  let best = null, least = Infinity;
  const candidates = toBond
    ? bonds.filter(({ a, b }) => a === from || b === from).map((bond) => [bond, bond.a === from ? bond.b : bond.a])
    : atoms.filter((one) => one !== from).map((one) => [one, one]);
  for (const [target, { x, y }] of candidates) {
    const along = (x - from.x) * dx + (y - from.y) * dy, across = Math.abs((x - from.x) * dy - (y - from.y) * dx);
    if (along > 0.05 && along + 2 * across < least) [best, least] = [target, along + 2 * across];
  }
  if (best) graph.mark(best);
  return true;
}
