// Panel `raster`: tracks painted as images under a transparent Plotly plot with true axes.
//
// A tile is {track, index, x: [left, right], y: [low, high], xaxis, yaxis, low, high, colors, smooth,
// levels, origin}: decision maps, images, kernels, attention heads. `index` picks one image of a track
// of shape (..., H, W); while `instead`, such as {track, index: "focus:neuron"}, has an image, that one
// is shown. With colors "rgb" it is one picture of a track (3, H, W) of bytes; `numbers` is the format of
// what is written into the cells. `origin` "lower" (default) means row 0 lies at the low end of y.
// Only what lies inside the polygon of the track `clip` is shown. With `over` "steps" it is one row of
// numbers a frame, drawn over all frames (overtime.js). `switches`, one a tile, stand in switches.js.

import { paintColors, paintImage } from "./bitmap.js";
import { paintNumbers } from "./numbers.js";
import { overSteps, span, twin, twinBinds } from "./overtime.js";
import { Plot } from "./plot.js";
import { Switches } from "./switches.js";
import { colors } from "./theme.js";

export { paintImage };

export class Raster extends Plot {
  constructor(host, spec, player) {
    super(host, spec, player);
    this.switches = spec.switches ? new Switches(this) : null;
  }

  bind() {
    const { spec } = this, { data } = spec.figure;
    this.held = new Map(); // tile -> its canvas
    for (const tile of this.over) {
      spec.binds = [...spec.binds, ...twinBinds(data.length, tile)];
      data.push(twin(tile));
    }
    super.bind();
  }

  /** Tiles that grow with the film. */
  get over() {
    return this.spec.tiles.filter((tile) => tile.over);
  }

  draw(frame, onward) {
    super.draw(frame, onward);
    this.switches?.place();
  }

  respec(spec) {
    super.respec(spec);
    this.switches?.set();
  }

  paints() {
    return true;
  }

  *growing() {
    yield* super.growing();
    for (const tile of this.over) yield { pair: tile };
  }

  /** Axes that show all steps of the film where the figure gives them no range. */
  spans() {
    const found = {};
    for (const { xaxis = "x" } of this.over)
      if (!this.spec.figure.layout[`xaxis${xaxis.slice(1)}`]?.range) found[xaxis] = span(this.player.film);
    return found;
  }

  paintUnder(context) {
    for (const tile of this.spec.tiles) {
      if (!this.held.has(tile)) this.held.set(tile, {});
      const held = this.held.get(tile);
      this.axes.inside(context, tile, () => {
        if (tile.over) overSteps(context, this.axes, tile, this.player.film, held);
        else if (!tile.clip || this.clipped(context, tile)) this.paintTile(context, tile, held);
      });
    }
  }

  /** Paint only inside a polygon from here on; false where it has no area. */
  clipped(context, { clip, xaxis = "x", yaxis = "y" }) {
    const corners = this.player.film.at(clip, this.frame) || [];
    context.beginPath();
    for (let i = 0; i < corners.length; i += 2)
      context.lineTo(this.axes.px(corners[i], this.axes.axis(xaxis)), this.axes.px(corners[i + 1], this.axes.axis(yaxis)));
    context.clip();
    return corners.length > 4;
  }

  paintTile(context, tile, held) {
    const { focus } = this.player, other = tile.instead && { ...tile, ...tile.instead };
    const instead = other && focus.read(other, this.frame, 2), rgb = tile.colors === "rgb";
    const found = instead || focus.read(tile, this.frame, rgb ? 3 : 2), source = instead ? other : tile;
    if (!found) return;
    const canvas = (held.canvas ||= document.createElement("canvas"));
    const [height, width] = found.shape.slice(-2);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    if (rgb) paintColors(canvas, found.values);
    else paintImage(canvas, found.values, source, colors(tile.colors || "diverging", this.axes.theme));
    const x = this.axes.axis(tile.xaxis), y = this.axes.axis(tile.yaxis || "y");
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
    if (tile.numbers) paintNumbers(context, found, source, [left, top, right - left, bottom - top], this.axes.theme);
  }
}
