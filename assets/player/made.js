// Tracks that a focus makes: while it looks at cell i of a tile, they are read from other tracks, here
// and now, instead of from the film. See core.stage.made; `of` are the tracks that they are made of.

/** From {track, how, of, across, step, apart, scale}, cell i, the film's shape, and a reader of tracks. */
export function make(spec, i, shape, read) {
  return MAKERS[spec.how](spec, place(spec, i), shape, spec.of.map(read));
}

/** Row and column of cell i of a grid that is `across` wide. */
const place = ({ across = 1 }, i) => [Math.floor(i / across), i % across];

const size = (shape) => shape.reduce((a, b) => a * b, 1);

const MAKERS = {
  place: (spec, at) => Float32Array.from(at),

  /** Rows `step` i + `apart` a and columns alike of each image: one window below the other. */
  window({ step = 1, apart = 1, scale = 1 }, [row, column], shape, [image]) {
    const [rows, columns] = image.shape.slice(-2), k = shape[shape.length - 1];
    const found = new Float32Array(size(shape));
    for (let n = 0; n < found.length; n++) {
      const channel = Math.floor(n / (k * k)), a = Math.floor(n / k) % k, b = n % k;
      const y = step * row + apart * a, x = step * column + apart * b;
      found[n] = scale * image.values[(channel * rows + y) * columns + x];
    }
    return found;
  },

  product: (spec, at, shape, [one, other]) => Float32Array.from(one.values, (v, n) => v * other.values[n]),

  /** Sums over equal parts, one for each entry of the film's track. */
  total(spec, at, shape, [one]) {
    const found = new Float32Array(size(shape)), part = one.values.length / found.length;
    one.values.forEach((v, n) => { found[Math.floor(n / part)] += v; });
    return found;
  },

  /** Outline of the square that begins at `step` i + `shift`, `wide` on a side: x and y of its corners. */
  box({ step = 1, shift = 0, wide = 1 }, [row, column]) {
    const y = step * row + shift, x = step * column + shift;
    return Float32Array.from([x, y, x + wide, y, x + wide, y + wide, x, y + wide, x, y]);
  },
};
