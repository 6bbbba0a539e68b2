// Panel `words`: lines of text with numbers of the present frame in them, such as an equation worked
// out. spec: {lines: [{text: "z = {} + {}", values: [{track, column, format}], when, mark}]}. A line
// with `when` {track, column, value} shows only while that number is that value; `mark` is a tone.

import { format } from "./readouts.js";

export class Words {
  constructor(host, spec, player) {
    Object.assign(this, { host, player, frame: 0 });
    host.classList.add("ip-words");
    host.setAttribute("role", "group"); // it can be read as it is, unlike a picture
    this.respec(spec);
  }

  async mount() {
    this.draw(this.frame);
  }

  respec(spec) {
    this.spec = spec;
    this.lines = spec.lines.map((line) => {
      const element = document.createElement("p");
      element.className = `ip-line ip-line-${line.mark || "plain"}`;
      const numbers = (line.values || []).map(() => document.createElement("b"));
      line.text.split("{}").forEach((part, i) => {
        element.append(part);
        if (numbers[i]) element.append(numbers[i]);
      });
      return { element, numbers, line };
    });
    this.host.replaceChildren(...this.lines.map(({ element }) => element));
    this.draw(this.frame);
  }

  draw(frame) {
    this.frame = frame;
    if (!this.player.film.length) return;
    for (const { element, numbers, line } of this.lines) {
      const hidden = Boolean(line.when) && this.number(line.when) !== line.when.value;
      if (element.hidden !== hidden) element.hidden = hidden;
      if (!hidden) numbers.forEach((number, i) => write(number, this.number(line.values[i]), line.values[i]));
    }
  }

  number({ track, column }) {
    return this.player.film.at(track, this.frame)?.[column || 0];
  }

  unmount() {}
}

/** A number with a true minus sign, in brackets where it follows another sign. */
function write(element, value, spec) {
  const plain = format(value, spec.format || ".3g").replace("-", "−");
  const text = spec.brackets && value < 0 ? `(${plain})` : plain;
  if (element.textContent !== text) element.textContent = text;
}
