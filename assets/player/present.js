// Present: title, bar and panels alone, as large as the window, for a projector.
//
// Key p, the button in the bar or `?present=1` in the address begin it; Escape or p again lead back.
// The look is in page.css and player.css under `ip-presenting`; here the panels get their height.

const NAME = "ip-presenting";
const TEXT = 1.5; // text is so much larger: 12 pixels become 18
const ROOM = 8; // pixels kept free below the panels

export class Present {
  constructor(player) {
    this.player = player;
    this.key = (event) => this.pressed(event);
    this.size = () => this.on && this.arrange();
    document.addEventListener("keydown", this.key);
    window.addEventListener("resize", this.size);
    if (player.live && new URLSearchParams(window.location.search).get("present") === "1") this.set(true);
  }

  get on() {
    return document.documentElement.classList.contains(NAME);
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.("input:not([type=range]), select, textarea, [contenteditable]")) return;
    if (event.key === "Escape" && this.on) this.set(false);
    else if (event.key === "p" && !event.target.closest?.(".ip-graph")) this.set(!this.on);
  }

  set(on) {
    document.documentElement.classList.toggle(NAME, on);
    document.documentElement.style.setProperty("--ip-text", on ? TEXT : 1);
    window.scrollTo?.(0, 0);
    this.arrange();
    // The window has its new look in the next frame, and panels follow their boxes after that.
    requestAnimationFrame(() => { this.arrange(); this.player.retheme(); });
    this.player.transport?.presenting(on);
  }

  /** The first row of panels fills what the head and the bar leave of the window. */
  arrange() {
    const { panels } = this.player;
    if (!panels) return;
    const first = panels.grid.getBoundingClientRect().top;
    const boxes = [...panels.grid.children].map((box) => box.getBoundingClientRect());
    const row = boxes.filter((box) => box.top < boxes[0].top + 40);
    const tallest = Math.max(...row.map((box) => box.height)) / (this.scale || 1);
    const room = window.innerHeight - Math.max(0, first) - ROOM;
    this.scale = this.on ? Math.max(0.7, Math.min(2.5, room / (tallest || 1))) : 1;
    panels.scale(this.scale);
  }

  destroy() {
    document.removeEventListener("keydown", this.key);
    window.removeEventListener("resize", this.size);
    if (this.on) this.set(false);
  }
}
