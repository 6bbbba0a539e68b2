// Switches on the tiles of a raster: one at each image, as of a head of attention that can be silenced.
//
// spec.switches is {name, track, labels}: image k is off, and hatched, where entry k of the track is not
// 0 at the present frame. A click is emitted as {panel, tool: "switch", name, index, on}. They stand over
// the right end of each image; where there is no server nothing can be switched, and the hatching stays.

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
      Object.assign(this.each[k], { label, off: null });
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

  /** Where the images are now, and which are off; called with each frame. */
  place() {
    const { axes, chooser, player, spec, frame } = this.plot;
    if (!axes.ready || !player.film.length) return;
    const off = player.film.at(spec.switches.track, frame);
    this.each.forEach((one, k) => {
      const { left, top, width, height } = chooser.tile(k), at = [left, top, width, height].map(Math.round).join();
      if (at !== one.at) {
        one.at = at;
        Object.assign(one.veil.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
        Object.assign(one.button.style, { left: `${left + width}px`, top: `${top}px` });
        one.button.hidden = !player.live;
      }
      if (one.off === Boolean(off?.[k])) return;
      one.off = Boolean(off?.[k]);
      one.veil.hidden = !one.off;
      one.button.setAttribute("aria-checked", String(!one.off));
      one.button.setAttribute("aria-label", one.label);
      one.button.title = `${one.label}: ${one.off ? "off; press to switch it on" : "on; press to silence it"}`;
    });
  }
}
