// Numbers and sentences that go with a frame.

import { element } from "./transport.js";

/** Numbers as the readouts show them: ".3f", ".1%", "d", "d of 16", ".3g". */
export function format(value, kind = ".3f") {
  if (value == null || Number.isNaN(value)) return "not a number";
  const digits = Number(kind.match(/\.(\d)/)?.[1] ?? 3);
  if (kind.endsWith("%")) return `${(100 * value).toFixed(digits)}%`;
  if (kind[0] === "d") return Math.round(value).toLocaleString("en-US") + kind.slice(1);
  if (kind.endsWith("g") && value && Math.abs(value) < 1e-4) // 1.9e−6, not 0.0000019
    return power(value, digits - 1).replace(/\.0*e|(\.\d*?)0+e/, "$1e");
  if (kind.endsWith("g")) return Number(value.toPrecision(digits)).toString();
  return Math.abs(value) > 0 && Math.abs(value) < 0.5 * 10 ** -digits
    ? power(value, 1) : value.toFixed(digits);
}

/** With a power of ten, whose sign is a true minus as well. */
const power = (value, digits) => value.toExponential(digits).replace("e-", "e−");

/** The true minus sign, as Plotly writes it on its axes, before each number of a text. */
export const signed = (text) => text.replace(/(^|[\s(\[=,;:·])-(?=[\d.])/g, "$1−");

export class Readouts {
  constructor(player) {
    this.player = player;
    this.row = element("div", "ip-readouts", player.root);
    this.set([]);
  }

  set(specs) {
    this.specs = specs;
    this.row.replaceChildren();
    this.values = specs.map((spec) => {
      const item = element("span", "ip-readout", this.row);
      item.append(spec.label);
      if (spec.color) item.style.setProperty("--ip-mark", spec.color);
      return element("b", "", item);
    });
  }

  write(frame) {
    this.specs.forEach((spec, i) => {
      const value = this.player.focus.number(spec, frame);
      const text = value === undefined ? "" : signed(format(value, spec.format));
      if (this.values[i].textContent !== text) this.values[i].textContent = text;
    });
  }
}

/** What you see: sentences about the run, each a jump to the step it speaks of. */
export class Notes {
  constructor(player, root) {
    this.player = player;
    this.list = element("ul", "ip-notes", root);
    this.list.setAttribute("aria-label", "What you see");
    this.items = [];
  }

  write(film) {
    const text = JSON.stringify(film.notes);
    if (text !== this.text) {
      this.text = text;
      this.list.replaceChildren();
      this.items = film.notes.map((note) => this.item(note, film));
    }
    this.player.transport.mark(film.notes, film.steps, (step) => film.frameOf(step));
  }

  item(note, film) {
    const item = element("li", `ip-${note.level}`, this.list);
    const jump = element("button", "ip-jump", item);
    jump.type = "button";
    jump.textContent = `step ${note.step}`;
    jump.addEventListener("click", () => this.player.seek(film.frameOf(note.step)));
    item.append(` ${signed(note.text)}`);
    return { item, step: note.step };
  }

  /** Sentences about later steps are dimmed. */
  mark(step) {
    for (const { item, step: at } of this.items)
      if (item.classList.contains("ip-future") !== at > step) item.classList.toggle("ip-future", at > step);
  }
}
