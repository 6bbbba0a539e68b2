// Switches on the tiles of a raster: one at each image, as of a head of attention that can be silenced.
//
// spec.switches is {name, track, labels}: image k is off where entry k of the track is not 0 at the newest
// frame, which a switch changes; it is hatched where that holds at the present frame. A click is emitted as
// {panel, tool: "switch", name, index, on}. They stand over the right end of each image; where there is no
// server nothing can be switched, and the hatching stays.

import { element } from "./transport.js";

export class Switches {
  constructor(plot) {
    this.plot = plot;
    this.each = [];
    this.set();
  }

  /** One for each label; those that are there stay, and with them the keyboard's focus. */
  set() {
    const { host } = this.plot.axes, { labels } = this.plot.spec.switches;
    for (const { veil, button } of this.each.splice(labels.length)) [veil, button].forEach((one) => one.remove());
    labels.forEach((label, k) => {
      this.each[k] ??= this.made(host, k);
      Object.assign(this.each[k], { label, off: null, hatched: null });
    });
    this.place();
  }

  made(host, k) {
    const veil = element("div", "ip-off", host), button = element("button", "ip-switch", host);
    veil.setAttribute("aria-hidden", "true");
    button.type = "button";
    button.setAttribute("role", "switch");
    button.hidden = veil.hidden = true;
    button.addEventListener("pointerdown", (event) => event.stopPropagation()); // it chooses no image
    button.addEventListener("click", () => {
      const { plot: { player, spec } } = this;
      player.emit({ panel: spec.id, tool: "switch", name: spec.switches.name, index: k, on: this.each[k].off });
    });
    return { veil, button };
  }

  /** Where the images are now, which are off and which are hatched; called with each frame. */
  place() {
    const { axes, chooser, player, spec, frame } = this.plot, { film } = player, { track } = spec.switches;
    if (!axes.ready || !film.length) return;
    const seen = film.at(track, frame), now = film.at(track, film.length - 1);
    this.each.forEach((one, k) => {
      const { left, top, width, height } = chooser.tile(k), at = [left, top, width, height].map(Math.round).join();
      if (at !== one.at) {
        one.at = at;
        Object.assign(one.veil.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
        Object.assign(one.button.style, { left: `${left + width}px`, top: `${top}px` });
        one.button.hidden = !player.live;
      }
      const off = Boolean(now?.[k]), hatched = Boolean(seen?.[k]);
      if (one.hatched !== hatched) one.veil.hidden = !(one.hatched = hatched);
      if (one.off === off) return;
      one.off = off;
      one.button.setAttribute("aria-checked", String(!off));
      one.button.setAttribute("aria-label", one.label);
      one.button.title = `${one.label}: ${off ? "off; press to switch it on" : "on; press to silence it"}`;
    });
  }
}
