// Player: draws a film at the display's rate and, where there is a server, asks it for more.
//
// It pulls: whenever less than a third of a second of film lies ahead of the picture while training
// goes on, it asks for more frames. So the server works only as fast as somebody watches, a hidden or
// closed tab costs nothing, and a lost message is asked for again.

import { Film, parse } from "./film.js";
import { Network } from "./network.js";
import { Plot } from "./plot.js";
import { Raster } from "./raster.js";
import { element, keys, Transport } from "./transport.js";
import { Words } from "./words.js";

const KINDS = { plot: Plot, raster: Raster, network: Network, words: Words };
const RATE = 60; // frames of film a second at speed 1
const AHEAD = 0.35; // seconds of film to keep ahead of the picture while training
const PATIENCE = 4000; // ms after which a pull is taken as lost

export class Player {
  /** `link` is {url, emit(event)} to the server, or null for a film from a file. */
  constructor(root, link = null) {
    this.root = root;
    this.link = link;
    this.film = new Film();
    this.stage = null;
    this.later = new Map(); // panel id -> a new figure that waits for its turn
    this.panels = new Map(); // panel id -> {spec text, host, panel}
    this.memory = new Map(); // what the user chose (tools), kept over new settings
    Object.assign(this, { head: 0, frame: 0, speed: 1, playing: false, training: false, focus: null,
      done: "", waiting: 0, pace: RATE, drawn: -1, last: 0, syncCost: 20, synced: 0, turn: 0 });
    root.classList.add("ip-player");
    root.player = this; // for tests and tools
    keys(this, root);
    this.tick = this.tick.bind(this);
    this.loop = requestAnimationFrame(this.tick);
  }

  get live() {
    return this.link !== null;
  }

  // --- messages ---------------------------------------------------------------------------------

  /** Take a message of core.film.Film.message (bytes) in. */
  receive(bytes) {
    const message = parse(bytes);
    const { header } = message;
    const changed = header.film !== this.film.id;
    const complete = this.film.receive(message);
    if (header.stage && header.stage_id !== this.stageId) this.setStage(header.stage, header.stage_id);
    if (!complete) {
      this.source = header.run;
      this.pull(0, true);
      return;
    }
    this.source = header.run;
    this.done = header.done || "";
    if (changed) this.opened(header);
    if (this.done && this.training && this.live) this.training = false;
    this.writeNotes();
    this.drawn = -1;
    if (changed) this.show(); // not at the next frame: what was set should be seen at once
  }

  opened(header) {
    this.head = header.start === "end" ? this.film.length - 1 : 0;
    this.playing = this.playing || this.training || Boolean(header.autoplay);
    if (header.autotrain && !this.done) this.training = this.playing = true;
    if (this.done) this.training = false;
    for (const { panel } of this.panels.values()) panel.synced = -1;
  }

  show() {
    if (!this.film.length) return;
    this.draw(Math.min(this.film.length - 1, Math.floor(this.head)));
  }

  setStage(stage, id) {
    this.stageId = id;
    const first = this.stage === null;
    // A stage has its own pace; what the user chose instead stays until another pace is asked for.
    if (first || stage.speed !== this.stage.speed) this.speed = stage.speed ?? 1;
    this.stage = stage;
    if (first) {
      this.transport = new Transport(this, this.root);
      this.readouts = element("div", "ip-readouts", this.root);
      this.grid = element("div", "ip-stage", this.root);
      this.noteList = element("ul", "ip-notes", this.root);
      this.noteList.setAttribute("aria-label", "What you see");
    }
    this.transport.showSpeed(this.speed);
    const wanted = new Set(stage.panels.map((spec) => spec.id));
    for (const [id_, entry] of this.panels)
      if (!wanted.has(id_)) { entry.panel.unmount(); entry.box.remove(); this.panels.delete(id_); }
    stage.panels.forEach((spec, order) => this.place(spec, order));
    this.readouts.replaceChildren(...(stage.readouts || []).map((spec) => readout(spec)));
    this.values = [...this.readouts.querySelectorAll("b")];
    this.focus = null;
  }

  place(spec, order) {
    const text = JSON.stringify(spec);
    const old = this.panels.get(spec.id);
    if (old && old.text === text) { old.box.style.order = order; return; }
    if (old && old.panel.respec && old.panel.spec.kind === spec.kind) {
      old.text = text;
      dress(old.box, spec, order);
      this.later.set(spec.id, () => old.panel.respec(spec));
      return;
    }
    const box = element("section", "ip-panel", this.grid);
    element("h3", "", box);
    const host = element("div", "ip-host", box);
    host.setAttribute("role", "img");
    dress(box, spec, order);
    if (old) { old.panel.unmount(); old.box.remove(); }
    const panel = new KINDS[spec.kind](host, spec, this);
    this.panels.set(spec.id, { text, box, panel });
    panel.mount().catch((error) => { host.textContent = `This picture failed: ${error.message}`; });
  }

  /** Plotly takes tens of milliseconds for a new figure: one a frame, after the canvases. */
  respecOne() {
    const [id, respec] = this.later.entries().next().value || [];
    if (!id) return;
    this.later.delete(id);
    if (this.panels.has(id)) respec();
  }

  // --- time -------------------------------------------------------------------------------------

  tick(now) {
    this.loop = requestAnimationFrame(this.tick);
    const seconds = Math.min(0.1, (now - this.last) / 1000);
    this.last = now;
    if (!this.film.length) return;
    this.respecOne();
    const end = this.film.length - 1;
    if (this.training) this.follow(end);
    if (this.playing) {
      this.head = Math.min(end, this.head + seconds * this.pace * this.speed);
      if (this.head >= end && !this.training) this.ended(now);
    }
    const frame = Math.min(end, Math.floor(this.head));
    if (frame !== this.drawn) this.draw(frame);
    else if (now - this.synced > 150) this.settle(now);
  }

  /** The film has run out: stop, or after a pause for a look begin again. */
  ended(now) {
    if (!this.stage?.loop) { this.playing = false; this.drawn = -1; return; }
    this.endedAt ||= now;
    if (now - this.endedAt > 2500) { this.head = 0; this.endedAt = 0; }
  }

  /** While training: a steady pace that the server can keep up with, and the next request. */
  follow(end) {
    const ahead = end - this.head, goal = RATE * this.speed * AHEAD;
    this.pace = RATE * Math.max(0.1, Math.min(1, ahead / (0.4 * goal)));
    if (ahead < goal) this.pull(Math.ceil(goal));
  }

  /** Ask the server to train `want` frames further, and for all frames that are missing here. */
  async pull(want, everything = false) {
    const now = performance.now();
    if (!this.live || (this.waiting && now - this.waiting < PATIENCE)) return;
    this.waiting = now;
    const film = this.film.id;
    const body = JSON.stringify({ run: this.source, have: everything ? -1 : this.film.newest, want });
    try {
      const answer = await fetch(this.link.url, { method: "POST", body });
      const bytes = answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
      if (film === this.film.id) this.answered(bytes);
    } catch {
      if (film === this.film.id) this.answered(null);
    } finally {
      if (this.waiting === now) this.waiting = 0;
    }
  }

  answered(bytes) {
    this.problem(bytes ? "" : "The connection to this run is lost. Reload the page to go on.");
    if (bytes) this.receive(bytes);
    else this.training = this.playing = false;
  }

  problem(text) {
    if (!this.alert) this.alert = element("p", "ip-alert", this.root);
    if (this.alert.textContent !== text) this.alert.textContent = text;
  }

  draw(frame) {
    this.frame = this.drawn = frame;
    const started = performance.now();
    for (const { panel } of this.panels.values()) panel.draw(frame);
    this.write(frame);
    // Plotly's own traces follow as often as costs at most a tenth of the time.
    if (started - this.synced > 10 * this.syncCost) this.sync(started, false);
  }

  /** At rest: bring the invisible twins up to date, one panel at a time. */
  settle(now) {
    if (!this.sync(now, true)) this.synced = now;
  }

  sync(now, all) {
    // In turn, so that a panel that always lags cannot keep the others from their update.
    const panels = [...this.panels.values()].map((entry) => entry.panel);
    for (let i = 1; i <= panels.length; i++) {
      const panel = panels[(this.turn + i) % panels.length];
      if (!panel.stale?.() || !(all || panel.urgent())) continue;
      this.turn = (this.turn + i) % panels.length;
      const started = performance.now();
      panel.sync(all);
      this.syncCost = 0.7 * this.syncCost + 0.3 * (performance.now() - started);
      this.synced = now;
      return true;
    }
    return false;
  }

  // --- what the user does -----------------------------------------------------------------------

  seek(frame) {
    this.training = this.playing = false;
    this.head = Math.max(0, Math.min(this.film.length - 1, frame));
    this.drawn = -1;
  }

  togglePlaying() {
    if (this.training) { this.toggleTraining(); return; }
    if (!this.playing && this.head >= this.film.length - 1) this.head = 0;
    this.pace = RATE;
    this.playing = !this.playing;
    this.drawn = -1;
  }

  toggleTraining() {
    this.training = !this.training && !this.done;
    this.playing = this.training;
    if (this.training) {
      this.head = this.film.length - 1;
      this.pull(6); // few, so that the first movement comes at once
    }
    this.drawn = -1;
  }

  stepForward() {
    if (this.head < this.film.length - 1) this.seek(this.frame + 1);
    else { this.seek(Infinity); this.once = true; this.pull(1); this.head += 1; }
  }

  setSpeed(speed) {
    this.speed = speed;
  }

  setFocus(focus) {
    this.focus = focus;
    for (const { panel } of this.panels.values())
      if (panel.spec.kind === "raster") panel.draw(this.frame);
  }

  emit(event) {
    this.link?.emit({ ...event, step: this.film.steps[this.film.length - 1] ?? 0, n: Date.now() });
  }

  // --- words ------------------------------------------------------------------------------------

  write(frame) {
    const { film, root } = this;
    const step = film.steps[frame], length = film.length;
    Object.assign(root.dataset, { film: film.id, frames: length, frame, step,
      playing: this.playing, training: this.training, done: this.done ? "true" : "false" });
    this.transport?.update({ frame, length, step, lastStep: film.steps[length - 1],
      playing: this.playing, training: this.training, done: this.done });
    (this.stage?.readouts || []).forEach((spec, i) => {
      const values = film.at(spec.track, frame);
      const text = values ? format(values[spec.column || 0], spec.format) : "";
      if (this.values[i].textContent !== text) this.values[i].textContent = text;
    });
    if (this.noteItems) for (const { item, step: at } of this.noteItems) {
      const future = at > step;
      if (item.classList.contains("ip-future") !== future) item.classList.toggle("ip-future", future);
    }
  }

  writeNotes() {
    if (!this.noteList) return;
    const text = JSON.stringify(this.film.notes);
    if (text !== this.noteText) {
      this.noteText = text;
      this.noteItems = this.film.notes.map((note) => {
        const item = document.createElement("li");
        item.className = `ip-${note.level}`;
        const at = element("button", "ip-jump", item);
        at.type = "button";
        at.textContent = `step ${note.step}`;
        at.addEventListener("click", () => this.seek(this.film.frameOf(note.step)));
        item.append(` ${note.text}`);
        return { item, step: note.step };
      });
      this.noteList.replaceChildren(...this.noteItems.map(({ item }) => item));
    }
    this.transport.mark(this.film.notes, this.film.steps, (step) => this.film.frameOf(step));
  }

  retheme() {
    for (const { panel } of this.panels.values()) panel.retheme?.();
    this.drawn = -1;
  }

  destroy() {
    cancelAnimationFrame(this.loop);
    for (const { panel } of this.panels.values()) panel.unmount();
    this.root.replaceChildren();
  }
}

function dress(box, spec, order) {
  box.style.order = order;
  box.style.flexGrow = spec.grow ?? 1;
  box.style.flexBasis = `${spec.width ?? 320}px`;
  box.dataset.panel = spec.id;
  box.querySelector("h3").textContent = spec.title || "";
  const host = box.querySelector(".ip-host");
  host.style.height = `${spec.height ?? 320}px`;
  host.setAttribute("aria-label", spec.alt || spec.title || "");
}

function readout(spec) {
  const item = document.createElement("span");
  item.className = "ip-readout";
  item.append(spec.label);
  if (spec.color) item.style.setProperty("--ip-mark", spec.color);
  element("b", "", item);
  return item;
}

/** Numbers as the readouts show them: ".3f", ".1%", "d", "g". */
export function format(value, kind = ".3f") {
  if (value == null || Number.isNaN(value)) return "not a number";
  const digits = Number(kind.match(/\.(\d)/)?.[1] ?? 3);
  if (kind.endsWith("%")) return `${(100 * value).toFixed(digits)} %`;
  if (kind === "d") return Math.round(value).toLocaleString("en-US");
  if (kind.endsWith("g")) return Number(value.toPrecision(digits)).toString();
  return Math.abs(value) > 0 && Math.abs(value) < 0.5 * 10 ** -digits
    ? value.toExponential(1) : value.toFixed(digits);
}
