// Color bars under a picture: what the colors of a tile or of points mean.
//
// A tile or bind with `colorbar`: a label, or [label, low, high] where the track's bytes are colors.

import { CATEGORIES, colors } from "./theme.js";
import { format } from "./readouts.js";

const STOPS = 16;

export class ColorBars {
  constructor(host) {
    this.row = document.createElement("div");
    this.row.className = "ip-colorbars";
    host.after(this.row);
  }

  set({ tiles = [], binds = [] }, theme) {
    const shown = [...tiles, ...binds].filter((one) => one.colorbar);
    this.row.hidden = !shown.length;
    this.row.replaceChildren(...shown.map((one) => bar(one, theme)));
  }
}

function bar({ colorbar, low, high, colors: name, levels, attribute }, theme) {
  const [label, from, to] = [colorbar, low ?? 0, high ?? (attribute ? 1 : 255)].flat();
  const ends = Array.isArray(colorbar) ? colorbar.slice(1) : [from, to];
  const numbers = [ends[0], (ends[0] + ends[1]) / 2, ends[1]].map((v) => format(v, ".3g").replace("-", "−"));
  const box = document.createElement("div");
  box.className = "ip-colorbar";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", `Colors: ${label} from ${numbers[0]} to ${numbers[2]}`);
  const ramp = Object.assign(document.createElement("i"), { className: "ip-ramp" });
  ramp.style.background = gradient(colors(name || "diverging", theme), levels);
  const line = Object.assign(document.createElement("span"), { className: "ip-ends" });
  line.append(...numbers.map((text) => Object.assign(document.createElement("span"), { textContent: text })));
  box.append(Object.assign(document.createElement("span"), { textContent: label }), ramp, line);
  return box;
}

/** The table as CSS, in steps where the picture has steps. */
function gradient(table, levels) {
  const n = levels || STOPS, stops = [];
  for (let k = 0; k < n; k++) {
    const at = 4 * Math.round((255 * k) / Math.max(1, n - 1)), rgb = `rgb(${table.slice(at, at + 3).join()})`;
    stops.push(levels ? `${rgb} ${(100 * k) / n}% ${(100 * (k + 1)) / n}%` : rgb);
  }
  return `linear-gradient(to right, ${stops.join()})`;
}
