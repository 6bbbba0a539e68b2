// The bar under the stage: train, step, reset, play, scrub, speed; and the keyboard.

import { presentButton } from "./present.js";

// Drawn, not typed: not every font has these signs.
const ICONS = {
  first: "M3 3h2v10H3zM13 3v10L6 8z", play: "M4 2.5v11L13 8z", pause: "M4 3h3v10H4zM9 3h3v10H9z",
  last: "M11 3h2v10h-2zM3 3v10l7-5z",
};

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 8];

export class Transport {
  constructor(player, host) {
    this.player = player;
    this.bar = element("div", "ip-transport", host);
    this.bar.setAttribute("role", "group");
    this.bar.setAttribute("aria-label", "Film controls");
    if (player.live) {
      this.train = this.button("Train", "ip-train", () => player.toggleTraining());
      this.step = this.button("Step", "", () => player.stepForward(), "One frame further");
      this.reset = this.button("Reset", "", () => player.emit({ tool: "reset" }),
        "Back to the same first weights");
      this.seed = this.button("New seed", "", () => player.emit({ tool: "new_seed" }),
        "Other first weights");
      element("span", "ip-gap", this.bar);
    }
    this.jumps = element("div", "ip-jumps", this.bar);
    this.home = this.icon("first", () => player.seek(0), "First frame (Home)");
    this.play = this.icon("play", () => player.togglePlaying(), "Play the film (Space)");
    this.end = this.icon("last", () => player.seek(Infinity), "Last frame (End)");
    this.track = element("div", "ip-track", this.bar);
    this.slider = element("input", "ip-slider", this.track);
    Object.assign(this.slider, { type: "range", min: 0, max: 0, value: 0, step: 1 });
    this.slider.setAttribute("aria-label", "Frame of the film");
    this.slider.addEventListener("input", () => player.seek(Number(this.slider.value)));
    this.marks = element("div", "ip-marks", this.track);
    this.label = element("output", "ip-step", this.bar);
    this.speed = element("select", "ip-speed", this.bar);
    this.speed.setAttribute("aria-label", "Speed");
    for (const speed of SPEEDS) {
      const option = element("option", "", this.speed);
      Object.assign(option, { value: speed, textContent: `${speed}×`, selected: speed === player.speed });
    }
    this.speed.addEventListener("change", () => { player.speed = Number(this.speed.value); });
    this.large = presentButton(this.bar, player);
  }

  button(text, name, action, title = "") {
    const button = element("button", `ip-button ${name}`, this.bar);
    button.type = "button";
    button.textContent = text;
    if (title) button.title = title;
    button.addEventListener("click", action);
    return button;
  }

  /** What depends on the stage, which may change: the pace, and whether there is chance in it. */
  follow(stage) {
    this.speed.value = this.player.speed;
    if (this.seed) this.seed.hidden = stage.seeded === false || stage.trains === false;
    this.bar.classList.toggle("ip-alone", Boolean(stage.still)); // nothing moves by itself: Present is all
    if (!this.train) return;
    // A film that is complete: nothing is trained, and a step is a chapter of it.
    this.train.hidden = this.reset.hidden = Boolean(stage.chapters) || stage.trains === false;
    this.step.hidden = stage.trains === false;
    this.step.title = stage.chapters ? "Play the next stage" : "One frame further";
  }

  icon(name, action, title) {
    const button = this.button("", "ip-icon", action, title);
    this.jumps.append(button);
    button.setAttribute("aria-label", title);
    button.innerHTML = '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
      + '<path fill="currentColor"/></svg>';
    button.shape = button.querySelector("path");
    button.shape.setAttribute("d", ICONS[name]);
    return button;
  }

  /** Called once per drawn frame: only what changed is written to the page. */
  update({ frame, length, step, lastStep, playing, training, done }) {
    set(this.slider, "max", Math.max(0, length - 1));
    set(this.slider, "value", frame);
    const text = frame === length - 1 ? `step ${step}` : `step ${step} of ${lastStep}`;
    set(this.label, "textContent", text);
    const running = playing && !training;
    if (this.running !== running) {
      this.running = running;
      this.play.shape.setAttribute("d", ICONS[running ? "pause" : "play"]);
      this.play.setAttribute("aria-label", running ? "Pause the film (Space)" : "Play the film (Space)");
    }
    if (!this.train) return;
    set(this.train, "textContent", training ? "Pause" : "Train");
    set(this.train, "disabled", Boolean(done) && !training);
    set(this.train, "title", done || "");
    set(this.step, "disabled", Boolean(done) && frame === length - 1);
  }

  /** Small marks on the slider where something was noted. */
  mark(notes, steps, frameOf) {
    this.marks.replaceChildren(...notes.filter((n) => steps.length > 1).map((note) => {
      const mark = document.createElement("span");
      mark.className = `ip-mark ip-${note.level}`;
      mark.style.left = `${(100 * frameOf(note.step)) / (steps.length - 1)}%`;
      mark.title = `step ${note.step}: ${note.text}`;
      return mark;
    }));
  }
}

export function element(tag, name, parent) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  parent?.append(made);
  return made;
}

// Writing an unchanged value would still cost a style pass at 60 frames/s.
function set(target, key, value) {
  if (String(target[key]) !== String(value)) target[key] = value;
}

/** Keys on the whole player, except where text is typed. */
export function keys(player, root) {
  root.tabIndex = 0;
  root.addEventListener("keydown", (event) => {
    if (event.target.closest("input:not([type=range]), select, textarea, form")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const onButton = event.target.closest("button") && [" ", "Enter"].includes(event.key);
    if (onButton) return;
    const act = { " ": () => player.togglePlaying(), ArrowRight: () => player.seek(player.frame + 1),
      ArrowLeft: () => player.seek(player.frame - 1), Home: () => player.seek(0),
      End: () => player.seek(Infinity) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Whether a picture stands on the page: until then its place is kept, and says so (page.css). */
export function drawn() {
  document.documentElement.toggleAttribute("data-drawn", Boolean(document.querySelector(".ip-panel, .ip-cloud-plot")));
}
