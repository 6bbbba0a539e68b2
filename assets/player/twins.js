// Plotly's twins of what we paint: invisible traces, for hover and zoom. A thousand nodes take it 40 ms.

import { abscissa, overFrames } from "./values.js";

const SHORT = 2; // times as long a film, and the axes of its steps are redrawn before their turn
const KINDS = { f4: Float32Array, i4: Int32Array };

/** Whether Plotly can do without a painted trace's points: pointed at they say nothing, and no axis follows them. */
export function idle(trace, layout) {
  const fixed = (letter) => layout[`${letter}axis${(trace[`${letter}axis`] || letter).slice(1)}`]?.range?.every(Number.isFinite);
  return trace.type === "scatter" && trace.mode === "markers" && trace.hoverinfo === "skip" && !trace.name && !trace.customdata
    && Number.isFinite(trace.marker?.size ?? 6) && Boolean(fixed("x") && fixed("y"));
}

/** Whether Plotly holds all frames of a plot and not the present one alone. */
export const ofFilm = ({ traces }) => [...traces.values()].some((binds) => binds.some(overFrames));

/** Whether the film has grown far beyond what the axes show: after its first picture it soon has. */
export function behind(plot) {
  const last = plot.player.film.steps.at(-1) ?? 0;
  return last > SHORT * Math.max(plot.end, 0) && ofFilm(plot) && plot.stale(false);
}

/** Numbers of a figure as a list that painters can read: it may hold them as the text of their bytes. */
export function readable(values) {
  if (!values?.bdata) return values;
  return new KINDS[values.dtype](Uint8Array.from(atob(values.bdata), (letter) => letter.charCodeAt(0)).buffer);
}

/** What Plotly gets of a trace without its points. */
export const bare = (trace) => ({ ...trace, x: [], y: [] });

/** A trace with the present values of its binds, so that one update of Plotly is enough. */
export function filled(plot, trace, index) {
  const { film } = plot.player, found = { ...trace };
  for (const bind of film.length ? plot.traces.get(index) ?? [] : []) {
    if (/\.|images/.test(bind.attribute)) continue;
    found[bind.attribute] = plot.value(bind);
    if (overFrames(bind)) found.x = abscissa(bind, film);
  }
  return found;
}
