// A Plotly plot with true axes, hover and zoom, between two canvases that repaint at 60 frames/s.

import { keepTicks, logTicks } from "./logticks.js";
import { CATEGORIES, themeOf } from "./theme.js";
import { names, room, titleSizes } from "./titles.js";

let loading = null;

/** plotly.js, loaded once, from the installed plotly package. */
export function plotly() {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../plotlyjs/plotly.min.js", import.meta.url).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("plotly.js could not be loaded"));
    document.head.appendChild(script);
  });
  return loading;
}

const scaled = (numbers, by) => Object.fromEntries(
  Object.entries(numbers).map(([key, value]) => [key, Math.round(value * by)]));

/** Where a layout sets the size of some text itself: ["legend.font.size", 12], ... */
function sizes(part, path = "", found = []) {
  for (const [key, value] of Object.entries(part || {})) {
    const here = path + (Array.isArray(part) ? `[${key}]` : (path && ".") + key);
    if (key === "size" && /font$/.test(path)) found.push([here, value]);
    else if (value && typeof value === "object") sizes(value, here, found);
  }
  return found;
}

const first = new WeakMap(); // trace -> size of its text before Plotly wrote into it

function textSize(trace) {
  if (trace && !first.has(trace)) first.set(trace, trace.textfont?.size);
  return first.get(trace);
}

const CONFIG = {
  displaylogo: false, showSendToCloud: false, plotlyServerURL: "", // a figure never leaves the machine
  responsive: false, scrollZoom: false, doubleClick: "reset",
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
  toImageButtonOptions: { scale: 2 },
};

export class Axes {
  /** `onView` is called whenever zoom, size or theme changed and the canvases must repaint. */
  constructor(host, spec, onView) {
    this.host = host;
    this.spec = spec;
    this.onView = onView;
    this.div = layer("div", "plot");
    host.append(this.div);
    this.ready = false;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
  }

  /** `handed` (trace, index) is what Plotly gets of a trace. */
  async mount(handed = (trace) => trace) {
    this.Plotly = await plotly();
    this.theme = themeOf(this.host);
    const figure = this.spec.figure;
    await this.Plotly.newPlot(this.div, figure.data.map(handed), this.layout(figure.layout), CONFIG);
    if (this.gone) return;
    this.ready = true;
    if (this.theme.scale !== 1) this.retheme();
    this.fit();
    this.div.on("plotly_afterplot", () => {
      const ticks = logTicks(this.div.layout, this.div._fullLayout, this.spec.figure.layout);
      if (ticks) this.Plotly.relayout(this.div, ticks); // which comes here again
      else this.onView();
    });
    this.div.on("plotly_relayouting", () => this.onView());
    this.onView();
  }

  /** The page's layout in the theme's colors. */
  layout(given) {
    const { theme } = this;
    const axis = { gridcolor: theme.grid, zerolinecolor: theme.line, linecolor: theme.line,
      tickcolor: theme.line, ...room(theme) };
    const out = {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: theme.text, family: theme.font, size: 13 * theme.scale }, hovermode: "closest",
      hoverlabel: { bgcolor: theme.panel, bordercolor: theme.line, font: { color: theme.text } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: theme.muted, activecolor: theme.primary },
      colorway: CATEGORIES,
      ...structuredClone(given), // Plotly writes into it: what the page gave stays as it is
      showlegend: false, // legend.js draws it
      margin: scaled({ l: 54, r: 10, t: 10, b: 46, ...given.margin }, theme.scale),
      width: Math.max(60, this.host.clientWidth), height: Math.max(60, this.host.clientHeight),
    };
    for (const key of Object.keys({ xaxis: 0, yaxis: 0, ...given }))
      if (/^[xy]axis\d*$/.test(key)) out[key] = { ...axis, ...(out[key] || {}) };
    for (const key of Object.keys(given)) {
      if (!/^scene\d*$/.test(key)) continue;
      const scene = out[key];
      for (const name of ["xaxis", "yaxis", "zaxis"])
        scene[name] = { gridcolor: theme.grid, color: theme.text, backgroundcolor: "rgba(0,0,0,0)",
          zerolinecolor: theme.line, ...(scene[name] || {}) };
      out[key] = scene;
    }
    keepTicks(out, this.div.layout, given);
    return out;
  }

  resize() {
    if (!this.ready || !this.host.clientWidth) return;
    this.Plotly.relayout(this.div, {
      width: this.host.clientWidth, height: Math.max(60, this.host.clientHeight) });
    this.fit();
    this.onView();
  }

  retheme() {
    if (!this.ready) return;
    this.theme = themeOf(this.host);
    const { layout } = this.div;
    const colors = this.layout(this.spec.figure.layout);
    const { scale } = this.theme; // while presenting no text is smaller than 18 pixels
    const given = sizes(this.spec.figure.layout).map(
      ([path, size]) => [path, scale === 1 ? size : Math.max(18, size * scale)]);
    const change = { ...Object.fromEntries(given), ...titleSizes(colors, this.host, this.theme), ...names(this),
      font: colors.font, margin: colors.margin, hoverlabel: colors.hoverlabel, modebar: colors.modebar };
    for (const key of Object.keys(colors))
      if (/^[xy]axis\d*$/.test(key) && layout[key])
        for (const part of ["gridcolor", "zerolinecolor", "linecolor", "tickcolor", "automargin", "autotickangles"])
          change[`${key}.${part}`] = colors[key][part];
    this.Plotly.relayout(this.div, change);
    this.div.data.forEach((trace, i) => { // text on a heat map, say
      const size = textSize(this.spec.figure.data[i]);
      const wanted = scale === 1 ? size : Math.max(18, size * scale);
      if (size && trace.textfont.size !== wanted)
        this.Plotly.restyle(this.div, { "textfont.size": wanted }, [i]);
    });
  }

  // Canvases are made when first used: every layer costs time in each frame, used or not.
  get under() {
    if (!this.lower) {
      this.lower = layer("canvas", "under");
      this.div.before(this.lower);
      this.fit();
    }
    return this.lower;
  }

  get over() {
    if (!this.upper) {
      this.upper = layer("canvas", "over");
      this.div.after(this.upper);
      this.fit();
    }
    return this.upper;
  }

  /** Canvases as sharp as the screen. */
  fit() {
    const scale = window.devicePixelRatio || 1;
    for (const canvas of [this.lower, this.upper]) {
      if (!canvas) continue;
      const width = Math.round(this.host.clientWidth * scale);
      const height = Math.round(this.host.clientHeight * scale);
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    }
    this.scale = scale;
  }

  /** An axis by its short name ("x", "y2"). */
  axis(name = "x") {
    return this.div._fullLayout[`${name[0]}axis${name.slice(1)}`];
  }

  /** Pixel of a data coordinate on an axis, from the host's left or top. */
  px(value, axis) {
    return axis._offset + axis.d2p(value);
  }

  /** Data coordinates of a pointer event on the first pair of axes, or null outside. */
  where(event) {
    const box = this.host.getBoundingClientRect();
    const x = this.axis("x"), y = this.axis("y");
    const px = event.clientX - box.left - x._offset, py = event.clientY - box.top - y._offset;
    if (px < 0 || py < 0 || px > x._length || py > y._length) return null;
    return { x: x.p2d(px), y: y.p2d(py) };
  }

  /** Pixels of n data coordinates on an axis, into `out`; null and NaN stay NaN. */
  pixels(values, name, n, out) {
    const axis = this.axis(name), linear = axis.type === "linear" || axis.type === "-";
    const start = linear ? this.px(0, axis) : 0, slope = linear ? axis._m : 0;
    for (let i = 0; i < n; i++) {
      const value = values[i];
      out[i] = value === null ? NaN : linear ? start + slope * value : this.px(value, axis);
    }
  }

  /** The box of a pair of axes ({xaxis, yaxis}, as a trace has them): left, top, right, bottom. */
  box({ xaxis, yaxis }) {
    const x = this.axis(xaxis), y = this.axis(yaxis || "y");
    return [x._offset, y._offset, x._offset + x._length, y._offset + y._length];
  }

  /** A cleared 2-D context of a canvas. */
  clear(canvas) {
    const context = canvas.getContext("2d");
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    return context;
  }

  /** Draw where nothing leaves the box of a pair of axes. */
  inside(context, pair, draw) {
    const [left, top, right, bottom] = this.box(pair);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    draw();
    context.restore();
  }

  /** A cleared 2-D context of a canvas, clipped to the first pair of axes until it is restored. */
  context(canvas) {
    const context = this.clear(canvas), [left, top, right, bottom] = this.box({});
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    return context;
  }

  unmount() {
    this.gone = true;
    this.observer.disconnect();
    if (this.ready) this.Plotly.purge(this.div);
  }
}

function layer(tag, name) {
  const element = document.createElement(tag);
  element.className = `ip-layer ip-${name}`;
  element.setAttribute("aria-hidden", "true");
  return element;
}
