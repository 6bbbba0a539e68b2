// Present: title, bar and panels of one player, as large as the window, for a projector.
//
// Key p, the button in the bar or `?present=1` in the address begin it; Escape or p again lead back to
// what was seen before. It is one at a time: that whose button was pressed, else that of the page's
// bench. The look is in page.css and player.css under `ip-presenting`, which the window wears, and
// `ip-presented`, which the player wears; here the panels get their height.

const NAME = "ip-presenting", SHOWN = "ip-presented";
const TEXT = 1.5; // text is so much larger: 12 pixels become 18
const ROOM = 10; // pixels kept free below the panels: the margin of the page
const TALL = 1.2; // of its width: how high a picture may become

const all = new Set(); // of the page, in the order in which they came
let shown = null; // the one that is seen alone
document.addEventListener("keydown", pressed);
window.addEventListener("resize", () => shown?.arrange());

export class Present {
  /** `player` has a `root` with a button of `presentButton`, `retheme`, `live`, and maybe `panels`. */
  constructor(player) {
    this.player = player;
    all.add(this);
    const asked = new URLSearchParams(window.location.search).get("present") === "1";
    if (asked && player.live && !shown && this === first()) this.set(true);
  }

  get on() {
    return shown === this;
  }

  get bench() {
    return this.player.root.closest(".st-key-bench") !== null;
  }

  set(on) {
    if (on === this.on) return;
    if (on) shown?.set(false);
    const { root } = this.player;
    if (on) this.before = grounds(root).map((one) => [one, one.scrollTop]);
    shown = on ? this : null;
    this.wear();
    const look = () => {
      this.arrange();
      for (const [one, top] of this.before) one.scrollTop = on ? 0 : top;
    };
    look();
    // The window has its new look in the next frame, and panels follow their boxes after that.
    requestAnimationFrame(() => { look(); this.player.retheme(); });
    label(root.querySelector(".ip-large"), on);
  }

  /** What window and player wear while this one is shown. */
  wear() {
    document.documentElement.classList.toggle(NAME, this.on);
    this.player.root.classList.toggle(SHOWN, this.on);
    this.player.root.style.setProperty("--ip-text", this.on ? TEXT : 1);
  }

  /** The first row of panels fills what the head and the bar leave of the window. */
  arrange() {
    const { panels } = this.player;
    if (!panels) return;
    panels.scale(this.on ? this.factor(panels.grid) : 1);
  }

  /** How much higher the pictures of the first row may be; what stands around them keeps its height. */
  factor(grid) {
    const boxes = [...grid.children].filter((box) => box.dataset.height && box.offsetHeight);
    if (!boxes.length) return 1;
    const top = edge(boxes[0]).top, room = window.innerHeight - Math.max(0, edge(grid).top) - ROOM;
    const around = (box) => [...box.children].reduce((sum, part) =>
      sum + edge(part).height - (part.matches(".ip-body") ? parseFloat(part.style.height) : 0), 0);
    const row = boxes.filter((box) => edge(box).top < top + 40);
    const fits = row.map((box) => (room - around(box)) / box.dataset.height);
    return Math.max(0.7, Math.min(2.5, upright(row), ...fits));
  }

  destroy() {
    all.delete(this);
    if (!this.on) return;
    shown = null;
    this.wear();
  }
}

/** In a window that is higher than wide the next row has its place, too: no picture is much higher than wide. */
const upright = (row) => (window.innerHeight < window.innerWidth ? Infinity
  : Math.max(...row.map((box) => (TALL * box.offsetWidth) / box.dataset.height)));

const edge = (element) => element.getBoundingClientRect();

const ICON = '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path fill="currentColor" '
  + 'd="M2 2h5v2H4v3H2zM9 2h5v5h-2V4H9zM2 9h2v3h3v2H2zM12 9h2v5H9v-2h3z"/></svg>';

/** The button with which a player begins and ends it. */
export function presentButton(parent, player) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "ip-button ip-icon ip-large", innerHTML: ICON });
  button.addEventListener("click", () => player.present.set(!player.present.on));
  label(button, false);
  parent.append(button);
  return button;
}

function label(button, on) {
  const says = on ? "Back to the page (Escape)" : "Present: as large as the window (p)";
  button.title = says;
  button.setAttribute("aria-label", says);
  button.setAttribute("aria-pressed", String(on));
}

/** Whom a key or an address means. */
const first = () => [...all].find((one) => one.bench) ?? [...all][0];

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.("input:not([type=range]), select, textarea, [contenteditable]")) return;
  if (event.key === "Escape") shown?.set(false);
  else if (event.key === "p" && !event.target.closest?.(".ip-graph")) (shown ?? first())?.set(!shown);
}

/** What scrolls under an element, from the inside out. */
function grounds(element) {
  const found = [];
  for (let one = element.parentElement; one; one = one.parentElement)
    if (one.scrollHeight > one.clientHeight || one.scrollTop) found.push(one);
  return found;
}
