// A matrix of numbers as the pixels of a canvas.

const images = new WeakMap(); // canvas -> its pixels, made once

/** Paint one image (H x W values) into a canvas of that size; the canvas is reused. */
export function paintImage(canvas, values, { low, high, levels }, table) {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  let image = images.get(canvas);
  if (!image || image.width !== width || image.height !== height)
    images.set(canvas, image = context.createImageData(width, height));
  const pixels = new Uint32Array(image.data.buffer);
  const palette = new Uint32Array(table.buffer);
  const bytes = values instanceof Uint8Array && low == null;
  const scale = bytes ? 1 : 255 / (high - low), shift = bytes ? 0 : low;
  for (let i = 0; i < pixels.length; i++) {
    let at = (values[i] - shift) * scale;
    at = at > 0 ? (at < 255 ? at : 255) : 0; // NaN is 0, as in core.film.to_bytes
    if (levels) at = (Math.min(levels - 1, Math.floor((at / 256) * levels)) / (levels - 1)) * 255;
    pixels[i] = palette[Math.round(at)];
  }
  context.putImageData(image, 0, 0);
}

/** Paint bytes of red, green and blue, one image after the other, into a canvas of their size. */
export function paintColors(canvas, values) {
  const { width, height } = canvas, context = canvas.getContext("2d"), n = width * height;
  const image = context.createImageData(width, height);
  for (let i = 0; i < n; i++)
    image.data.set([values[i], values[n + i], values[2 * n + i], 255], 4 * i);
  context.putImageData(image, 0, 0);
}
