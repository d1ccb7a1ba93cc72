// The map of the plane: what the pointer rests on in words, a legend, and painting points.
//
// A stroke shows at once, as a change of the figure, and goes to Python when it ends. It stays in
// `waiting` until a figure comes that says it has been seen; so no stroke is lost or counted twice,
// however quickly one follows the other. Python's side is playground/web/parts/paint.py.
import { el, shade, svg } from "../lib/common.js";
import { fixed } from "../lib/numbers.js";

const REACH = 0.45;          // of the eraser, and of the spray, in units of the plane
const APART = 0.4;           // the pointer has to move so far to spray again
const STEP = 0.25, LEAP = 1; // of the arrow keys, without and with Shift
const AGAIN = 2000;          // ms until an unanswered stroke is sent once more
const BAR = 40, FOOT = 22;   // px
const EDGE = 6;
const SPLITS = ["train", "test"];   // names of the traces that hold points of the data
export const SHAPES = {
  diamond: "M0-6l6 6-6 6-6-6z", circle: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0",
  square: "M-5-5h10v10h-10z", "triangle-up": "M0-6l6 10h-12z",
  cross: "M-2-6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
  star: "M0-6l1.8 4 4.3.4-3.3 2.9 1 4.3-3.8-2.3-3.8 2.3 1-4.3-3.3-2.9 4.3-.4z",
};
const ICONS = {
  Erase: "M-6 2l6-7 6 5-6 6h-3z M-3 6h9", Undo: "M-5-2h7a4 4 0 0 1 0 8h-4 M-5-2l4-4 M-5-2l4 4",
  "Clear all": "M-5-4h10 M-2-4v-2h4v2 M-4-4l1 10h6l1-10",
};

// What a visitor holds; the tools may be mounted anew between two strokes.
const held = { kind: 0, value: 1, erase: false };

/** A class's mark, as in the map. */
function mark(parent, { symbol, color }) {
  const icon = svg("svg", parent, { viewBox: "-8 -8 16 16", width: 16, height: 16,
    "aria-hidden": "true" });
  svg("path", icon, { d: SHAPES[symbol], fill: color });
}

export class Painter {
  constructor(chart) {
    this.chart = chart;
    this.waiting = [];
    this.number = 0;
    this.at = [0, 0];                       // of the keyboard's cursor
    const { node } = chart;
    this.bar = el("div", "paint-bar");
    node.before(this.bar);
    this.foot = el("div", "map-foot");
    node.after(this.foot);
    this.sheet = el("div", "paint-sheet", node.parentElement);
    this.sheet.tabIndex = 0;
    this.sheet.role = "application";
    this.cursor = el("div", "paint-cursor", this.sheet);
    this.status = el("div", "paint-status", node.parentElement);
    this.status.role = "status";
    this.listen();
    node.addEventListener("mouseenter", () => { this.inside = true; this.chart.again(); });
    node.addEventListener("mouseleave", () => { this.inside = false; });
  }

  // ---- what surrounds the map: returns the height it takes ----
  frame(map) {
    this.map = map;
    this.waiting = this.waiting.filter(stroke => stroke.n > map.seen);
    this.number = Math.max(this.number, map.seen);
    if (held.kind >= map.offer.length) held.kind = 0;
    const show = JSON.stringify([map.paint, map.classes, map.names, map.offer, map.legend,
      map.undo]);
    if (show !== this.shown) { this.shown = show; this.furnish(); }
    this.sheet.hidden = this.bar.hidden = !map.paint;
    return (map.paint ? BAR : 0) + (this.foot.hidden ? 0 : FOOT);
  }

  furnish() {
    const { map, bar, foot } = this, regression = !map.classes;
    bar.replaceChildren();
    bar.role = "toolbar";
    bar.ariaLabel = "Painting";
    if (regression) this.slider(bar);
    else map.offer.forEach((name, number) => {
      const button = this.button(bar, `Paint ${name}`, () => {
        held.kind = number; held.erase = false; this.choose();
      });
      mark(button, map.markers[number]);
      button.dataset.kind = number;
    });
    el("span", "paint-gap", bar);
    this.eraser = this.icon(bar, "Erase", () => { held.erase = !held.erase; this.choose(); });
    this.icon(bar, "Undo", () => this.finish({ verb: "undo" })).disabled = !map.undo;
    this.icon(bar, "Clear all", () => this.finish({ verb: "clear" }));
    foot.replaceChildren();
    foot.hidden = !(map.legend && !map.paint || regression);
    if (regression) {
      el("span", "", foot, map.scale[0]);
      el("span", "map-ramp", foot);
      el("span", "", foot, `${map.scale[2]} value`);
    } else if (!foot.hidden) map.names.forEach((name, number) => {
      const entry = el("span", "", foot);
      mark(entry, map.markers[number]);
      entry.append(name);
    });
    this.choose();
  }

  button(parent, label, act) {
    const button = el("button", "", parent);
    button.type = "button";
    button.title = button.ariaLabel = label;
    button.onclick = act;
    return button;
  }

  icon(parent, label, act) {
    const button = this.button(parent, label, act);
    const drawing = svg("svg", button, { viewBox: "-8 -8 16 16", width: 16, height: 16,
      "aria-hidden": "true" });
    svg("path", drawing, { d: ICONS[label], fill: "none", stroke: "currentColor",
      "stroke-width": 1.4, "stroke-linejoin": "round", "stroke-linecap": "round" });
    return button;
  }

  slider(parent) {
    const input = el("input", "", parent);
    Object.assign(input, { type: "range", min: -1, max: 1, step: 0.05, value: held.value,
      ariaLabel: "Value to paint", title: "Value to paint" });
    const told = el("output", "", parent, fixed(held.value, 1));
    const tint = () => {
      const colour = [];
      shade(held.value, colour, 0);
      input.style.accentColor = `rgb(${colour.slice(0, 3)})`;
    };
    input.oninput = () => {
      held.value = Number(input.value); held.erase = false;
      told.textContent = fixed(held.value, 1);
      tint();
      this.choose();
    };
    tint();
  }

  choose() {
    for (const button of this.bar.querySelectorAll("[data-kind]"))
      button.ariaPressed = !held.erase && Number(button.dataset.kind) === held.kind;
    this.eraser.ariaPressed = held.erase;
    const tool = held.erase ? "the eraser" : this.map.classes
      ? this.map.offer[held.kind] : `the value ${fixed(held.value, 1)}`;
    this.sheet.ariaLabel = `Paint on the map with ${tool}. Arrow keys move the cursor, Enter uses `
      + "the tool, Delete erases, 1 to 6 choose a class.";
    this.cursor.dataset.erase = held.erase;
    this.showCursor();
  }

  // ---- between pixels and the plane ----
  axes() { const { xaxis, yaxis } = this.chart.node._fullLayout; return [xaxis, yaxis]; }

  place() {
    if (!this.map?.paint) return;
    const [x, y] = this.axes(), { node } = this.chart;
    Object.assign(this.sheet.style, { left: node.offsetLeft + x._offset + "px",
      top: node.offsetTop + y._offset + "px", width: x._length + "px", height: y._length + "px" });
    this.showCursor();
  }

  point(event) {
    const box = this.sheet.getBoundingClientRect(), [x, y] = this.axes();
    return [x.p2d(event.clientX - box.left), y.p2d(event.clientY - box.top)].map(bounded);
  }

  showCursor() {
    if (!this.chart.node._fullLayout || !this.map?.paint) return;
    const [x, y] = this.axes(), size = 2 * REACH * x._length / Math.abs(x.range[1] - x.range[0]);
    const side = held.erase ? size : 13;
    Object.assign(this.cursor.style, { width: side + "px", height: side + "px",
      left: x.d2p(this.at[0]) - side / 2 + "px", top: y.d2p(this.at[1]) - side / 2 + "px" });
  }

  // ---- hands ----
  listen() {
    const { sheet } = this;
    sheet.onpointerdown = event => {
      if (!event.isPrimary || event.button) return;      // one finger, the main button
      event.preventDefault();
      sheet.setPointerCapture(event.pointerId);
      sheet.focus({ preventScroll: true });
      this.stroke = this.begun();
      this.use(this.point(event));
    };
    sheet.onpointermove = event => {
      if (!event.isPrimary) return;
      this.at = this.point(event);
      this.showCursor();
      if (!this.stroke) return;
      const [x, y] = this.last;
      if (Math.hypot(this.at[0] - x, this.at[1] - y) >= APART)
        this.use(this.at, !held.erase);
    };
    sheet.onpointerup = sheet.onpointercancel = event => {
      if (!event.isPrimary || !this.stroke) return;
      const stroke = this.stroke;
      this.stroke = null;
      this.finish(stroke);
    };
    sheet.onkeydown = event => this.key(event);
  }

  key(event) {
    const far = event.shiftKey ? LEAP : STEP;
    const moves = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, far],
      ArrowDown: [0, -far] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in moves) {
      this.at = this.at.map((t, i) => bounded(t + moves[event.key][i]));
      this.showCursor();
      this.say(`x₁ ${fixed(this.at[0], 1)}, x₂ ${fixed(this.at[1], 1)}`);
    } else if (event.key === "Enter" || event.key === " ") this.dot(held.erase);
    else if (event.key === "Delete" || event.key === "Backspace") this.dot(true);
    else if (this.map.classes && "123456".includes(event.key)
             && event.key <= this.map.offer.length) {
      held.kind = event.key - 1;
      held.erase = false;
      this.choose();
      this.say(`Paint ${this.map.offer[held.kind]}`);
    } else return;
    event.preventDefault();
  }

  dot(erase) {
    this.finish({ ...this.begun(erase), xy: [...this.at] });
    const what = erase ? "Erased" : this.map.classes ? this.map.offer[held.kind]
      : fixed(held.value, 1);
    this.say(`${what} at x₁ ${fixed(this.at[0], 1)}, x₂ ${fixed(this.at[1], 1)}`);
  }

  say(words) { this.status.textContent = words; }

  begun(erase = held.erase) {
    if (erase) return { verb: "erase", reach: REACH, xy: [] };
    return { verb: "add", kind: this.map.classes ? held.kind : held.value, xy: [] };
  }

  // The tool at a place; a spray is two points close by.
  use(at, spray = false) {
    this.last = at;
    for (let i = 0; i < (spray ? 2 : 1); i++)
      this.stroke.xy.push(...at.map(t => spray ? bounded(t + REACH * (2 * Math.random() - 1)) : t));
    this.chart.again();
  }

  finish(stroke) {
    stroke.n = ++this.number;
    this.waiting.push(stroke);
    this.chart.again();
    this.send();
  }

  send() {
    clearTimeout(this.timer);
    if (!this.waiting.length || !this.chart.node.isConnected) return;
    this.chart.send("paint", { strokes: this.waiting });
    this.timer = setTimeout(() => this.send(), AGAIN);
  }

  // ---- the figure with what Python has not seen yet, and with words for the pointer ----
  figure(figure) {
    let [heat, ...points] = figure.data;
    const strokes = this.stroke ? [...this.waiting, this.stroke] : this.waiting;
    let { annotations } = figure.layout;
    for (const stroke of strokes) {
      points = this.after(points, stroke);
      if (stroke.verb === "add") annotations = undefined;
    }
    if (this.inside && this.map.classes > 1)
      heat = { ...heat, text: heat.z.map(row => Array.from(row, z => this.told(z))) };
    return { ...figure, data: [heat, ...points], layout: { ...figure.layout, annotations } };
  }

  after(points, { verb, xy, kind, reach }) {
    const only = keep => points.map(trace => SPLITS.includes(trace.name) ? kept(trace, keep) : trace);
    if (verb === "clear") return only(() => false);
    if (verb === "erase")
      return only((x, y) => {
        for (let i = 0; i < xy.length; i += 2)
          if (Math.hypot(x - xy[i], y - xy[i + 1]) <= reach) return false;
        return true;
      });
    if (verb !== "add") return points;
    const look = this.map.classes ? this.map.markers[kind]
      : { ...points[0].marker, color: xy.filter((_, i) => i % 2).map(() => kind) };
    const place = part => Float32Array.from(xy.filter((_, i) => i % 2 === part));
    return [...points, { type: "scatter", mode: "markers", hoverinfo: "skip", name: "train",
      x: place(0), y: place(1), marker: { ...look, opacity: 1, line: { width: 1, color: this.map.rim } } }];
  }

  told(z) {
    const { classes, names } = this.map, share = p => `${Math.round(100 * p)} %`;
    if (classes === 2) return `${names[z > 0 ? 1 : 0]} ${share((1 + Math.abs(z)) / 2)}`;
    const winner = Math.floor(z);
    return `${names[winner]} ${share(1 / classes + (z - winner) * (1 - 1 / classes))}`;
  }

  leave() { clearTimeout(this.timer); }
}

function bounded(t) { return Math.max(-EDGE, Math.min(EDGE, t)); }

// The points of a trace for which keep(x, y) holds, with their own values.
function kept(trace, keep) {
  const stay = Array.from(trace.x, (x, i) => keep(x, trace.y[i]));
  const { color } = trace.marker, only = list => Array.from(list).filter((_, i) => stay[i]);
  return { ...trace, x: only(trace.x), y: only(trace.y),
    marker: { ...trace.marker, color: typeof color === "string" ? color : only(color) } };
}
