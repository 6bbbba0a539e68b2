// Focus: the film's second axis. What a click (stays) or hover (passes) on a panel chose: a token, a
// moment of a sequence, a unit, a pixel. Binds, tiles, lines and readouts read it as "focus:NAME",
// titles and lines name it as {focus:NAME}; see core.stage.focus.

import { make } from "./made.js";

const REST = 250; // ms after the last arrow key before the page hears where it came to rest

/** The focuses that a panel chooses, or a network's layers do. */
export const declared = (spec) => [spec.focus ?? [], (spec.layers ?? []).map((layer) => layer.focus ?? [])].flat(2);

export class Focus {
  constructor(player) {
    this.player = player;
    this.names = new Map(); // name -> {chosen, hovered, initial, labels}
  }

  /** Another stage: what the page has set anew is chosen, all else stays. */
  set(panels) {
    this.made = new Map(); // track -> what makes it while its focus looks at something
    for (const { name, makes = [] } of panels.flatMap(declared))
      for (const spec of makes) this.made.set(spec.track, { ...spec, focus: name });
    for (const entry of this.names.values()) entry.hovered = null;
    for (const { name, initial = null, labels } of panels.flatMap(declared)) {
      const entry = this.names.get(name) ?? { chosen: null, hovered: null, initial: null };
      if (initial !== null && initial !== entry.initial) entry.chosen = entry.initial = initial;
      if (labels) entry.labels = labels;
      this.names.set(name, entry);
    }
  }

  /** Index of what is looked at, or null. */
  get(name) {
    const entry = this.names.get(name);
    return entry?.hovered ?? entry?.chosen ?? null;
  }

  chosen = (name) => this.names.get(name)?.chosen ?? null;

  /** What it is called: "cat", or "3" for index 2. */
  label(name) {
    const index = this.get(name);
    return index === null ? "–" : this.names.get(name).labels?.[index] ?? `${index + 1}`;
  }

  hover(name, index) {
    this.change(name, { hovered: index });
  }

  /** Choose for good, and tell the page all that a click chose, or where the arrow keys came to rest. */
  choose(name, index, panel, byKey = false) {
    this.change(name, { chosen: index, hovered: null });
    clearTimeout(this.telling);
    this.told = { ...this.told, [name]: index };
    const tell = () => {
      if (this.told) this.player.emit({ panel, tool: "focus", chosen: this.told });
      this.told = null;
    };
    if (byKey) this.telling = setTimeout(tell, REST);
    else queueMicrotask(tell); // when the click has chosen all that it chooses
  }

  change(name, to) {
    const entry = this.names.get(name), before = { ...entry };
    if (!entry) return;
    Object.assign(entry, to);
    if (before.chosen !== entry.chosen || before.hovered !== entry.hovered) this.player.refocus(name);
  }

  // --- reading --------------------------------------------------------------------------------

  /** A number as it is, "focus:NAME" as the index that is looked at (null for none). */
  of = (value) => (typeof value === "string" && value.startsWith("focus:") ? this.get(value.slice(6)) : value);

  /** A bind with its column as a number; the same object where no focus is read. */
  resolved(bind) {
    const column = this.of(bind.column);
    return column === bind.column ? bind : { ...bind, column: column ?? NaN };
  }

  /** Values of a track: those of the film, or what a focus makes of others, unless the film plays. */
  values(name, frame) {
    const track = this.player.film.tracks.get(name), spec = this.made?.get(name);
    const at = spec && !this.player.playing ? this.get(spec.focus) : null;
    if (!track || at === null) return track?.frames[frame];
    return make(spec, at, track.shape, (other) => (
      { shape: this.player.film.tracks.get(other).shape, values: this.values(other, frame) }));
  }

  /** Whether a panel, as text, reads a track that this focus makes. */
  moves(name, text) {
    return [...(this.made ?? [])].some(([track, { focus }]) => focus === name && text.includes(`"track":"${track}"`));
  }

  /** Part of a track: `index` picks along its first axes, or one of its last `keep` axes' parts. */
  read({ track: name, index }, frame, keep = null) {
    const track = this.player.film.tracks.get(name), values = this.values(name, frame);
    if (!values) return null;
    if (index === undefined || index === null) {
      if (!keep) return { values, shape: track.shape };
      index = 0;
    }
    const picked = [index].flat().map(this.of), flat = keep && picked.length === 1;
    if (picked.some((i, k) => i === null || (!flat && i >= track.shape[k]))) return null;
    const shape = keep ? track.shape.slice(-keep) : track.shape.slice(picked.length);
    const size = shape.reduce((a, b) => a * b, 1);
    const at = picked.reduce((sum, i, k) => (k ? sum * track.shape[k] : 0) + i, 0) * size;
    return at + size > values.length ? null : { values: values.subarray(at, at + size), shape };
  }

  /** One number: a flat `column`, or one index an axis; the focus itself where that is the track. */
  number({ track: name, column }, frame) {
    if (name.startsWith("focus:")) return this.of(name) ?? undefined;
    if (name.startsWith("seconds:")) return this.player.seconds?.[name.slice(8)]; // see core.film.Film.message
    const at = [column ?? 0].flat();
    if (at.length > 1) return this.read({ track: name, index: at }, frame)?.values[0];
    return this.values(name, frame)?.[this.of(at[0])];
  }

  /** Words with {focus:NAME} in them. */
  text(words) {
    return words.replace(/\{focus:([^}]+)\}/g, (_, name) => this.label(name));
  }

  /** A panel's title: `focused` while all that it names is looked at. */
  title({ title = "", focused = "" }) {
    const names = [...focused.matchAll(/\{focus:([^}]+)\}/g)].map((found) => found[1]);
    return this.text(focused && names.every((name) => this.get(name) !== null) ? focused : title);
  }
}
