// A network unrolled in time: time to the right, units down. A payload is {steps, height, rows,
// chosen, label, unit, first}; each row says its kind: "heat" (values [rows × steps], size, and
// `cells` where they can be chosen), "text" (a label a step), "lines" (curves) or "bars".
// Choosing a cell sends the event "cell", {layer: number of the row, place: step · units + unit}.
import { el, keep, paint, shade, svg } from "../lib/common.js";
import { exact } from "../lib/numbers.js";
import { speaker } from "../flow/flow_cells.js";
import { BUILD, LINE, TEXT } from "./unrolled_rows.js";

const CSS = `
.body { position: relative; outline-offset: 4px; border-radius: 4px; touch-action: pan-y }
.row { display: flex; align-items: center; margin-bottom: 5px }
.name { flex: none; padding-right: 10px; font-size: 12px; font-weight: 600; line-height: 1.15 }
.name small { display: block; font-size: 11px; font-weight: 400; color: var(--muted) }
.area { position: relative; flex: 1; min-width: 0 }
.area canvas { display: block; width: 100%; height: 100%; image-rendering: pixelated;
               border-radius: 2px }
.area svg { display: block; width: 100%; height: 100%; overflow: visible }
.pick { cursor: crosshair }
.signs { position: relative; font-family: var(--st-code-font, monospace); height: 100% }
.signs span { position: absolute; top: 0; height: 100%; display: grid; place-items: center;
              white-space: pre; overflow: hidden; line-height: 1 }
.signs .right { font-weight: 700 }
.signs .wrong { text-decoration: underline wavy var(--st-red-color, #e5484d) 1px }
.lit { background: color-mix(in srgb, var(--st-primary-color) 22%, transparent); border-radius: 2px }
.marks { position: absolute; inset: 0; pointer-events: none; overflow: visible }
.marks path { fill: none; stroke: var(--st-primary-color); stroke-width: 2 }
.marks .halo { stroke: var(--st-background-color); stroke-width: 4.5; opacity: .85 }
.marks .column { stroke: none; fill: var(--st-text-color); opacity: .09 }
.marks .cursor { stroke: var(--st-text-color); stroke-width: 1.4 }
.foot { display: flex; flex-wrap: wrap; gap: 2px 18px; align-items: center; min-height: 20px;
        font-size: 11.5px; color: var(--muted) }
.foot .axis { display: flex; justify-content: space-between; width: 100%; margin-bottom: 2px }
.foot canvas { width: 96px; height: 9px; border-radius: 2px; vertical-align: -1px; margin: 0 6px }
.foot b { color: var(--st-text-color); font-weight: 600 }
.foot .now { margin-left: auto; text-align: right }
.phone .row { display: block }
.phone .name { padding: 2px 0 3px }
.phone .name small { display: inline; margin-left: 6px }
`;
const PHONE = 520, GUTTER = 124, GAP = 5;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
               PageUp: [0, -1e6], PageDown: [0, 1e6], Home: [-1e6, 0], End: [1e6, 0] };
const FIXED = { text: TEXT, lines: LINE, bars: 40 };

class Unrolled {
  constructor(state) {
    this.state = state;
    this.at = null;                                    // the cell under the pointer or the keys
    this.body = el("div", "body", state.root);
    this.foot = el("div", "foot", state.root);
    this.say = speaker(state.root);
    this.body.tabIndex = 0;
    this.body.setAttribute("role", "application");
    this.body.onkeydown = event => this.key(event);
    this.body.onblur = () => this.point(null);
    this.body.onpointermove = event => this.point(this.find(event));
    this.body.onpointerleave = () => this.point(null);
    this.body.onclick = event => { const cell = this.find(event); if (cell) this.choose(cell); };
  }

  show(data, width) {
    const shape = JSON.stringify([width, data.steps, data.height,
      data.rows.map(row => [row.kind, row.name, row.about, row.rows, row.cells, row.curves?.length])]);
    this.data = data;
    if (shape !== this.shape) this.build(width);
    this.shape = shape;
    this.body.ariaLabel = `${data.label} Arrow keys move from cell to cell, Enter works one out.`;
    data.rows.forEach((row, i) => this.painters[i](row));
    this.legend();
    this.mark();
  }

  /** Heights: what is read as text or curves first; the maps share what is left. */
  heights() {
    const { rows, height } = this.data, heat = rows.filter(row => row.kind === "heat");
    const taken = rows.reduce((sum, row) => sum + GAP + (FIXED[row.kind] ?? 0), 44);
    const total = heat.reduce((sum, row) => sum + row.rows, 0), room = Math.max(80, height - taken);
    const each = Math.min(14, room / Math.max(total, 1));
    const whole = each > 1 ? Math.floor(each) : each;
    return rows.map(row => FIXED[row.kind] ?? Math.max(row.least ?? 22, whole * row.rows));
  }

  build(width) {
    const { rows } = this.data, heights = this.heights();
    this.phone = width < PHONE;
    this.state.root.classList.toggle("phone", this.phone);
    this.across = width - (this.phone ? 0 : GUTTER);
    this.body.replaceChildren();
    this.areas = [];
    this.painters = rows.map((row, i) => {
      const line = el("div", "row", this.body), name = el("div", "name", line, row.name);
      if (!this.phone) name.style.width = GUTTER + "px";
      if (row.about) el("small", "", name, row.about);
      const area = el("div", "area" + (row.cells ? " pick" : ""), line);
      area.style.height = heights[i] + "px";
      this.areas.push(area);
      return BUILD[row.kind](area, row, { across: this.across, height: heights[i],
                                          steps: this.data.steps });
    });
    this.marks = svg("svg", this.body, { class: "marks", width: "100%", height: "100%" });
    this.marks.ariaHidden = "true";
    this.paths = Object.fromEntries(["column", "halo", "chosen", "edge", "cursor"].map(name =>
      [name, svg("path", this.marks, { class: name === "edge" ? "halo" : name })]));
    this.boxes = null;
  }

  /** Where the areas lie in the body; asked anew after each build and change of size. */
  frames() {
    const frame = this.body.getBoundingClientRect();
    return this.areas.map(area => {
      const box = area.getBoundingClientRect();
      return { left: box.left - frame.left, top: box.top - frame.top,
               width: box.width, height: box.height };
    });
  }

  find(event) {
    const frame = this.body.getBoundingClientRect();
    const x = event.clientX - frame.left, y = event.clientY - frame.top;
    const boxes = this.frames();
    const row = boxes.findIndex(box => y >= box.top && y < box.top + box.height);
    const box = boxes[row];
    if (!box || x < box.left || x >= box.left + box.width) return null;
    const step = Math.floor((x - box.left) / box.width * this.data.steps);
    const count = this.data.rows[row].rows ?? 1;
    return { row, step, unit: Math.floor((y - box.top) / box.height * count) };
  }

  place(cell) {
    const box = this.frames()[cell.row], count = this.data.rows[cell.row].rows ?? 1;
    const w = box.width / this.data.steps, h = box.height / count;
    const more = side => Math.max(0, 5 - side) / 2;
    return [box.left + cell.step * w - more(w), box.top + cell.unit * h - more(h),
            Math.max(w, 5), Math.max(h, 5)];
  }

  fits(cell) {
    const row = cell && this.data.rows[cell.row];
    return Boolean(row) && cell.step < this.data.steps && cell.unit < (row.rows ?? 1);
  }

  mark() {
    const { chosen } = this.data, square = ([x, y, w, h]) => `M${x} ${y}h${w}v${h}h${-w}z`;
    const draw = (names, cell) => names.forEach(name => this.paths[name].setAttribute("d",
      this.fits(cell) && this.data.rows[cell.row].kind === "heat" ? square(this.place(cell)) : ""));
    draw(["halo", "chosen"], chosen);
    draw(["edge", "cursor"], this.at);
    const at = this.fits(this.at) ? this.at : this.fits(chosen) ? chosen : null;
    let column = "";
    if (at) {
      const [x, , w] = this.place(at), boxes = this.frames();
      const top = boxes[0].top, end = boxes.at(-1);
      column = square([x, top, w, end.top + end.height - top]);
    }
    this.paths.column.setAttribute("d", column);
  }

  // ---- what it says ----
  words(cell) {
    const row = this.data.rows[cell.row], value = this.value(cell);
    const unit = row.cells ? `, unit ${cell.unit + 1}`
      : row.names && row.rows > 1 ? `, ${row.names[cell.unit]}` : "";
    return `${row.name}, ${this.data.unit} ${this.data.first + cell.step}${unit}: ${value}`;
  }

  value({ row: number, step, unit }) {
    const row = this.data.rows[number], { steps } = this.data;
    if (row.kind === "text") return row.labels[step] === " " ? "space" : row.labels[step] || "nothing";
    if (row.kind === "heat") return exact(row.values[unit * steps + step]);
    if (row.kind === "bars") return exact(row.values[step]);
    return row.curves.map(curve => `${curve.name} ${number_(curve.values[step])}`).join(", ");
  }

  legend() {
    const { foot, data } = this;
    if (!foot.childNodes.length) {
      this.axis = el("div", "axis", foot);
      this.signed = el("span", "", foot);
      this.gates = el("span", "", foot);
      this.now = el("span", "now", foot);
    }
    this.axis.style.paddingLeft = (this.phone ? 0 : GUTTER) + "px";
    this.axis.replaceChildren();
    el("span", "", this.axis, `${data.unit} ${data.first}`);
    if (data.steps > 1) el("span", "", this.axis, `${data.first + data.steps - 1}`);
    scale(this.signed, "−1 orange", -1, "+1 blue");
    scale(this.gates, "gates: 0 grey", 0, "1 blue");
    this.tell();
  }

  tell() {
    const cell = this.fits(this.at) ? this.at : null;
    this.now.replaceChildren();
    if (cell) el("b", "", this.now, this.words(cell));
    else this.now.textContent = "Click a cell to work it out.";
  }

  // ---- pointer and keys ----
  point(cell) {
    this.at = cell && this.fits(cell) ? cell : null;
    this.mark();
    this.tell();
  }

  choose(cell) {
    const row = this.data.rows[cell.row];
    if (!row.cells) return;
    this.state.component.setTriggerValue("cell",
      { layer: row.cells - 1, place: cell.step * row.rows + cell.unit });
  }

  key(event) {
    if (event.key === "Enter" || event.key === " ") {
      if (this.at) this.choose(this.at);
    } else if (KEYS[event.key]) {
      this.point(this.moved(...KEYS[event.key]));
      this.say(this.words(this.at));
    } else return;
    event.preventDefault();
  }

  /** One cell on; over a map's edge lies the row beside it. */
  moved(right, down) {
    const { rows, steps, chosen } = this.data;
    const first = rows.findIndex(row => row.cells);
    const from = this.at ?? (this.fits(chosen) ? chosen : null);
    if (!from) return { row: Math.max(first, 0), step: 0, unit: 0 };
    const step = Math.max(0, Math.min(steps - 1, from.step + right));
    let { row } = from, unit = from.unit + down;
    if (unit < 0 || unit >= (rows[row].rows ?? 1)) {
      const next = row + Math.sign(down);
      if (!rows[next]) return { row, step, unit: from.unit };
      row = next;
      unit = down < 0 && down > -1e6 ? (rows[row].rows ?? 1) - 1 : 0;
    }
    return { row, step, unit };
  }
}

const number_ = value => Number.isFinite(value) ? exact(value) : "not there";

function scale(box, low, from, high) {
  if (box.childNodes.length) { tint(box.querySelector("canvas"), from); return; }
  box.append(low);
  tint(el("canvas", "", box), from);
  box.append(high);
}

function tint(canvas, from) {
  const ramp = Float32Array.from({ length: 48 }, (_, i) => from + (1 - from) * i / 47);
  paint(canvas, ramp, 48, 1, 1);
}

export default component => keep(component, CSS, (state, data, width) => {
  state.view ??= new Unrolled(state);
  state.view.show(data, width);
});
