// A drawing of a molecule and its edits, without any screen: each edit returns what it touched.
//
// {atoms: [{id, symbol, x, y, charge, h}], bonds: [{a, b, order, aromatic}]}; a and b are atoms. The
// unit of length is one bond, y points up.

const VALENCE = { H: 1, C: 4, N: 3, O: 2, F: 1, B: 3, Si: 4, P: 3, S: 2, Cl: 1, Br: 1, I: 1 };
let last = 0;

export const atom = (symbol, x, y, charge = 0) => ({ id: ++last, symbol, x, y, charge });

/** A drawing from the page's plain lists. */
export function fromPicture({ atoms, bonds }) {
  const made = atoms.map(([symbol, x, y, charge]) => atom(symbol, x, y, charge));
  return { atoms: made, bonds: bonds.map(([i, j, order, aromatic]) =>
    ({ a: made[i], b: made[j], order, aromatic: Boolean(aromatic) })) };
}

/** Plain lists for the page; bonds name their atoms by position. */
export function toPlain({ atoms, bonds }) {
  const at = new Map(atoms.map((one, i) => [one, i]));
  const round = (v) => Math.round(v * 1e4) / 1e4;
  return { atoms: atoms.map((one) => [one.symbol, round(one.x), round(one.y), one.charge]),
    bonds: bonds.map(({ a, b, order }) => [at.get(a), at.get(b), order]) };
}

/** A copy that shares nothing, with the same ids, for undo. */
export function copy({ atoms, bonds }) {
  const twin = new Map(atoms.map((one) => [one, { ...one }]));
  return { atoms: [...twin.values()],
    bonds: bonds.map((bond) => ({ ...bond, a: twin.get(bond.a), b: twin.get(bond.b) })) };
}

export const bondBetween = (drawing, a, b) =>
  drawing.bonds.find((bond) => (bond.a === a && bond.b === b) || (bond.a === b && bond.b === a));

export const bondsOf = (drawing, one) =>
  drawing.bonds.filter((bond) => bond.a === one || bond.b === one);

export const neighbors = (drawing, one) =>
  bondsOf(drawing, one).map((bond) => (bond.a === one ? bond.b : bond.a));

/** Implicit hydrogen by the usual valence, charge counted; the page's RDKit has the last word. */
export function hydrogens(drawing, one) {
  const most = VALENCE[one.symbol];
  if (most === undefined) return 0;
  const charged = most === 4 ? most - Math.abs(one.charge) : most + one.charge;
  const used = bondsOf(drawing, one).reduce((sum, bond) => sum + bond.order, 0);
  return one.symbol === "H" ? 0 : Math.max(0, charged - used);
}

export function addBond(drawing, a, b, order = 1) {
  const bond = { a, b, order, aromatic: false };
  drawing.bonds.push(bond);
  return bond;
}

/** 1, 2, 3 and again; aromatic marks are the page's to give anew. */
export function cycle(bond) {
  bond.order = (bond.order % 3) + 1;
  bond.aromatic = false;
}

export function removeAtom(drawing, one) {
  drawing.atoms = drawing.atoms.filter((other) => other !== one);
  drawing.bonds = drawing.bonds.filter((bond) => bond.a !== one && bond.b !== one);
}

export function removeBond(drawing, bond) {
  drawing.bonds = drawing.bonds.filter((other) => other !== bond);
}

const TURN = Math.PI / 6;

/** The direction in which a new bond has most room: a zigzag from a chain, a third at a corner. */
export function freeDirection(drawing, one) {
  const angles = neighbors(drawing, one).map((other) => Math.atan2(other.y - one.y, other.x - one.x));
  if (!angles.length) return TURN;
  let best = 0, most = -1;
  for (let k = 0; k < 12; k++) {
    const angle = angles[0] + (4 + k) * TURN; // 120 degrees first: that is how chains are drawn
    const room = Math.min(...angles.map((other) => Math.abs(wrap(angle - other))), (2 * Math.PI) / 3);
    if (room > most + 1e-6) [best, most] = [angle, room];
  }
  return best;
}

const wrap = (angle) => Math.atan2(Math.sin(angle), Math.cos(angle));

/** The nearest of 12 directions, and the end of a bond of length 1 that way. */
export function snapped(from, x, y) {
  const angle = Math.round(Math.atan2(y - from.y, x - from.x) / TURN) * TURN;
  return { x: from.x + Math.cos(angle), y: from.y + Math.sin(angle) };
}

/** The atom within `reach` of a place, or one is made there. */
export function atOrNew(drawing, symbol, x, y, reach = 0.35) {
  const near = drawing.atoms.find((one) => Math.hypot(one.x - x, one.y - y) < reach);
  if (near) return near;
  const made = atom(symbol, x, y);
  drawing.atoms.push(made);
  return made;
}

export function grow(drawing, from, symbol, x = null, y = null) {
  const angle = freeDirection(drawing, from);
  const place = x === null ? { x: from.x + Math.cos(angle), y: from.y + Math.sin(angle) } : { x, y };
  const to = atOrNew(drawing, symbol, place.x, place.y);
  if (to !== from && !bondBetween(drawing, from, to)) addBond(drawing, from, to);
  return to;
}

/** A zigzag of `count` carbon atoms from an atom towards a place. */
export function chain(drawing, from, x, y, count) {
  const toward = Math.atan2(y - from.y, x - from.x);
  let at = from;
  for (let k = 0; k < count; k++) {
    const angle = toward + (k % 2 ? -1 : 1) * TURN;
    at = grow(drawing, at, "C", at.x + Math.cos(angle), at.y + Math.sin(angle));
  }
  return at;
}

/** A ring of `size` atoms: free at a place, on an atom, or fused to a bond; `aromatic` is benzene. */
export function ring(drawing, size, aromatic, place) {
  const radius = 0.5 / Math.sin(Math.PI / size);
  const corners = place.bond ? besideBond(drawing, place.bond, size, radius)
    : around(place.atom ? centerFrom(drawing, place.atom, radius) : { ...place, start: Math.PI / 2 },
      size, radius);
  const atoms = corners.map(({ x, y }) => atOrNew(drawing, "C", x, y));
  atoms.forEach((one, k) => {
    const next = atoms[(k + 1) % size];
    const bond = one === next ? null : bondBetween(drawing, one, next) || addBond(drawing, one, next);
    // Each double bond only where both ends are free of one: so fused rings stay Kekulé structures.
    const free = (end) => !bondsOf(drawing, end).some((other) => other.order > 1);
    if (bond && aromatic && free(one) && free(next)) bond.order = 2;
  });
  return atoms;
}

function around({ x, y, start }, size, radius) {
  return Array.from({ length: size }, (_, k) => ({ x: x + radius * Math.cos(start + (2 * Math.PI * k) / size),
    y: y + radius * Math.sin(start + (2 * Math.PI * k) / size) }));
}

function centerFrom(drawing, one, radius) {
  const angle = freeDirection(drawing, one);
  return { x: one.x + radius * Math.cos(angle), y: one.y + radius * Math.sin(angle), start: angle + Math.PI };
}

function besideBond(drawing, { a, b }, size, radius) {
  const mid = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const normal = { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
  const side = (one) => (one.x - mid.x) * normal.x + (one.y - mid.y) * normal.y;
  const taken = [...neighbors(drawing, a), ...neighbors(drawing, b)]
    .reduce((sum, one) => sum + side(one), 0);
  const sign = taken > 0 ? -1 : 1; // on the emptier side of the bond
  const height = radius * Math.cos(Math.PI / size) * sign;
  const center = { x: mid.x + normal.x * height, y: mid.y + normal.y * height };
  return around({ ...center, start: Math.atan2(a.y - center.y, a.x - center.x) }, size, radius);
}
