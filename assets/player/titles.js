// Titles of axes while presenting: as large as Plotly makes them where there is room, else smaller, but
// no smaller than all text is then. One that is cut off can't be read at any size.

const CLEAR = 4; // pixels between the words at the ticks, however long, and the title below them
const LARGER = 1.2; // than other text, by Plotly's own rule
const BESIDE = 1, BELOW = 0.75; // pixels between two names on x; from line to line on y, of their size

/** Below a picture is the room that its page gives; while presenting words there take what they need. */
export const room = ({ scale }) => (scale === 1 ? { automargin: false, autotickangles: [0, 30, 90] }
  : { automargin: "height", autotickangles: [0, 90] }); // aslant they would leave the picture at its side

/** {"xaxis.title.font.size": pixels, ...} of a layout in the host's box; null leaves it to Plotly. */
export function titleSizes(layout, host, theme) {
  const found = {};
  for (const [key, { title, domain = [0, 1] }] of Object.entries(layout).filter(([name]) => /^[xy]axis\d*$/.test(name))) {
    if (!title?.text) continue;
    if (key[0] === "x") found[`${key}.title.standoff`] = theme.scale === 1 ? null : CLEAR;
    if (title.font?.size) continue; // the page's own size
    const { l, r, t, b } = layout.margin, middle = (domain[0] + domain[1]) / 2;
    const [before, after, whole] = key[0] === "x" ? [l, r, host.clientWidth] : [b, t, host.clientHeight];
    const at = before + (whole - before - after) * middle, room = 2 * Math.min(at, whole - at);
    const size = LARGER * layout.font.size;
    found[`${key}.title.font.size`] = theme.scale === 1 ? null
      : Math.max(theme.least, Math.min(size, Math.floor((size * room) / width(title.text, size, theme.font))));
  }
  return found;
}

/** Of the names that a page gives an axis those that have room at this size: {"xaxis.tickvals": [...], ...}. */
export function names({ spec, div, theme }) {
  const found = {};
  for (const [key, { tickvals, ticktext, tickfont }] of Object.entries(spec.figure.layout)) {
    const axis = div._fullLayout[key];
    if (!/^[xy]axis\d*$/.test(key) || !(tickvals?.length > 1) || !axis?._length) continue;
    const size = theme.scale === 1 ? 0 : Math.max(theme.least, (tickfont?.size ?? 12) * theme.scale);
    const wide = Math.max(...(ticktext ?? tickvals).map((text) => width(String(text), size, theme.font)));
    const room = key[0] === "y" ? BELOW * size : Math.min(wide + BESIDE, LARGER * size); // upright, or turned
    const at = tickvals.map((value) => axis.d2p(value)), gaps = at.slice(1).map((px, i) => Math.abs(px - at[i]));
    const every = size && tickvals.every(Number.isFinite) ? Math.ceil(room / Math.max(1, Math.min(...gaps))) : 1;
    const some = (list) => list?.filter((_, i) => i % every === 0);
    if (every === 1 && axis.tickvals?.length === tickvals.length) continue;
    found[`${key}.tickvals`] = some(tickvals);
    if (ticktext) found[`${key}.ticktext`] = some(ticktext);
  }
  return found;
}

let pen = null;

function width(text, size, font) {
  pen ||= document.createElement("canvas").getContext("2d");
  pen.font = `${size}px ${font}`;
  return pen.measureText(text.replace(/<[^>]*>/g, "")).width;
}
