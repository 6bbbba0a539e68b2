// How links run: arcs above a line of tokens, straight arrows elsewhere, loops to oneself.

/** Edge of a node's box. */
export function box(context, { x, y, half }, high) {
  context.roundRect(x - half, y - high, 2 * half, 2 * high, 5);
}

/** An arc above the line: the further apart, the higher, so that arcs nest. */
export function arcPath(context, from, to, { places, r }, arrow) {
  const top = Math.min(from.y, to.y) - r - 1, span = places.at(-1).x - places[0].x || 1;
  const way = Math.sign(to.x - from.x) || 1, self = from === to;
  // Both directions of a pair stay apart: each leaves on the side that it goes to.
  const x0 = from.x + way * (self ? 7 : 4), x1 = to.x - way * (self ? 7 : 4);
  const high = self ? 26 : 20 + (top - 34) * (Math.abs(to.x - from.x) / span) * (way > 0 ? 1 : 0.9);
  const head = arrow ? 4 + 1.3 * context.lineWidth : 0;
  context.beginPath();
  context.moveTo(x0, top);
  const lean = self ? 10 : 0;
  context.bezierCurveTo(x0 + lean, top - (4 / 3) * high, x1 - lean, top - (4 / 3) * high, x1, top - head);
  context.stroke();
  if (arrow) tip(context, x1, top, 0, 1, head);
}

/** A straight link from rim to rim; with a head each direction keeps to its own side. */
export function straightPath(context, from, to, { r, boxed }, arrow) {
  if (from === to) { loop(context, from, r, arrow); return; }
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const ux = (to.x - from.x) / length, uy = (to.y - from.y) / length, side = arrow ? 4 : 0;
  const rim = (place) => (boxed ? Math.min(place.half / Math.max(Math.abs(ux), 1e-6), r / Math.max(Math.abs(uy), 1e-6)) : r) + 1;
  const head = arrow ? Math.min(5 + 1.3 * context.lineWidth, length / 2) : 0;
  const x0 = from.x + ux * rim(from) - uy * side, y0 = from.y + uy * rim(from) + ux * side;
  const x1 = to.x - ux * rim(to) - uy * side, y1 = to.y - uy * rim(to) + ux * side;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1 - ux * head, y1 - uy * head);
  context.stroke();
  if (arrow) tip(context, x1, y1, ux, uy, head);
}

/** A plain bond: straight, or hanging below where a node lies on its way, the further the lower. */
export function bondPath(context, from, to, { theme, r, places }) {
  const [left, right] = [from.x, to.x].sort((a, b) => a - b), level = (place) => Math.abs(place.y - from.y) < 1;
  const hangs = level(to) && places.some((place) => level(place) && place.x > left + 1 && place.x < right - 1);
  const y = hangs ? from.y + r : from.y, low = y + 6 + 0.16 * (right - left);
  context.strokeStyle = theme.muted;
  context.lineWidth = 1.4;
  context.beginPath();
  context.moveTo(from.x, y);
  if (hangs) context.quadraticCurveTo((left + right) / 2, low, to.x, y);
  else context.lineTo(to.x, to.y);
  context.stroke();
}

/** From a node to itself: above it, or below where it lies at the upper edge. */
function loop(context, { x, y, half }, r, arrow) {
  const up = y - r - 28 > 0 ? -1 : 1, edge = y + up * (r + 1), dx = Math.min(half, 9);
  const head = arrow ? 4 + context.lineWidth : 0;
  context.beginPath();
  context.moveTo(x - dx, edge);
  context.bezierCurveTo(x - dx - 9, edge + up * 32, x + dx + 9, edge + up * 32, x + dx, edge + up * head);
  context.stroke();
  if (arrow) tip(context, x + dx, edge, 0, -up, head);
}

/** The head of an arrow that ends at (x, y) in direction (ux, uy). */
export function tip(context, x, y, ux, uy, head) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - ux * head - uy * head * 0.6, y - uy * head + ux * head * 0.6);
  context.lineTo(x - ux * head + uy * head * 0.6, y - uy * head - ux * head * 0.6);
  context.fill();
}
