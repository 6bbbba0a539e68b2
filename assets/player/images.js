// Images in place of points: thumbnails of digits in a scatter of codes, kernels, glyphs.
//
// A bind {attribute: "images", track or data, shape: [n, H, W], size, colors}: uint8 images of a track
// at the present frame, or constant ones as base64. All lie in one sheet, point i takes cell i;
// a clear pixel lies between cells, so that none shows its neighbor's edge.

import { tintsOf } from "./markers.js";
import { colors } from "./theme.js";

const sheets = new WeakMap(); // bind -> {canvas, image, key}

/** Draw image i centered at (px[i], py[i]), `size` CSS pixels wide; NaN leaves it out. */
export function images(context, axes, trace, n, px, py, bound, bind, color) {
  const [count, height, width] = bind.shape;
  const across = Math.ceil(Math.sqrt(count));
  const sheet = sheetOf(bind, across * (width + 1), Math.ceil(count / across) * (height + 1));
  const tints = bind.colors === "ink"
    && tintsOf(count, trace.marker || {}, bound["marker.color"], color, axes.theme);
  const key = `${bind.track ? bound.mark : ""} ${axes.theme.dark}`;
  const filled = sheet.key === key && (!tints || sheet.tints.every((tint, i) => tint === tints[i]));
  if (!filled) {
    fill(sheet, bind.track ? bound.images : sheet.data, across, bind, tints, axes.theme);
    Object.assign(sheet, { key, tints: tints && tints.slice(0, count) });
  }
  const w = (bind.size ?? 18) * axes.theme.scale, h = (w * height) / width;
  context.imageSmoothingEnabled = bind.smooth ?? true;
  // `pick` "focus:NAME" is one image, the one that is looked at, in place of the first point.
  const picked = bind.pick && bound.focus.of(bind.pick), points = bind.pick ? 1 : Math.min(n, count);
  for (let i = 0; i < points && picked !== null; i++) {
    const k = picked ?? i;
    if (px[i] === px[i] && py[i] === py[i] && k < count)
      context.drawImage(sheet.canvas, (k % across) * (width + 1), Math.floor(k / across) * (height + 1), width, height,
        px[i] - w / 2, py[i] - h / 2, w, h);
  }
}

function sheetOf(bind, width, height) {
  if (!sheets.has(bind)) {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const image = canvas.getContext("2d").createImageData(width, height);
    const data = bind.data && Uint8Array.from(atob(bind.data), (c) => c.charCodeAt(0));
    sheets.set(bind, { canvas, image, data });
  }
  return sheets.get(bind);
}

/** The pixels of all images; "ink" has each in the color of its point, as opaque as its values say. */
function fill({ canvas, image }, values, across, bind, tints, theme) {
  const [count, height, width] = bind.shape, size = height * width;
  const pixels = new Uint32Array(image.data.buffer);
  const table = tints ? null : new Uint32Array(colors(bind.colors || "gray", theme).buffer);
  for (let i = 0; i < count; i++) {
    const corner = Math.floor(i / across) * (height + 1) * canvas.width + (i % across) * (width + 1);
    for (let k = 0; k < size; k++) {
      const value = values[i * size + k], at = corner + Math.floor(k / width) * canvas.width + (k % width);
      pixels[at] = table ? table[value] : (value << 24) | (tints[i] & 0xffffff);
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}
