// How a molecule is painted on a canvas: atoms, bonds, charges, hydrogen, and what is marked.

import { hydrogens, neighbors } from "./drawing.js";

const DISC = 0.3; // radius of an atom's disc in bond lengths
const ELEMENTS = { N: ["#1f5fd0", "#7fb0ff"], O: ["#c8261d", "#ff8a80"], F: ["#1d8a34", "#7ddf8d"],
  S: ["#8a6d00", "#e8cf5a"], P: ["#b35900", "#ffb066"], Cl: ["#1d8a34", "#7ddf8d"], Br: ["#8c2f14", "#e79a80"],
  I: ["#6b1f8c", "#cf9ae8"], B: ["#a05a3c", "#e0a888"] };

export const elementColor = (symbol, theme) =>
  (ELEMENTS[symbol] ? ELEMENTS[symbol][theme.dark ? 1 : 0] : theme.text);

/** Pixels of a bond length at most and at least, and the margin around a molecule. */
const LONGEST = 76, SHORTEST = 10, MARGIN = 52;

/** {scale, x, y} that shows all atoms in a box, in pixels; `larger` is that of the text. */
export function fitted(atoms, width, height, larger = 1) {
  const longest = LONGEST * larger, margin = MARGIN * larger;
  if (!atoms.length) return { scale: longest * 0.8, x: width / 2, y: height / 2 };
  const xs = atoms.map((one) => one.x), ys = atoms.map((one) => one.y);
  const w = Math.max(...xs) - Math.min(...xs), h = Math.max(...ys) - Math.min(...ys);
  const fit = Math.min((width - 2 * margin) / Math.max(w, 0.01), (height - 2 * margin) / Math.max(h, 0.01));
  const scale = Math.max(SHORTEST, Math.min(longest, fit));
  return { scale, x: width / 2 - (scale * (Math.max(...xs) + Math.min(...xs))) / 2,
    y: height / 2 + (scale * (Math.max(...ys) + Math.min(...ys))) / 2 };
}

/** Pixels of a place in a drawing. */
export const px = (view, { x, y }) => [view.x + view.scale * x, view.y - view.scale * y];

/** Place in a drawing of pixels. */
export const place = (view, px_, py_) => ({ x: (px_ - view.x) / view.scale, y: (view.y - py_) / view.scale });

export const radius = (view) => Math.max(7, DISC * view.scale);

/** All bonds; `look(bond)` may give {color, width}. */
export function paintBonds(context, drawing, view, theme, look) {
  for (const bond of drawing.bonds) paintBond(context, drawing, bond, view, theme, look(bond) || {});
}

function paintBond(context, drawing, bond, view, theme, { color, width }) {
  const [x0, y0] = px(view, bond.a), [x1, y1] = px(view, bond.b);
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const nx = -(y1 - y0) / length, ny = (x1 - x0) / length;
  const gap = Math.min(0.14 * view.scale, 9), side = innerSide(drawing, bond, nx, ny);
  context.strokeStyle = color || theme.text;
  context.lineWidth = width || Math.max(1.4, view.scale / 28);
  context.lineCap = "round";
  const stroke = (shift, inset = 0, dash = []) => {
    const ix = ((x1 - x0) / length) * inset, iy = ((y1 - y0) / length) * inset;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x0 + nx * shift + ix, y0 + ny * shift + iy);
    context.lineTo(x1 + nx * shift - ix, y1 + ny * shift - iy);
    context.stroke();
    context.setLineDash([]);
  };
  const inset = 0.16 * view.scale;
  if (bond.aromatic) { stroke(0); stroke(side * gap, inset, [4, 4]); }
  else if (bond.order === 1) stroke(0);
  else if (bond.order === 3) { stroke(0); stroke(gap); stroke(-gap); }
  else if (side) { stroke(0); stroke(side * gap, inset); }
  else { stroke(gap / 2); stroke(-gap / 2); }
}

/** +1 or -1: on which side of a double bond the ring or the substituents lie; 0 for neither. */
function innerSide(drawing, { a, b }, nx, ny) {
  let sum = 0;
  for (const [end, other] of [[a, b], [b, a]])
    for (const one of neighbors(drawing, end))
      if (one !== other) sum += Math.sign((one.x - end.x) * nx - (one.y - end.y) * ny);
  if (Math.min(neighbors(drawing, a).length, neighbors(drawing, b).length) === 1) return 0;
  return Math.sign(sum);
}

/** All atoms; `look(atom)` may give {fill, ink, ring, warn, halo, soft, rim, number}. */
export function paintAtoms(context, drawing, view, theme, look, letters) {
  for (const one of drawing.atoms) paintAtom(context, drawing, one, view, theme, look(one) || {}, letters);
}

function paintAtom(context, drawing, one, view, theme, { fill, ink, ring, warn, halo, soft, rim, number }, letters) {
  const [x, y] = px(view, one), r = radius(view), count = neighbors(drawing, one).length;
  const written = letters || fill || number || one.symbol !== "C" || one.charge || count === 0;
  if (halo && soft) {
    context.globalAlpha = 0.3;
    disc(context, x, y, r + 7 * halo, theme.primary);
    context.globalAlpha = 1;
  } else if (halo) disc(context, x, y, r + 2 + 5 * halo, null, theme.primary, 1 + 4 * halo);
  if (written) disc(context, x, y, fill ? r : 0.75 * r, fill || theme.background, fill ? theme.muted : null, 1);
  if (ring) disc(context, x, y, r + 3, null, theme.primary, 2.5);
  if (warn) disc(context, x, y, r + 3, null, "#d5404f", 2.5);
  if (written) label(context, drawing, one, x, y, r, ink || elementColor(one.symbol, theme), theme,
    fill && (rim ? 9 : 2), number);
}

function disc(context, x, y, r, fill, stroke, width) {
  context.beginPath();
  context.arc(x, y, r, 0, 2 * Math.PI);
  if (fill) { context.fillStyle = fill; context.fill(); }
  if (stroke) { context.strokeStyle = stroke; context.lineWidth = width; context.stroke(); }
}

/** The element's letters, hydrogen as H₂ on a free side, the charge above. */
/** `gap` is the room outside a filled disc, for a halo that may come and go; 0 without a disc. */
function label(context, drawing, one, x, y, r, color, theme, gap, number) {
  const size = Math.max(10, theme.least, Math.min(18 * theme.scale, 1.05 * r));
  const middle = number ? numbered(context, one, x, y, size, color, theme, number) : x;
  context.font = `600 ${size}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = color;
  context.fillText(one.symbol, middle, y + 0.5);
  const h = one.h ?? hydrogens(drawing, one);
  const half = context.measureText(one.symbol).width / 2;
  const outside = elementColor(one.symbol, theme); // what stands beside a filled disc
  if (h) hydrogen(context, drawing, one, h, x, y, gap ? r + gap : half + x - middle, size, outside, theme);
  if (!one.charge) return;
  const sign = one.charge > 0 ? "+" : "−", many = Math.abs(one.charge);
  context.font = `700 ${Math.max(theme.least, 0.8 * size)}px ${theme.font}`;
  context.fillStyle = outside;
  context.textAlign = "center";
  context.fillText((many > 1 ? many : "") + sign, x + (gap ? r : half) * 0.8 + 4, y - (gap ? r : 0.6 * size));
}

/** A small number to the right of the letter, which moves aside; returns where the letter goes. */
function numbered(context, one, x, y, size, color, theme, number) {
  context.font = `600 ${size}px ${theme.font}`;
  const letter = context.measureText(one.symbol).width;
  context.font = `600 ${Math.max(theme.least, 0.62 * size)}px ${theme.font}`;
  const shift = context.measureText(number).width / 2;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = color;
  context.fillText(number, x + letter / 2 - shift + 1, y + 0.28 * size);
  return x - shift;
}

const SIDES = [[1, 0], [-1, 0], [0, 1], [0, -1]]; // right, left, up, down

/** Of the four sides of an atom the first that lies clear of its bonds and of `taken`, else the clearest. */
export function freeSide(drawing, one, sides = SIDES, taken = []) {
  const bonds = neighbors(drawing, one).map((other) => {
    const length = Math.hypot(other.x - one.x, other.y - one.y) || 1;
    return [(other.x - one.x) / length, (other.y - one.y) / length];
  });
  const crowd = ([x, y]) => Math.max(-1, ...[...bonds, ...taken].map(([u, v]) => x * u + y * v));
  const crowds = sides.map(crowd);
  const clear = crowds.findIndex((value) => value < 0.6); // more than 53 degrees from the next bond
  return sides[clear >= 0 ? clear : crowds.indexOf(Math.min(...crowds))];
}

/** Where the hydrogens of an atom are written, or null where it has none. */
export const hydrogenSide = (drawing, one) =>
  (one.h ?? hydrogens(drawing, one) ? freeSide(drawing, one) : null);

function hydrogen(context, drawing, one, h, x, y, edge, size, color, theme) {
  const [dx, dy] = freeSide(drawing, one);
  context.font = `600 ${Math.max(theme.least, 0.85 * size)}px ${theme.font}`;
  context.fillStyle = color;
  const text = h > 1 ? `H${"₀₁₂₃₄"[h] || h}` : "H";
  context.textAlign = dx ? (dx < 0 ? "right" : "left") : "center";
  const at = [x + dx * (edge + 1), y + 0.5 - dy * (edge + 0.45 * size)];
  context.lineWidth = 3;
  context.strokeStyle = theme.background; // a rim, so that it stands out from a bond beneath
  context.strokeText(text, ...at);
  context.fillText(text, ...at);
}
