// Panel `words`: lines of text with numbers of the present frame in them, such as an equation worked
// out. spec: {lines: [{text: "z = {} + {}", values: [{track, column, format}], when, mark}]}. A line
// with `when` {track, column, value} shows only while that number is that value; `mark` is a tone.
// {focus:NAME} in a text is what is looked at, by name; <sub>, <sup>, <b> and <i> are set as in legends.

import { marked } from "./legend.js";
import { format, signed } from "./readouts.js";

export class Words {
  constructor(host, spec, player) {
    Object.assign(this, { host, player, frame: 0 });
    host.classList.add("ip-words");
    host.setAttribute("role", "group"); // it can be read as it is, unlike a picture
    this.observer = new ResizeObserver(() => reach(host));
    this.observer.observe(host);
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
        const words = document.createElement("span");
        words.innerHTML = marked(signed(part));
        element.append(words, ...numbers.slice(i, i + 1));
      });
      return { element, numbers, line };
    });
    this.host.replaceChildren(...this.lines.map(({ element }) => element));
    for (const { element } of this.lines) this.observer.observe(element);
    this.draw(this.frame);
  }

  /** Between the numbers stand the words, in which what is looked at is named. */
  name(element, text) {
    text.split("{}").forEach((part, i) => {
      const words = marked(signed(this.player.focus.text(part))), node = element.childNodes[2 * i];
      if (node.innerHTML !== words) node.innerHTML = words;
    });
  }

  draw(frame) {
    this.frame = frame;
    if (!this.player.film.length) return;
    const { focus } = this.player;
    for (const { element, numbers, line } of this.lines) {
      if (line.text.includes("{focus:")) this.name(element, line.text);
      const hidden = Boolean(line.when) && focus.number(line.when, frame) !== line.when.value;
      if (element.hidden !== hidden) element.hidden = hidden;
      if (!hidden) numbers.forEach((number, i) => write(number, focus.number(line.values[i], frame), line.values[i]));
    }
  }

  unmount() {
    this.observer.disconnect();
  }
}

/** What scrolls can be reached by keyboard, and is then scrolled by it. */
function reach(host) {
  const more = host.scrollHeight > host.clientHeight || host.scrollWidth > host.clientWidth;
  if (more && !host.matches(".ip-caption")) host.tabIndex = 0; // a caption is never scrolled
  else host.removeAttribute("tabindex");
}

/** A number with a true minus sign, in brackets where it follows another sign. */
function write(element, value, spec) {
  const plain = value === undefined ? "–" : format(value, spec.format || ".3g").replace("-", "−");
  const text = spec.brackets && value < 0 ? `(${plain})` : plain;
  if (element.textContent !== text) element.textContent = text;
}
