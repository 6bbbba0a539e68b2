// Numbers in the cells of an image, where there is room for them.

import { readable } from "./along.js";
import { format } from "./readouts.js";
import { colorOf } from "./theme.js";

const WIDE = 26, HIGH = 15; // pixels of a cell in which a number is read

/** A cell has no room for 8.2e-4: what two digits do not show is 0 in them. */
const near = (value, kind) => (kind.endsWith("f") && Math.abs(value) < 0.5 * 10 ** -Number(kind[1]) ? 0 : value);

/** The number with as many digits as there is room for; the last resort is .004 instead of 0.004. */
function fitting(context, value, kind, room) {
  if (kind === "d") return format(value, kind);
  for (let digits = Number(kind[1]); ; digits--) {
    const fewer = `.${digits}${kind.slice(2)}`, text = format(near(value, fewer), fewer).replace("-", "−");
    if (context.measureText(text).width <= room) return text;
    if (digits <= 1) return text.replace("0.", ".");
  }
}

/** Write the values of `tile` over the box [left, top, width, height] that it covers. */
export function paintNumbers(context, { values, shape }, tile, [left, top, width, height], theme) {
  const [rows, columns] = shape, w = width / columns, h = height / rows;
  if (Math.min(w / WIDE, h / HIGH) < 1) return;
  const font = Math.min(15 * theme.scale, 0.34 * w, 0.62 * h);
  context.font = `${font}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let n = 0; n < rows * columns; n++) {
    const row = Math.floor(n / columns), down = (tile.origin || "lower") === "lower" ? rows - 1 - row : row;
    context.fillStyle = readable(colorOf(values[n], tile.low, tile.high, tile.colors || "diverging", theme));
    context.fillText(fitting(context, values[n], tile.numbers, 0.94 * w), left + w * ((n % columns) + 0.5), top + h * (down + 0.5));
  }
}
