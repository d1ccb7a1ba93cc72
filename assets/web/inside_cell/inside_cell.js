// One cell worked out: the patch it reads, the kernel, the products, and the sum line by line.
// Clicking a number that it reads asks for that cell: the event "cell", {layer, place}.
import { el, keep, shade } from "../lib/common.js";
import { compact, exact } from "../lib/numbers.js";

const CSS = `
.view { scroll-margin-top: 64px }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; margin-bottom: 12px }
.head b { font-size: 14px; font-weight: 600 }
.head .about { flex-basis: 100%; color: var(--muted); line-height: 1.4 }
.steps { display: flex; gap: 6px; margin-left: auto }
button { border: 1px solid var(--st-border-color); border-radius: 6px; background: none;
         padding: 3px 9px; cursor: pointer; min-height: 26px }
button:hover:enabled { border-color: var(--st-primary-color) }
button:disabled { opacity: .4; cursor: default }
.body { display: flex; flex-wrap: wrap; gap: 18px 36px; align-items: flex-start }
.grids { display: flex; flex-wrap: wrap; gap: 10px; align-items: center }
figure { margin: 0 }
figcaption { margin-bottom: 6px; font-size: 12px; font-weight: 600 }
.sign { font-size: 20px; color: var(--muted); padding-top: 18px }
.grid { display: grid; gap: 1px; width: max-content }
.grid > * { display: flex; align-items: center; justify-content: center; font-size: 11px; padding: 0;
            border: 0; border-radius: 2px; min-height: 0; overflow: hidden }
.grid > .outside { border: 1px dashed var(--st-border-color); background: none !important;
                   color: var(--muted) !important }
.grid > .marked { box-shadow: 0 0 0 2px var(--st-background-color),
                  0 0 0 4px var(--st-primary-color); z-index: 1 }
.grid > button:hover { outline: 2px solid var(--st-primary-color) }
.maps { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin-top: 12px;
        max-width: 760px }
.maps > span { font-size: 12px; font-weight: 600; margin-right: 4px }
.maps button { font-size: 11px; padding: 2px 6px; border-color: transparent }
.maps .on { box-shadow: 0 0 0 2px var(--st-background-color), 0 0 0 4px var(--st-primary-color) }
.lines { display: grid; grid-template-columns: auto auto; gap: 7px 14px; align-items: baseline;
         flex: 1 1 240px; max-width: 340px }
.lines small { display: block; font-size: 11.5px; color: var(--muted); overflow-wrap: anywhere }
.lines strong { text-align: right; font-weight: 600 }
.lines .last { font-weight: 600; padding-top: 3px }
.lines strong.last { font-size: 22px; letter-spacing: -.01em }
.lines .swatch { display: inline-block; width: 13px; height: 13px; border-radius: 3px;
                 margin-right: 7px }
.list { flex: 0 1 auto; max-width: 100% }
.rows { display: grid; grid-auto-flow: column; gap: 1px 28px }
.rows.all { grid-auto-flow: row; max-height: 250px; overflow-y: auto;
            grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)) }
.term { display: grid; grid-template-columns: minmax(96px, 1fr) repeat(var(--n), 58px);
        gap: 6px; align-items: center; min-height: 24px; width: 100%; border: 0; padding: 1px 2px;
        text-align: left; border-radius: 3px }
.term > :not(:first-child) { text-align: right; font-size: 12px; padding: 2px 5px; border-radius: 3px }
.term.head { font-size: 11px; color: var(--muted); margin: 0 }
.term.head > * { white-space: nowrap }
.term.marked { box-shadow: inset 0 0 0 2px var(--st-primary-color) }
.more { margin-top: 8px }
`;
const PHONE = 560;                        // narrower than this the grids stand below each other
const FIRST = 14;                          // summands that are listed at first
const TEXT = 27;                           // pixels of a cell from which on its number fits

const short = value => value === 0 ? "0" : compact(value);

/** The colour of a number, and of the words on it. */
function colour(node, value, size) {
  const [red, green, blue] = (shade(value / size, colour.out, 0), colour.out);
  node.style.background = `rgb(${red},${green},${blue})`;
  const [r, g, b] = [red, green, blue].map(part => part / 255).map(
    part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
  // Black or white, whichever stands out more: at least 4.5 to 1 on any colour.
  node.style.color = .2126 * r + .7152 * g + .0722 * b > .179 ? "#000" : "#fff";
}
colour.out = new Uint8ClampedArray(4);

/** Words for a place (counted from 0) in an array of this shape. */
function place(flat, shape, source) {
  if (shape.length < 2) return `unit ${flat + 1}`;
  const width = shape.at(-1), row = Math.floor(flat / width), column = flat % width + 1;
  if (shape.length === 2) return `step ${row + 1}, number ${column}`;
  const spot = `row ${row % shape[1] + 1}, column ${column}`;
  const map = Math.floor(row / shape[1]) + 1;
  return source === "the image" && shape[0] === 1 ? spot : `map ${map}, ${spot}`;
}

class View {
  constructor(state) {
    this.state = state;
    this.all = false;
  }

  show(data, width) {
    const other = this.data?.layer !== data.layer;
    if (other || this.data?.place !== data.place) this.all = false;
    this.data = data;
    this.width = width;
    const sums = data.window?.sums;
    if (other || this.map >= data.window?.maps)
      this.map = sums ? sums.reduce((best, v, i) => Math.abs(v) > Math.abs(sums[best]) ? i : best, 0)
        : 0;
    const moved = this.seen && this.seen !== `${data.layer} ${data.place}`;
    this.seen = `${data.layer} ${data.place}`;
    this.draw();
    if (moved && width < PHONE)            // there the network is a screen away
      this.state.root.scrollIntoView({ behavior: "smooth", block: "start" });
  }

  go(layer, flat) { this.state.component.setTriggerValue("cell", { layer, place: flat }); }

  draw() {
    const root = this.state.root, focus = root.getRootNode().activeElement?.dataset?.at;
    root.replaceChildren();
    this.head(el("div", "head", root));
    const body = el("div", "body", root);
    if (this.data.window) this.window(el("div", "", body));
    if (this.data.terms) this.terms(el("div", "list", body));
    this.lines(el("div", "lines", body));
    if (focus) root.querySelector(`[data-at="${focus}"]`)?.focus();
  }

  head(box) {
    const { data } = this;
    el("b", "", box, data.title);
    el("span", "", box, data.where);
    if (data.maps > 1) {
      const steps = el("div", "steps", box);
      for (const [sign, by, words] of [["‹", -1, "before"], ["›", 1, "after"]]) {
        const button = el("button", "", steps, `${sign} ${data.word}`);
        if (by > 0) button.textContent = `${data.word} ${sign}`;
        button.ariaLabel = `The ${data.word} ${words}`;
        button.dataset.at = words;
        const next = data.map + by;
        button.disabled = next < 0 || next >= data.maps;
        button.onclick = () => this.go(data.layer, data.place + by * data.step);
      }
    }
    const about = el("div", "about", box, [data.about, data.sees, data.slope].join(" ").trim());
    const { window: w, source } = data;
    if (!w) return;
    const map = w.maps > 1 || source !== "the image" ? `map ${w.names[this.map] + 1} of ` : "";
    el("span", "from", about, ` Below: ${map}${source}.`);
  }

  // ---- a window ----
  window(box) {
    const { window: w } = this.data, grids = el("div", "grids", box);
    const each = w.weights ? 3 : 1, area = w.rows * w.columns, first = this.map * area;
    const across = this.width < PHONE ? this.width : Math.min(this.width, 780) - 50 * (each - 1);
    const room = this.width < PHONE ? across : across / each;
    const size = Math.max(6, Math.min(44, Math.floor(room / w.columns) - 1,
                                      Math.floor(230 / w.rows)));
    const part = array => array.subarray(first, first + area);
    this.grid(grids, "Numbers", part(w.patch), w.size, size, part(w.places));
    if (!w.weights) return;
    el("div", "sign", grids, "×").ariaHidden = "true";
    this.grid(grids, "Kernel", part(w.weights), w.weightSize, size);
    el("div", "sign", grids, "=").ariaHidden = "true";
    this.grid(grids, "Products", part(w.products), w.productSize, size);
    if (w.maps > 1) this.chooser(el("div", "maps", box), w);
  }

  grid(parent, caption, values, scale, size, places) {
    const { window: w, from, shape, source } = this.data;
    const figure = el("figure", "", parent);
    el("figcaption", "", figure, caption);
    const grid = el("div", "grid", figure), leads = places && from >= 0 && from != null;
    grid.style.gridTemplateColumns = `repeat(${w.columns}, ${size}px)`;
    values.forEach((value, i) => {
      const outside = places && places[i] < 0;
      const cell = el(leads && !outside ? "button" : "div", "", grid);
      cell.style.height = size + "px";
      colour(cell, value, scale);
      if (size >= TEXT) cell.textContent = outside ? "0" : short(value);
      cell.title = outside ? "Outside of the image: 0" : places && from != null
        ? `${place(places[i], shape, source)}: ${exact(value)}` : exact(value);
      if (outside) cell.classList.add("outside");
      if (places && w.marked === i) cell.classList.add("marked");
      if (cell.tagName !== "BUTTON") return;
      cell.ariaLabel = cell.title + ", go to this cell";
      cell.tabIndex = i === (w.marked ?? 0) ? 0 : -1;
      cell.onclick = () => this.go(from, places[i]);
    });
    if (leads) roam(grid, w.columns);
  }

  /** What each input map adds to the sum; a click shows that map's products. */
  chooser(box, w) {
    el("span", "", box, "Each map adds");
    const size = Math.max(...w.sums.map(Math.abs)) || 1, numbers = w.maps <= 32;
    w.sums.forEach((sum, i) => {
      const button = el("button", i === this.map ? "on" : "", box, numbers ? short(sum) : "\u00a0");
      colour(button, sum, size);
      button.title = button.ariaLabel = `Map ${w.names[i] + 1}: ${exact(sum)}`;
      button.ariaPressed = String(i === this.map);
      button.dataset.at = "map" + i;
      button.onclick = () => { this.map = i; this.draw(); };
    });
  }

  // ---- a list ----
  terms(box) {
    const { terms: t, from, shape, source } = this.data;
    const columns = t.weights ? [t.inputs, t.weights, t.parts]
      : t.heads.length > 1 ? [t.inputs, t.parts] : [t.inputs];
    const sizes = t.weights ? [t.size, t.weightSize, t.partSize] : [t.size, t.partSize];
    const first = t.first ?? FIRST, order = this.all ? t.order : t.order.subarray(0, first);
    if (t.order.length > first && !t.labels)
      el("figcaption", "", box, this.all ? `All ${t.order.length}, the largest first`
        : `The ${first} that count most, of ${t.order.length} from ${source}`);
    else el("figcaption", "", box, `From ${source}`);
    const flat = this.all || this.width < 760, half = Math.ceil(order.length / 2);
    const rows = el("div", "rows" + (flat ? " all" : ""), box);
    rows.style.setProperty("--n", columns.length);
    if (!flat) rows.style.gridTemplateRows = `repeat(${half + 1}, auto)`;
    const heading = () => {
      const head = el("div", "term head", rows);
      el("span", "", head);
      for (const word of t.heads) el("span", "", head, word);
    };
    const here = t.labels ? this.data.map : -1, fine = t.weights ? short : exact;
    order.forEach((i, at) => {
      if (at === 0 || (!flat && at === half)) heading();
      const leads = from != null && from >= 0 && t.places[i] >= 0;
      const row = el(leads ? "button" : "div", "term" + (i === here ? " marked" : ""), rows);
      el("span", "", row, (t.labels ?? t.names)?.[i] ?? place(t.places[i], shape, source));
      columns.forEach((values, k) => {
        const cell = el("span", "", row, fine(values[i]));
        cell.title = exact(values[i]);
        colour(cell, values[i], sizes[k]);
      });
      if (!leads) return;
      row.tabIndex = rows.querySelector("[tabindex='0']") ? -1 : 0;
      row.onclick = () => this.go(from, t.places[i]);
    });
    roam(rows, 1);
    if (t.order.length <= first || t.labels) return;
    const more = el("button", "more", box, this.all ? "Fewer" : `All ${t.order.length}`);
    more.dataset.at = "more";
    more.onclick = () => { this.all = !this.all; this.draw(); };
  }

  lines(box) {
    const { lines, value, size } = this.data;
    const told = lines.length ? lines : [["Its number", "", exact(value)]];
    told.forEach(([words, numbers, result], i) => {
      const last = i === told.length - 1 ? "last" : "";
      const name = el("div", last, box, words);
      if (numbers) el("small", "", name, numbers);
      const strong = el("strong", last, box);
      if (last) colour(el("span", "swatch", strong), value, size);
      strong.append(result);
    });
  }
}

/** One stop for the Tab key; arrow keys move among the buttons of a grid. */
function roam(grid, columns) {
  const buttons = [...grid.children];
  grid.onkeydown = event => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const at = buttons.indexOf(event.target);
    if (by === undefined || at < 0) return;
    event.preventDefault();
    const next = buttons[at + by];
    if (next?.tagName !== "BUTTON") return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  };
}

export default component => keep(component, CSS, (state, data, width) => {
  state.view ??= new View(state);
  state.view.show(data, width);
});
