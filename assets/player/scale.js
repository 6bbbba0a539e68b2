// Two buttons in a panel's head, linear and log: how its y axis counts. spec.scales says that a panel has them.

const KINDS = ["linear", "log"];

export class Scale {
  /** `onChoose(kind)` is called when the user chose one; what was chosen is kept in `memory`. */
  constructor(host, memory, onChoose) {
    Object.assign(this, { host, memory, onChoose });
  }

  /** The buttons of a panel, and its axis as the user chose before. */
  set(spec) {
    this.unmount();
    if (!spec.scales) return;
    const key = `scale/${spec.id}`, { yaxis } = spec.figure.layout;
    this.bar = document.createElement("div");
    this.bar.className = "ip-tools";
    this.bar.setAttribute("role", "radiogroup");
    this.bar.setAttribute("aria-label", "How the vertical axis counts");
    const show = (kind) => {
      yaxis.type = kind;
      for (const button of this.bar.children) button.setAttribute("aria-checked", String(button.textContent === kind));
    };
    for (const kind of KINDS) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: kind });
      button.setAttribute("role", "radio");
      button.addEventListener("click", () => {
        this.memory.set(key, kind);
        show(kind);
        this.onChoose(kind);
      });
      this.bar.append(button);
    }
    show(this.memory.get(key) ?? yaxis.type ?? KINDS[0]);
    this.host.closest(".ip-panel").querySelector(".ip-head").append(this.bar);
  }

  unmount() {
    this.bar?.remove();
  }
}
