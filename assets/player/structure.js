// What a network is made of, changed on its picture: plus and minus over each layer, one more layer
// or one less, a feature switched on or off.
//
// spec.structure is {name, sizes, low, high, least, most}, of core.stage.structure; what the user did is
// emitted to the page as {panel, tool: "set", name, value}.

import { element } from "./transport.js";

const RECENT = 1500; // ms in which clicks count on from each other, not from what the page has heard of

export class Structure {
  /** `over`: where the steppers of layers stand, in the panel's head if nowhere else. */
  constructor(host, player, over = null) {
    Object.assign(this, { host, player, over });
    const head = host.closest(".ip-panel").querySelector(".ip-head");
    this.bar = element("div", "ip-structure", head);
  }

  /** Buttons for this spec; the one that was pressed keeps the keyboard's focus. */
  set(spec) {
    this.spec = spec;
    this.bar.replaceChildren();
    for (const { box } of this.layers ?? []) box.remove();
    const { sizes, low, high, least, most } = spec.structure, n = sizes.length;
    const words = n === 1 ? "1 hidden layer" : `${n} hidden layers`;
    this.stepper(this.bar, "count", words, ["One layer less", n <= least, () => this.pop()],
      ["One layer more", n >= most, () => this.push()]);
    this.layers = sizes.map((size, l) => this.stepper(this.over ?? this.bar, `${l}`, this.over ? size : `${size} neurons`,
      [`One neuron less in layer ${l + 1}`, size <= low, () => this.step(l, -1)],
      [`One neuron more in layer ${l + 1}`, size >= high, () => this.step(l, 1)]));
    if (this.memory.at(spec.id)?.when > performance.now() - RECENT)
      this.host.closest(".ip-panel").querySelector(`[data-stepper="${this.memory.at(spec.id).key}"]`)?.focus();
  }

  stepper(parent, key, text, ...sides) {
    const box = element("span", "ip-stepper", parent);
    const [less, more] = sides.map(([label, disabled, act], side) => {
      const button = element("button", "", box);
      Object.assign(button, { type: "button", textContent: "−+"[side], title: label, disabled });
      button.setAttribute("aria-label", label);
      button.dataset.stepper = `${key}${"−+"[side]}`;
      button.addEventListener("click", (event) => { // the ground beneath closes what is open
        event.stopPropagation();
        this.pressed = button.dataset.stepper;
        act();
      });
      return button;
    });
    const said = element("span", "", box);
    said.textContent = text;
    less.after(said);
    return { box, less, more };
  }

  // --- what is asked for ------------------------------------------------------------------------

  get memory() {
    const { memory } = this.player;
    return { at: (id) => memory.get(`structure/${id}`), put: (id, value) => memory.set(`structure/${id}`, value) };
  }

  /** What the user has asked for last, which the page may not have heard of yet. */
  wanted(name, known) {
    const last = this.player.memory.get(`wanted/${name}`);
    return [...(last && performance.now() - last.when < RECENT ? last.value : known)];
  }

  emit(name, value) {
    const when = performance.now(), { memory, spec, player } = this;
    player.memory.set(`wanted/${name}`, { value, when });
    memory.put(spec.id, { key: this.pressed, when });
    player.emit({ panel: spec.id, tool: "set", name, value });
  }

  sizes(act) {
    const { name, sizes, low, high, least, most } = this.spec.structure, value = this.wanted(name, sizes);
    act(value);
    if (value.length >= least && value.length <= most && value.every((size) => size >= low && size <= high))
      this.emit(name, value);
  }

  step(l, by) {
    this.sizes((sizes) => { if (l < sizes.length) sizes[l] += by; });
  }

  push() {
    this.sizes((sizes) => sizes.push(sizes.at(-1) ?? 4));
  }

  pop() {
    this.sizes((sizes) => sizes.pop());
  }

  /** A feature on or off; the last one stays on. Returns whether it was. */
  toggle({ name, chosen }, label) {
    const on = this.wanted(name, chosen);
    const value = on.includes(label) ? on.filter((one) => one !== label) : [...on, label];
    this.pressed = `feature ${label}`;
    if (value.length) this.emit(name, value);
    return value.length > 0;
  }

  unmount() {
    this.bar.remove();
  }
}

/** What can be changed on a network panel, and its hints: [Structure, Hints], where there is a server. */
export function changeable({ host, spec, player }) {
  if (!player.live) return [null, null];
  const structure = spec.structure && new Structure(host, player, host);
  structure?.set(spec);
  return [structure, spec.hints && new Hints(host, spec.hints)];
}

/** What is said while nothing is pointed at. */
export const hintOf = ({ spec, player }) =>
  `${spec.hint || ""}${player.live && spec.biases ? " Click: its weights." : ""}`;

/** Words in the picture itself, below what they speak of, where there is room. */
export class Hints {
  constructor(host, { neuron = "", link = "" }) {
    this.neuron = hint(host, neuron);
    this.link = hint(host, link);
  }

  /** Below the shortest hidden layer and below the output, if they end above `below`. */
  place({ host, layers, nodes }, below) {
    const columns = layers.slice(1).map((_, l) => nodes.filter((node) => node.layer === l + 1))
      .map((own) => ({ x: own[0].x, bottom: Math.max(...own.map((node) => node.y + node.height / 2)) }));
    const width = host.clientWidth;
    const hidden = columns.slice(0, -1).sort((a, b) => a.bottom - b.bottom)[0];
    put(this.neuron, hidden, below, width);
    put(this.link, columns.length > 1 ? columns.at(-1) : null, below, width);
    if (hidden && overlap(this.neuron, this.link)) this.link.hidden = true;
  }
}

function hint(host, text) {
  const made = element("p", "ip-hint", host);
  made.textContent = text;
  return made;
}

function put(made, column, below, width) {
  made.hidden = !made.textContent || !column;
  if (made.hidden) return;
  const wide = 84, left = Math.max(0, Math.min(width - wide, column.x - wide / 2));
  Object.assign(made.style, { left: `${left}px`, top: `${column.bottom + 8}px`, width: `${wide}px` });
  made.hidden = column.bottom + 8 + made.offsetHeight > below;
}

const overlap = (a, b) => !a.hidden && !b.hidden && a.offsetLeft + a.offsetWidth + 4 > b.offsetLeft
  && a.offsetTop < b.offsetTop + b.offsetHeight && b.offsetTop < a.offsetTop + a.offsetHeight;
