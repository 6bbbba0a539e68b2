// Ticks of logarithmic axes over few powers of ten: Plotly writes 2 for 20 there, or nothing at all.

const DECADES = Array.from({ length: 33 }, (_, i) => i - 20);
const LISTS = [ // from how many powers of ten on, and what is named in each of them
  [5, null],
  [2.6, [1]],
  [0.7, [1, 2, 5]],
  [0.3, [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]],
  [0, Array.from({ length: 18 }, (_, i) => 1 + i / 2)],
].map(([from, digits]) => [from, digits && DECADES.flatMap((k) => digits.map((digit) => Number(`${digit}e${k}`)))]);

/** 0.02, 1, 200, and powers of ten beyond. */
function written(value) {
  const power = Math.log10(value);
  return Math.abs(power) <= 3 || power % 1 ? String(value) : `10<sup>${String(power).replace("-", "−")}</sup>`;
}

/** Whether the page has said itself where the ticks of an axis stand; powers of ten are the rule. */
const own = ({ tickvals, dtick }) => tickvals || (dtick != null && dtick !== 1 && !/^D/.test(dtick));

/** The ticks that we have set stay where the figure is drawn anew: setting them again would take as long. */
export function keepTicks(made, layout, given) {
  for (const [key, { tickmode, tickvals, ticktext }] of Object.entries(layout || {}))
    if (/^[xy]axis\d*$/.test(key) && tickvals && ticktext && made[key] && !own(given[key] || {}))
      Object.assign(made[key], { tickmode, tickvals, ticktext });
}

/** What has to change in the layout so that each logarithmic axis names numbers as they are. */
export function logTicks(layout, full, given) {
  const change = {};
  for (const [key, axis] of Object.entries(full)) {
    if (!/^[xy]axis\d*$/.test(key)) continue;
    const now = layout[key]?.tickvals?.length ?? 0, asked = given[key] || {};
    const wide = Math.abs(axis.range[1] - axis.range[0]);
    // Where a page asks for each power of ten, Plotly does that by itself.
    const level = LISTS.find(([from]) => wide >= from)[1], powers = wide >= 2.6 && asked.dtick === 1;
    const values = axis.type === "log" && !own(asked) && !powers ? level : null;
    if (own(asked) || now === (values?.length ?? 0)) continue;
    change[`${key}.tickmode`] = values ? "array" : asked.dtick ? "linear" : "auto";
    change[`${key}.tickvals`] = values;
    change[`${key}.ticktext`] = values && values.map(written);
    if (!values && asked.dtick) change[`${key}.dtick`] = asked.dtick;
  }
  return Object.keys(change).length ? change : null;
}
