// How far a film goes on from one picture of the display to the next, and when its picture stands.

const SLACK = 0.75; // of a frame, by which film and display may differ before one is left out or shown twice
const REST = 250; // ms that a picture stands at most while the page makes another one

export class Clock {
  owed = 0; // frames, or parts of one, that time has brought and nobody has seen
  free = 0; // when the page's script was last seen at rest

  /** Whole frames to go on by, where time has brought `more`: mostly one where film and display are alike.
   *
   * Pictures of a display do not come at equal times. Where the film's place is rounded down, every
   * fifth frame is left out and another shown twice (attention: 40 of 60 frames a second were seen).
   */
  due(more) {
    this.owed += more;
    const alike = Math.abs(more - 1) < 0.5 && Math.abs(this.owed - 1) < SLACK;
    const frames = alike ? 1 : Math.round(this.owed);
    this.owed -= frames;
    return frames;
  }

  /** Whether the picture stands: where the script is busy with another one, the browser's time is for that. */
  rests(busy, now) {
    if (!busy) this.free = now;
    return now > this.free && now - this.free < REST;
  }
}
