// The card beside the points: the structure under the pointer, else the picked one; and the legend.

const kept = new Map(); // row -> promise of what the server says of it

/** Structure and words of a molecule. */
function molecule(row) {
  if (!kept.has(row)) {
    if (kept.size > 2000) kept.clear();
    const url = new URL(`/depiction?row=${row}`, document.baseURI).href;
    const answer = fetch(url).then((found) => {
      if (!found.ok) throw new Error(found.statusText);
      return found.json();
    });
    answer.catch(() => kept.delete(row));
    kept.set(row, answer);
  }
  return kept.get(row);
}

export const number = (value) => {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(2);
  return String(Number(value.toPrecision(5)));
};

function add(parent, tag, name, text = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  parent.append(element);
  return element;
}

export class Card {
  constructor(root, host) {
    const left = add(root, "div", "ip-cloud-left");
    this.heading = add(left, "div", "ip-cloud-heading");
    this.title = add(this.heading, "h2", "ip-cloud-title");
    left.append(host);
    this.colors = add(left, "div", "ip-cloud-legend");
    this.box = add(root, "div", "ip-cloud-card");
    this.head = add(this.box, "p", "ip-cloud-head");
    this.picture = add(this.box, "div", "ip-cloud-picture");
    this.lines = add(this.box, "div", "ip-cloud-lines");
    this.lines.setAttribute("aria-live", "polite");
    this.hint = add(this.box, "p", "ip-cloud-hint");
  }

  show(data) {
    this.data = data;
    this.title.textContent = data.title;
    this.hint.textContent = data.hint;
    this.rest();
  }

  /** The picked molecule. */
  rest() {
    const { picked } = this.data;
    if (picked) this.fill(picked.row, "Picked", null);
  }

  /** The molecule under the pointer, with the values of its point. */
  point(row, values, asked) {
    this.fill(row, "Under the pointer", values, asked);
  }

  async fill(row, head, values, asked) {
    this.wanted = row;
    let found;
    try {
      found = await molecule(row);
    } catch {
      found = { svg: "", lines: ["The server does not answer. Reload the page to go on."] };
    }
    if (this.wanted !== row) return;
    this.head.textContent = head;
    // RDKit's own drawing of one of QM9's molecules: nothing that a user typed is in it.
    this.picture.innerHTML = found.svg;
    const lines = [...found.lines];
    const { labels, palette } = this.data;
    if (values && labels) labels.forEach((label, k) => lines.push(`${label}: ${number(values[k])}`));
    if (values && palette) {
      const value = palette.kind === "category" ? palette.names[values[2]] : number(values[2]);
      if (!labels?.includes(palette.label)) lines.push(`${palette.label}: ${value}`);
    }
    this.lines.replaceChildren();
    for (const line of lines) add(this.lines, "div", "ip-cloud-line", line);
    this.box.dataset.row = row;
    if (asked) this.box.dataset.took = Math.round(performance.now() - asked);
  }

  legend(data, shades) {
    const { palette, density } = data;
    const key = JSON.stringify(palette) + shades[0] + shades.at(-1) + Boolean(density);
    if (key === this.key) return;
    this.key = key;
    this.colors.replaceChildren();
    add(this.colors, "span", "ip-cloud-what", `Color: ${palette.label}`);
    if (palette.kind === "category") {
      palette.names.forEach((name, i) => {
        const item = add(this.colors, "span", "ip-cloud-item");
        add(item, "i", "ip-cloud-dot").style.background = shades[i];
        item.append(name);
      });
    } else {
      add(this.colors, "span", "", number(palette.low));
      const bar = add(this.colors, "i", "ip-cloud-bar");
      bar.style.background = `linear-gradient(to right, ${
        [0, 64, 128, 192, 255].map((i) => shades[i]).join(",")})`;
      add(this.colors, "span", "", `${number(palette.high)}${palette.log ? " (logarithmic)" : ""}`);
    }
    const ring = add(this.colors, "span", "ip-cloud-item");
    add(ring, "i", "ip-cloud-ring");
    ring.append("picked");
    if (density) {
      const gray = add(this.colors, "span", "ip-cloud-item");
      add(gray, "i", "ip-cloud-dot ip-cloud-gray");
      gray.append("density of all of QM9");
    }
  }
}
