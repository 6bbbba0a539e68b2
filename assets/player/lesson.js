// A guided experiment was run, further down the page: its film comes into view and, when it has played
// to its end (or, of a picture that stands still, a moment later), the answer; unless somebody has taken
// the player in hand meanwhile. Nobody has to wait for a long film: a button leads to the answer at once.

import { element } from "./transport.js";

const SEEN = 1800; // ms for which a still picture is looked at

export class Lesson {
  constructor(root) {
    Object.assign(this, { root, number: undefined, owed: false });
    for (const hand of ["pointerdown", "keydown", "wheel"]) root.addEventListener(hand, () => { this.owed = false; });
  }

  /** The number of the experiment whose picture has come, if it is one; `moves`: it is a film. */
  look(number, moves) {
    if (number === this.number) return;
    this.number = number;
    this.owed = Boolean(number);
    this.way?.remove();
    if (!number) return;
    this.root.scrollIntoView({ behavior: "smooth" });
    if (moves) this.offer();
    else setTimeout(() => this.ended(), SEEN);
  }

  /** A button over the page's lower edge. */
  offer() {
    this.way = element("button", "ip-answer", this.root);
    this.way.type = "button";
    this.way.textContent = "To the answer ↓";
    this.way.addEventListener("click", () => { this.owed = true; this.ended(); });
  }

  /** It was seen to its end. */
  ended() {
    if (this.owed) document.querySelector(".st-key-verdict")?.scrollIntoView({ behavior: "smooth", block: "center" });
    this.owed = false;
    this.way?.remove();
  }
}
