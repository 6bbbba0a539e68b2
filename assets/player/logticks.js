// Ticks of logarithmic axes over few powers of ten: Plotly writes 2 for 20 there, or nothing at all; and of
// axes of exponents, whose tickprefix is "10<sup>": there it writes 10 to the power of 0.5.

const DECADES = Array.from({ length: 87 }, (_, i) => i - 46);
const LISTS = [ // from how many powers of ten on, and what is named in each of them
  [5, null],
  [2.6, [1]],
  [0.7, [1, 2, 5]],
  [0.3, [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9]],
  [0, Array.from({ length: 18 }, (_, i) => 1 + i / 2)],
].map(([from, digits]) => [from, digits && DECADES.flatMap((k) => digits.map((digit) => Number(`${digit}e${k}`)))]);
const POWER = "10<sup>";
const ROOM = 1.5; // from line to line, of their size: exponents stand above it

/** 0.02, 1, 200, and beyond powers of ten, alone or as 2·10⁻⁵. */
function written(value) {
  const [digits, power] = value.toExponential().split("e");
  if (Math.abs(Math.log10(value)) <= 3) return String(value);
  return `${digits === "1" ? "" : `${digits}·`}${POWER}${power.replace("-", "−").replace("+", "")}</sup>`;
}

/** Whether the page has said itself where the ticks of an axis stand; powers of ten are the rule. */
const own = ({ tickvals, dtick }) => tickvals || (dtick != null && dtick !== 1 && !/^D/.test(dtick));

/** The ticks that we have set stay where the figure is drawn anew: setting them again would take as long. */
export function keepTicks(made, layout, given) {
  for (const [key, { tickmode, tickvals, ticktext, tickprefix, ticksuffix }] of Object.entries(layout || {}))
    if (/^[xy]axis\d*$/.test(key) && tickvals && ticktext && made[key] && !own(given[key] || {}))
      Object.assign(made[key], { tickmode, tickvals, ticktext },
        given[key]?.tickprefix === POWER ? { tickprefix, ticksuffix } : {});
}

/**
 * Of the powers of ten that a page asks for those that have room on y, one in `every`; null is all of them.
 * Measured without the axis, whose length depends on what is named: the two would chase each other.
 */
function powersWithRoom(axis, wide, { height }, { t = 0, b = 0 } = {}) {
  const every = axis._id[0] === "y" ? Math.ceil((ROOM * axis.tickfont.size * wide) / Math.max(1, height - t - b)) : 1;
  return every > 1 ? DECADES.filter((k) => k % every === 0).map((k) => Number(`1e${k}`)) : null;
}

/** What has to change in the layout so that each logarithmic axis names numbers as they are. */
export function logTicks(layout, full, given) {
  const change = {};
  for (const [key, axis] of Object.entries(full)) {
    if (!/^[xy]axis\d*$/.test(key)) continue;
    const now = layout[key]?.tickvals?.length ?? 0, asked = given[key] || {};
    const wide = Math.abs(axis.range[1] - axis.range[0]), exponents = asked.tickprefix === POWER;
    // Where a page asks for each power of ten, Plotly does that by itself.
    const level = LISTS.find(([from]) => wide >= from)[1], powers = wide >= 2.6 && asked.dtick === 1;
    const values = (exponents || axis.type === "log") && !own(asked) ? (powers ? powersWithRoom(axis, wide, full, layout.margin) : level) : null;
    if (own(asked) || now === (values?.length ?? 0)) continue;
    change[`${key}.tickmode`] = values ? "array" : asked.dtick ? "linear" : "auto";
    change[`${key}.tickvals`] = values && exponents ? values.map(Math.log10) : values;
    change[`${key}.ticktext`] = values && values.map(written);
    if (exponents) change[`${key}.tickprefix`] = values ? "" : POWER;
    if (exponents) change[`${key}.ticksuffix`] = values ? "" : asked.ticksuffix;
    if (!values && asked.dtick) change[`${key}.dtick`] = asked.dtick;
  }
  return Object.keys(change).length ? change : null;
}
