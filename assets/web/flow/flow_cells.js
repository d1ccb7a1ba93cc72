// Cells of a picture that can be chosen, by mouse, finger or keys, and the marks that lie on them:
// the cell under the cursor, the chosen one, and all that this one can feel.
import { el, svg } from "../lib/common.js";

export const CELLS = `
.cells { position: relative }
.pick { cursor: pointer }
.marks { position: absolute; inset: 0; overflow: visible; pointer-events: none }
.marks path { fill: none; stroke: var(--st-primary-color); stroke-width: 1.6 }
.marks path.halo { stroke: var(--st-background-color); stroke-width: 4; opacity: .8 }
.marks path.cursor { stroke: var(--st-text-color); stroke-width: 1.4 }
.marks path.chosen { stroke-width: 2.6 }
.felt-all { outline: 2px solid var(--st-primary-color); outline-offset: 3px; border-radius: 3px }
.pick:focus-visible { outline: 2px solid var(--st-text-color); outline-offset: 3px }
.row { border-radius: 3px }
.row.chosen { box-shadow: 0 0 0 2px var(--st-background-color), 0 0 0 4px var(--st-primary-color) }
.row.cursor { box-shadow: 0 0 0 2px var(--st-background-color), 0 0 0 3px var(--st-text-color) }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
`;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SMALLEST = 5;                       // pixels of a mark's side: a cell may be smaller

/** The border around the marked cells of one map, as a path in units of cells. */
export function outline(mask, first, width, height) {
  const on = (x, y) => x >= 0 && y >= 0 && x < width && y < height && mask[first + y * width + x];
  let path = "";
  for (let y = 0; y <= height; y++)
    for (let x = 0; x <= width; x++) {
      if (x < width && !on(x, y) !== !on(x, y - 1)) path += `M${x} ${y}h1`;
      if (y < height && !on(x, y) !== !on(x - 1, y)) path += `M${x} ${y}v1`;
    }
  return path;
}

/** Marks on a grid of maps. g: {across, size, tall, gap}, where map i lies in `box`. */
export class Marks {
  constructor(box, g, stage, room, tell) {
    Object.assign(this, { box, g, stage, room, tell, at: 0 });
    this.layer = svg("svg", box, { class: "marks", width: "100%", height: "100%" });
    this.layer.ariaHidden = "true";
    this.felt = svg("g", this.layer);
    this.chosen = this.pair("chosen");
    this.cursor = this.pair("cursor");
    if (stage.layer == null) return;
    box.classList.add("pick");
    box.tabIndex = 0;
    box.role = "application";
    box.ariaLabel = `${box.ariaLabel}. Arrow keys move from cell to cell, Enter chooses.`;
    box.onkeydown = event => this.key(event);
    box.onblur = () => { this.point(null); room.tip(null); };
  }

  pair(name) {
    return [svg("path", this.layer, { class: "halo" }), svg("path", this.layer, { class: name })];
  }

  get area() { return this.stage.width * this.stage.height; }

  /** Where a cell lies in the box: left, top, width, height. */
  place(flat) {
    const { across, size, tall, gap } = this.g, { width, height } = this.stage;
    const map = Math.floor(flat / this.area), cell = flat % this.area;
    const w = size / width, h = tall / height;
    const x = (map % across) * (size + gap) + (cell % width) * w;
    const y = Math.floor(map / across) * (tall + gap) + Math.floor(cell / width) * h;
    const more = side => Math.max(0, SMALLEST - side) / 2;
    return [x - more(w), y - more(h), Math.max(w, SMALLEST), Math.max(h, SMALLEST)];
  }

  draw(paths, flat) {
    const box = flat == null ? null : this.place(flat);
    const path = box ? `M${box[0]} ${box[1]}h${box[2]}v${box[3]}h${-box[2]}z` : "";
    for (const one of paths) one.setAttribute("d", path);
  }

  /** The cell under the mouse or the keys; null: none. */
  point(flat) {
    if (flat != null) this.at = flat;
    this.draw(this.cursor, flat);
  }

  choose(flat) {
    this.draw(this.chosen, flat);
    this.room.pick(this.stage.layer, flat);
  }

  key(event) {
    if (event.key === "Enter" || event.key === " ") {
      this.choose(this.at);
    } else if (KEYS[event.key]) {
      this.point(this.moved(...KEYS[event.key]));
      const frame = this.box.getBoundingClientRect(), [x, y] = this.place(this.at);
      const text = this.tell(this.at);
      this.room.tip({ clientX: frame.left + x, clientY: frame.top + y }, text);
      this.room.say(text);
    } else return;
    event.preventDefault();
  }

  /** One cell on; over a map's edge lies the map beside it. */
  moved(dx, dy) {
    const { across } = this.g, { width, height, count } = this.stage;
    const map = Math.floor(this.at / this.area), cell = this.at % this.area;
    let x = (map % across) * width + cell % width + dx;
    let y = Math.floor(map / across) * height + Math.floor(cell / width) + dy;
    if (x < 0 || y < 0 || x >= across * width) return this.at;
    const next = Math.floor(y / height) * across + Math.floor(x / width);
    return next < count ? next * this.area + (y % height) * width + x % width : this.at;
  }

  show(stage) {
    this.stage = stage;
    this.box.classList.toggle("felt-all", !!stage.whole);
    this.draw(this.chosen, stage.chosen);
    if (stage.chosen != null && !this.box.matches(":focus")) this.at = stage.chosen;
    this.felt.replaceChildren();
    if (!stage.felt || stage.whole || stage.chosen != null) return;
    const { across, size, tall, gap } = this.g, { width, height, count } = stage;
    for (let map = 0; map < (count ?? 1); map++) {
      const path = outline(stage.felt, map * this.area, width, height);
      if (!path) continue;
      const x = (map % across) * (size + gap), y = Math.floor(map / across) * (tall + gap);
      const group = svg("g", this.felt, {
        transform: `translate(${x} ${y}) scale(${size / width} ${tall / height})` });
      for (const name of ["halo", "line"])
        svg("path", group, { class: name, d: path, "vector-effect": "non-scaling-stroke" });
    }
  }
}

/** Rows that can be chosen: rows[i] is the list of nodes that row i consists of. */
export function rowMarks(box, stage, rows, room, tell) {
  if (stage.layer == null) return () => {};
  let at = 0;
  const mark = (name, which) =>
    rows.forEach((nodes, i) => nodes[0].classList.toggle(name, i === which));
  const choose = i => { mark("chosen", i); room.pick(stage.layer, i); };
  rows.forEach((nodes, i) => nodes.forEach(node => {
    node.onclick = () => choose(i);
    if (node === nodes[0]) node.classList.add("row");
  }));
  box.classList.add("pick");
  box.tabIndex = 0;
  box.role = "application";
  box.ariaLabel = `${stage.name}. Arrow keys move from row to row, Enter chooses.`;
  box.onblur = () => mark("cursor", -1);
  box.onkeydown = event => {
    if (event.key === "Enter" || event.key === " ") choose(at);
    else if (KEYS[event.key]) {
      const [dx, dy] = KEYS[event.key];
      mark("cursor", at = Math.min(rows.length - 1, Math.max(0, at + dx + dy)));
      room.say(tell(at));
    } else return;
    event.preventDefault();
  };
  return s => {
    box.classList.toggle("felt-all", !!s.whole);
    mark("chosen", s.chosen ?? -1);
    at = s.chosen ?? at;
  };
}

/** A place for what only screen readers hear. */
export function speaker(root) {
  const said = el("div", "said", root);
  said.ariaLive = "polite";
  return text => { said.textContent = text; };
}
