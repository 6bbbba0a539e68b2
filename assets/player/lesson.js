// A guided experiment was run, further down the page: its film comes into view and, when it has
// played to its end (or, of a picture that stands still, a moment later), the answer; unless somebody has taken the player in hand meanwhile.

const SEEN = 1800; // ms for which a still picture is looked at

export class Lesson {
  constructor(root) {
    Object.assign(this, { root, number: undefined, owed: false });
    for (const hand of ["pointerdown", "keydown", "wheel"]) root.addEventListener(hand, () => { this.owed = false; });
  }

  /** The number of the experiment whose picture has come, if it is one; `moves`: it is a film. */
  look(number, moves) {
    if (number && number !== this.number) {
      this.root.scrollIntoView({ behavior: "smooth" });
      this.owed = true;
      if (!moves) setTimeout(() => this.ended(), SEEN);
    }
    this.number = number;
  }

  /** It was seen to its end. */
  ended() {
    if (this.owed) document.querySelector(".st-key-verdict")?.scrollIntoView({ behavior: "smooth", block: "center" });
    this.owed = false;
  }
}
