// Colors: from Streamlit's theme where there is one, else from the system's light or dark mode.

const LIGHT = {
  text: "#1f2430", muted: "#5b6472", background: "#ffffff", panel: "#f4f6f9", line: "#d5dae2",
  primary: "#0877bd", grid: "#e3e7ed", middle: [238, 240, 242], dark: false,
};
const DARK = {
  text: "#eef1f5", muted: "#a3adbb", background: "#12161c", panel: "#1b212a", line: "#38414e",
  primary: "#4cb3f0", grid: "#2a323d", middle: [34, 40, 49], dark: true,
};
export const ORANGE = [245, 147, 34];
export const BLUE = [8, 119, 189];
// Okabe and Ito's palette: told apart by color-blind eyes.
export const CATEGORIES = [
  "#0877bd", "#f59322", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8c8c8c",
  "#8465c9", "#8f5b23", // and two more, so that ten digits differ
];

function luminance(color) {
  const found = color.match(/[\d.]+/g);
  if (!found) return 1;
  const [r, g, b] = found.map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

/** Read the theme that applies to an element. */
export function themeOf(element) {
  const probe = document.createElement("span");
  probe.style.color = "var(--st-background-color, Canvas)";
  element.appendChild(probe);
  const background = getComputedStyle(probe).color;
  probe.remove();
  const style = getComputedStyle(element);
  const base = luminance(background) < 0.5 ? DARK : LIGHT;
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const scale = Number(read("--ip-text", "1"));
  return {
    ...base,
    text: read("--st-text-color", base.text),
    background: read("--st-background-color", base.background),
    panel: read("--st-secondary-background-color", base.panel),
    primary: read("--st-primary-color", base.primary),
    font: read("--st-font", "system-ui, sans-serif"),
    scale, // of text: larger while presenting
    least: scale > 1 ? 12 * scale : 0, // pixels: no text is smaller then
  };
}

const mix = (a, b, t) => a.map((v, i) => v + (b[i] - v) * t);

function ramp(stops) {
  const table = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (stops.length - 1), k = Math.min(stops.length - 2, Math.floor(at));
    table.set([...mix(stops[k], stops[k + 1], at - k), 255], i * 4);
  }
  return table;
}

const tables = new Map();

/** 256 RGBA colors: "diverging" orange to blue, "sequential", "gray" (low is dark). */
export function colors(name, theme) {
  const key = `${name}/${theme.dark}`;
  if (!tables.has(key)) {
    const light = [250, 251, 252], ink = theme.dark ? [18, 22, 28] : light;
    const stops = {
      // Paler than the points that lie on it, so that a point in its own class's area is seen.
      diverging: [mix(ORANGE, theme.middle, 0.35), theme.middle, mix(BLUE, theme.middle, 0.35)],
      signed: [ORANGE, theme.middle, theme.dark ? [58, 160, 228] : BLUE],
      sequential: theme.dark ? [ink, [20, 92, 140], [76, 179, 240], [225, 244, 255]]
        : [light, [150, 205, 235], BLUE, [5, 48, 82]],
      gray: [[0, 0, 0], [255, 255, 255]],
      ground: [[0, 0, 0], theme.dark ? [104, 112, 124] : [255, 255, 255]], // of a map that trails lie on
      // For points: no end of it is lost on white or on black. The second ends where it begins.
      along: [[72, 36, 117], [49, 104, 142], [31, 158, 137], [109, 205, 89], [234, 209, 40]],
      around: [BLUE, [86, 180, 180], [234, 209, 40], [213, 94, 0], [150, 70, 140], BLUE],
    }[name] || [[0, 0, 0], [255, 255, 255]];
    tables.set(key, ramp(stops));
  }
  return tables.get(key);
}

/** CSS color of a number in [low, high] on a named map. */
export function colorOf(value, low, high, name, theme) {
  const i = Math.max(0, Math.min(255, Math.round(((value - low) / (high - low)) * 255))) * 4;
  const table = colors(name, theme);
  return `rgb(${table[i]},${table[i + 1]},${table[i + 2]})`;
}

let probe = null;

/** [red, green, blue, alpha 0 to 1] of a CSS color. */
export function rgba(color) {
  probe ||= document.createElement("canvas").getContext("2d");
  probe.fillStyle = "#000000";
  probe.fillStyle = color;
  const text = probe.fillStyle; // as the browser writes it: #rrggbb, or rgba() where it is not opaque
  if (text.startsWith("#")) return [...[1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)), 1];
  return text.match(/[\d.]+/g).map(Number);
}
