// Panel `raster`: tracks painted as images under a transparent Plotly plot with true axes.
//
// A tile is {track, index, x: [left, right], y: [low, high], low, high, colors, smooth, levels,
// origin}: decision maps, images, kernels, attention heads. `index` picks one image of a track of
// shape (..., H, W); while `instead`, such as {track, index: "focus:neuron"}, has an image, that one
// is shown. `origin` "lower" (default) means row 0 lies at the low end of y.

import { Plot } from "./plot.js";
import { colors } from "./theme.js";

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

export class Raster extends Plot {
  constructor(host, spec, player) {
    super(host, spec, player);
    this.canvases = [];
  }

  paints() {
    return true;
  }

  paintUnder(context) {
    this.spec.tiles.forEach((tile, k) => {
      this.canvases[k] ||= document.createElement("canvas");
      this.paintTile(context, tile, this.canvases[k]);
    });
  }

  paintTile(context, tile, canvas) {
    const { focus } = this.player, other = tile.instead && { ...tile, ...tile.instead };
    const instead = other && focus.read(other, this.frame, 2);
    const found = instead || focus.read(tile, this.frame, 2), source = instead ? other : tile;
    if (!found) return;
    const [height, width] = found.shape;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const table = colors(tile.colors || "diverging", this.axes.theme);
    paintImage(canvas, found.values, source, table);
    const x = this.axes.axis("x"), y = this.axes.axis("y");
    const left = this.axes.px(tile.x[0], x), right = this.axes.px(tile.x[1], x);
    const bottom = this.axes.px(tile.y[0], y), top = this.axes.px(tile.y[1], y);
    context.imageSmoothingEnabled = tile.smooth ?? true;
    context.save();
    if ((tile.origin || "lower") === "lower") {
      context.translate(0, top + bottom);
      context.scale(1, -1);
    }
    context.drawImage(canvas, left, top, right - left, bottom - top);
    context.restore();
  }
}
