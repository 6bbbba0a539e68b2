// Titles of axes while presenting: as large as Plotly makes them where there is room, else smaller, but
// no smaller than all text is then. One that is cut off can't be read at any size.

const CLEAR = 4; // pixels between the words at the ticks, however long, and the title below them
const LARGER = 1.2; // than other text, by Plotly's own rule

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

let pen = null;

function width(text, size, font) {
  pen ||= document.createElement("canvas").getContext("2d");
  pen.font = `${size}px ${font}`;
  return pen.measureText(text.replace(/<[^>]*>/g, "")).width;
}
