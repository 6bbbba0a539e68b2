// Player: draws a film at the display's rate and, where there is a server, asks it for more.
//
// It pulls: whenever less than a third of a second of film lies ahead of the picture while training
// goes on, it asks for more frames. So the server works only as fast as somebody watches, a hidden or
// closed tab costs nothing, and a lost message is asked for again.

import { Clock } from "./clock.js";
import { Film, parse } from "./film.js";
import { Focus } from "./focus.js";
import { Lesson } from "./lesson.js";
import { pull } from "./link.js";
import { Present } from "./present.js";
import { Notes, Readouts } from "./readouts.js";
import { Stage } from "./stage.js";
import { element, keys, Transport } from "./transport.js";

const RATE = 60; // frames of film a second at speed 1
const AHEAD = 0.35; // seconds of film to keep ahead of the picture while training
const LOOK = 2500; // ms that a film that plays again and again rests at its end

export class Player {
  /** `link` is {url, emit(event)} to the server, or null for a film from a file. */
  constructor(root, link = null) {
    this.root = root;
    this.link = link;
    this.film = new Film();
    this.focus = new Focus(this);
    this.stage = null; // the stage as the page described it
    this.memory = new Map(); // what the user chose (tools), kept over new settings
    this.brushed = new Map(); // name -> opacity of each point: what was brushed is seen, the rest is faint
    Object.assign(this, { head: 0, frame: 0, until: Infinity, speed: 1, playing: false, training: false,
      done: "", waiting: 0, pace: RATE, drawn: -1, last: 0, clock: new Clock(), lesson: new Lesson(root) });
    root.classList.add("ip-player");
    root.player = this; // for tests and tools
    keys(this, root);
    this.loop = requestAnimationFrame(this.tick = this.tick.bind(this));
  }

  /** Whether it can train: there is a server, and the film is not a recorded one. */
  get live() {
    return this.link !== null && !this.stage?.recorded;
  }

  // --- messages ---------------------------------------------------------------------------------

  /** Take a message of core.film.Film.message (bytes) in. */
  receive(bytes) {
    const message = parse(bytes);
    const { header } = message;
    const changed = header.film !== this.film.id;
    const complete = this.film.receive(message);
    this.source = header.run;
    if (header.stage && header.stage_id !== this.stageId) this.setStage(header.stage, header.stage_id);
    if (!complete) {
      this.pull(0, true);
      return;
    }
    this.done = header.done || "";
    this.seconds = header.seconds ?? {};
    if (header.refused) this.problem(header.refused);
    if (changed) { this.brushed.clear(); this.opened(header); } // other points
    // A change by hand was made to the newest frame: it should be seen from wherever one was.
    else if (header.edited !== this.edited && !this.training) this.latest();
    this.edited = header.edited;
    this.lesson.look(header.look, this.playing);
    if (this.done) this.training = false;
    this.notes?.write(this.film);
    this.drawn = -1;
    if (changed || header.stage) this.show(); // not at the next frame: what was set is seen at once
  }

  opened(header) {
    // "same": other settings of a film that is complete, seen at the same moment.
    const start = { end: Infinity, same: this.head }[header.start] ?? this.film.frameOf(header.goal);
    Object.assign(this, { head: Math.min(this.film.length - 1, start), until: Infinity });
    this.playing = this.playing || this.training || Boolean(header.autoplay);
    this.goal = header.goal ?? Infinity; // the step that a link asked for: train to it, rest there
    const behind = this.film.steps[this.film.length - 1] < header.goal;
    if ((header.autotrain || behind) && !this.done) this.training = this.playing = true;
    if (this.done) this.training = false;
    if (header.halt) this.training = this.playing = false;
    this.panels.outdated();
  }

  show() {
    if (this.film.length) this.draw(Math.min(this.film.length - 1, Math.floor(this.head)));
  }

  setStage(stage, id) {
    this.stageId = id;
    const first = this.stage === null;
    // A stage has its own pace; what the user chose instead stays until another pace is asked for.
    if (first || stage.speed !== this.stage.speed) this.speed = stage.speed ?? 1;
    this.stage = stage;
    if (first) {
      this.transport = new Transport(this, this.root);
      this.readouts = new Readouts(this);
      this.panels = new Stage(this, this.root);
      this.notes = new Notes(this, this.root);
      this.present = new Present(this);
    }
    this.focus.set(stage.panels);
    this.transport.follow(stage);
    this.panels.set(stage.panels);
    this.readouts.set(stage.readouts || []);
    if (this.present.on) this.present.arrange();
  }

  // --- time -------------------------------------------------------------------------------------

  tick(now) {
    this.loop = requestAnimationFrame(this.tick);
    const seconds = Math.min(0.1, (now - this.last) / 1000);
    this.last = now;
    if (!this.film.length) return;
    this.panels.renewOne();
    const end = this.film.length - 1;
    if (this.training) this.follow(end);
    if (this.playing) {
      this.head = Math.min(end, this.until, this.head + this.clock.due(seconds * this.pace * this.speed));
      if (this.head >= this.until) this.seek(this.until);
      if (this.head >= end && !this.training) this.ended(now);
    }
    if (this.clock.rests(this.link?.busy?.(), now) && this.drawn >= 0) return; // < 0: it was asked for
    const frame = Math.min(end, Math.floor(this.head));
    if (frame !== this.drawn) this.draw(frame);
    else this.panels.settle(now);
  }

  /** The film has run out: stop, or after a pause for a look begin again. */
  ended(now) {
    this.lesson.ended();
    if (!this.stage?.loop) { this.playing = false; this.drawn = -1; return; }
    this.endedAt ||= now;
    if (now - this.endedAt > LOOK) { this.head = 0; this.endedAt = 0; }
  }

  /** While training: a steady pace that the server can keep up with, and the next request. */
  follow(end) {
    if (this.film.steps[end] >= this.goal) { this.training = false; return; }
    const ahead = end - this.head, goal = RATE * this.speed * AHEAD;
    this.pace = RATE * Math.max(0.1, Math.min(1, ahead / (0.4 * goal)));
    if (ahead < goal) this.pull(Math.ceil(goal));
  }

  /** See link.js. */
  pull(want, everything, drag) {
    return pull(this, want, everything, drag);
  }

  problem(text) {
    if (!this.alert) this.alert = element("p", "ip-alert", this.root);
    if (this.alert.textContent !== text) this.alert.textContent = text;
  }

  draw(frame) {
    this.frame = this.drawn = frame;
    this.panels.draw(frame);
    this.write(frame);
  }

  // --- what the user does -----------------------------------------------------------------------

  seek(frame) {
    this.until = Infinity;
    this.training = this.playing = false;
    this.head = Math.max(0, Math.min(this.film.length - 1, frame));
    this.drawn = -1;
  }

  /** Look at the newest frame; at rest also where frames that were asked for are still on their way. */
  latest() {
    this.head = this.training ? this.film.length - 1 : Infinity;
    Object.assign(this, { until: Infinity, playing: this.training });
  }

  togglePlaying() {
    this.until = Infinity;
    if (this.training) { this.toggleTraining(); return; }
    if (!this.playing && this.head >= this.film.length - 1) this.head = 0;
    this.pace = RATE;
    this.playing = !this.playing;
    this.drawn = -1;
  }

  toggleTraining() {
    this.training = !this.training && !this.done;
    this.goal = Infinity;
    this.latest(); // which all exports speak of
    if (this.training) this.pull(6); // few, so that the first movement comes at once
    this.drawn = -1;
  }

  stepForward() {
    if (this.stage.chapters) { this.playChapter(this.stage.chapters); return; }
    if (this.head < this.film.length - 1) this.seek(this.frame + 1);
    else { this.seek(Infinity); this.pull(1); this.head += 1; }
  }

  /** Play to the end of the next chapter: the frames that share a value of this track. */
  playChapter(track) {
    const end = this.film.length - 1, of = (frame) => this.film.at(track, frame)[0];
    if (this.until < end) this.head = this.until; // pressed again on the way: on from there
    let until = Math.min(end, Math.floor(this.head) + 1);
    while (until < end && of(until + 1) === of(until)) until++;
    Object.assign(this, { until, playing: true, pace: RATE, drawn: -1 });
  }

  /** Something else is looked at; see Focus. */
  refocus(name) {
    if (!this.film.length) return;
    this.panels.refocus(name, this.frame);
    this.readouts.write(this.frame);
  }

  /** Points that were brushed on a panel stand out on all panels that share the name. */
  brush(name, opacities) {
    this.brushed.set(name, opacities);
    this.drawn = -1;
  }

  emit(event) {
    this.link?.emit({ ...event, step: this.film.steps[this.film.length - 1] ?? 0, n: Date.now() });
  }

  /** What tests and other tools read, the bar, the numbers and the notes of a frame. */
  write(frame) {
    const { film } = this;
    const step = film.steps[frame], length = film.length;
    const state = { film: film.id, frames: length, frame, step, playing: this.playing,
      training: this.training, done: Boolean(this.done) };
    for (const [name, value] of Object.entries(state))
      if (this.root.dataset[name] !== String(value)) this.root.dataset[name] = value;
    this.transport.update({ ...state, length, lastStep: film.steps[length - 1], done: this.done });
    this.readouts.write(frame);
    this.notes.mark(step);
  }

  retheme() {
    this.panels?.retheme();
    this.drawn = -1;
  }

  destroy() {
    cancelAnimationFrame(this.loop);
    this.present?.destroy();
    this.panels?.unmount();
    this.root.replaceChildren();
  }
}
