// A guided experiment was run, further down the page: its film comes into view and, when it has
// played to its end, the answer; unless somebody has taken the player in hand meanwhile.

export class Lesson {
  constructor(root) {
    Object.assign(this, { root, number: undefined, owed: false });
    for (const hand of ["pointerdown", "keydown", "wheel"]) root.addEventListener(hand, () => { this.owed = false; });
  }

  /** The number of the experiment whose film has come, if it is one. */
  look(number) {
    if (number && number !== this.number) {
      this.root.scrollIntoView({ behavior: "smooth" });
      this.owed = true;
    }
    this.number = number;
  }

  /** The film has ended. */
  ended() {
    if (this.owed) document.querySelector(".st-key-verdict")?.scrollIntoView({ behavior: "smooth", block: "center" });
    this.owed = false;
  }
}
