// Panels that are closed at first: one button for each group of them, and nothing drawn until it is opened.
//
// spec.fold is {name, label}, of core.stage.fold. What the user opened stays open over new settings.

import { element } from "./transport.js";

export class Folds {
  constructor(stage) {
    this.stage = stage;
    this.buttons = new Map(); // name of the group -> its button
  }

  open({ fold }) {
    return !fold || Boolean(this.stage.player.memory.get(`fold/${fold.name}`));
  }

  /** A button before the first panel of each group. */
  set(specs) {
    const groups = new Map();
    specs.forEach(({ fold }, order) => fold && !groups.has(fold.name) && groups.set(fold.name, { ...fold, order }));
    for (const [name, button] of this.buttons)
      if (!groups.has(name)) { button.remove(); this.buttons.delete(name); }
    for (const [name, { label, order }] of groups) {
      if (!this.buttons.has(name)) this.buttons.set(name, this.button(name));
      const button = this.buttons.get(name), open = this.open({ fold: { name } });
      button.textContent = label;
      button.setAttribute("aria-expanded", String(open));
      button.style.order = 2 * order - 1;
    }
  }

  button(name) {
    const button = element("button", "ip-fold", this.stage.grid), { player } = this.stage;
    Object.assign(button, { type: "button" });
    button.addEventListener("click", () => {
      player.memory.set(`fold/${name}`, !this.open({ fold: { name } }));
      this.stage.set(this.stage.specs);
      player.drawn = -1; // at the present frame
    });
    return button;
  }
}
