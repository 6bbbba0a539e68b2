// The legend of a plot: a row of buttons above the picture, one a trace or group of traces.
//
// Plotly's own legend lies on the data, or takes a margin that somebody has to reckon, and leaves out
// what we paint, since its twins are invisible. Where layout.showlegend is true, this one is shown.

import { CATEGORIES } from "./theme.js";

const SVG = "http://www.w3.org/2000/svg";
const DASHES = { dash: "6 3", dot: "1.5 3", dashdot: "6 2.5 1.5 2.5", longdash: "9 3" };
const CLEAR = /^(transparent|rgba\([^)]*,\s*0(\.0*)?\))$/;

export class Legend {
  /** `onToggle(shown, indices)` is called when the user switches the traces `indices` on or off. */
  constructor(host, memory, onToggle) {
    Object.assign(this, { memory, onToggle });
    this.row = document.createElement("div");
    this.row.className = "ip-legend";
    this.row.setAttribute("role", "group");
    host.before(this.row);
  }

  /** The entries of a figure, whose traces are shown or hidden as the user chose before. */
  set({ id, title, figure }) {
    const off = this.memory.get(`legend/${id}`) || new Map(); // entry -> shown
    this.memory.set(`legend/${id}`, off);
    const entries = figure.layout.showlegend ? entriesOf(figure.data) : [];
    this.row.hidden = !entries.length;
    this.row.setAttribute("aria-label", `Legend: ${title || "what is shown"}`);
    this.row.replaceChildren(...entries.map((entry) => this.button(entry, off)));
    const head = figure.layout.legend?.title?.text;
    if (head && entries.length) this.row.prepend(head);
  }

  button({ key, trace, index, members }, chosen) {
    const button = document.createElement("button");
    button.type = "button";
    button.innerHTML = marked(trace.name);
    button.prepend(swatch(trace, CATEGORIES[index % CATEGORIES.length], tints(trace, members)));
    const show = (shown) => {
      for (const { one } of members) one.visible = shown || "legendonly";
      button.setAttribute("aria-pressed", String(shown));
    };
    show(chosen.get(key) ?? trace.visible !== "legendonly");
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      chosen.set(key, shown);
      show(shown);
      this.onToggle(shown, members.map(({ i }) => i));
    });
    return button;
  }
}

/** One entry a legendgroup, or a trace that is in none; in the order of the traces. */
function entriesOf(data) {
  const found = [];
  data.forEach((trace, index) => {
    if (!trace.name || trace.showlegend === false || trace.visible === false) return;
    const group = trace.legendgroup;
    if (group && found.some((entry) => entry.trace.legendgroup === group)) return;
    const members = data.map((one, i) => ({ one, i })).filter(({ one, i }) => one.visible !== false
      && (group ? one.legendgroup === group : i === index));
    const same = found.filter((entry) => entry.trace.name === trace.name).length;
    found.push({ key: `${group || trace.name} ${same}`, trace, index, members });
  });
  return found;
}

/** Plain text with the few tags that titles use; everything else is shown as it is written. */
export function marked(text) {
  const plain = text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  return plain.replace(/&#60;(\/?(?:sub|sup|b|i))&#62;/g, "<$1>");
}

/** Colors of the lines that an entry stands for, a few of them: those of its name. */
const tints = ({ name }, members) => [...new Set(members.filter(({ one }) => one.name === name)
  .map(({ one }) => one.line?.color))].slice(0, 4);

/** What the trace looks like: an area, a line, a dot or a square. */
function swatch(trace, color, lines) {
  const svg = document.createElementNS(SVG, "svg");
  const add = (tag, attributes) => {
    const part = svg.appendChild(document.createElementNS(SVG, tag));
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  };
  const { line = {}, marker = {}, type = "scatter" } = trace;
  const mode = trace.mode || (type === "scatter" ? "lines" : "markers");
  const fills = new Set([marker.color].flat()), [fill] = fills, byNumber = Boolean(marker.colorscale) || fills.size > 1;
  const tint = byNumber ? "#8c8c8c" : typeof fill === "string" ? fill : color; // of any color: gray
  const stroke = line.color || tint;
  svg.setAttribute("aria-hidden", "true");
  if (trace.fill && trace.fill !== "none") {
    const area = trace.fillcolor || stroke;
    add("rect", { x: 0, y: 1, width: 22, height: 10, fill: area, opacity: area.startsWith("rgba") ? 1 : 0.3 });
  }
  if (mode.includes("lines") && line.width !== 0 && !CLEAR.test(stroke))
    for (const [k, tint] of (lines.length > 1 ? lines : [stroke]).entries()) // a piece of each color
      add("line", { x1: (22 * k) / lines.length, x2: (22 * (k + 1)) / lines.length, y1: 6, y2: 6, stroke: tint,
        "stroke-width": Math.min(4, line.width ?? 2), "stroke-dasharray": DASHES[line.dash] || "none" });
  if (!mode.includes("markers")) return svg;
  const edge = marker.line?.color, ring = CLEAR.test(tint);
  const look = { fill: tint, opacity: typeof marker.opacity === "number" ? Math.max(0.5, marker.opacity) : 1,
    stroke: (ring || byNumber) && typeof edge === "string" ? edge : "none", "stroke-width": byNumber ? 1 : 2 };
  const symbol = [marker.symbol].flat()[0];
  if (type === "bar" || symbol === "square") add("rect", { x: 7, y: 2, width: 8, height: 8, ...look });
  else add("circle", { cx: 11, cy: 6, r: 4, ...look });
  return svg;
}
