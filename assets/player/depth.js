// Points in three dimensions, three numbers a point: where they lie, and which are in front.

/** Middle of the box around the points, and the radius of a ball around it that holds them all. */
export function bounds(p) {
  const low = [1e9, 1e9, 1e9], high = [-1e9, -1e9, -1e9];
  for (let i = 0; i < p.length; i++) {
    low[i % 3] = Math.min(low[i % 3], p[i]);
    high[i % 3] = Math.max(high[i % 3], p[i]);
  }
  const center = low.map((v, k) => (v + high[k]) / 2);
  let radius = 1e-9;
  for (let i = 0; i + 2 < p.length; i += 3)
    radius = Math.max(radius, Math.hypot(p[i] - center[0], p[i + 1] - center[1], p[i + 2] - center[2]));
  return { center, radius };
}

/** Indices by depth (-1 to 1), far ones first: in 256 layers, which sorts faster than comparing. */
export function farFirst(pz) {
  const layer = (i) => Math.max(0, Math.min(255, Math.floor(128 * (pz[i] + 1))));
  const starts = new Uint32Array(257), order = new Uint32Array(pz.length);
  for (let i = 0; i < pz.length; i++) starts[layer(i) + 1]++;
  for (let k = 0; k < 256; k++) starts[k + 1] += starts[k];
  for (let i = 0; i < pz.length; i++) order[starts[layer(i)]++] = i;
  return order;
}
