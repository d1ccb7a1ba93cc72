// Optimizers walk down a surface at once: on a map, in 3-D, and their heights over the steps. All
// paths come from Python, from the engine's own updates; here they are only played. A payload is
// that of playground/views/surface.py. A click on the map, or the arrow keys, ask for another start:
// the event "start" is a place {number, x, y} in shares of the map, from the left and from the top.
import { el, keep } from "../lib/common.js";
import { brief, count, fixed, short } from "../lib/numbers.js";
import { Heights, time } from "./surface_heights.js";
import { Flat } from "./surface_map.js";
import { Solid } from "./surface_solid.js";
import { CSS, colours, icon } from "./surface_look.js";

const PACES = [2, 5, 10, 20, 40, 80, 160, 320];        // steps a second
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const SETTLED = 250;      // ms without another arrow key until the start is sent

class Surface {
  constructor(state) {
    this.state = state;
    this.at = 0;                                       // steps so far, with a share of the next
    this.pace = 4;
    this.number = Date.now();                          // larger than any that was sent before
    const bar = this.bar = el("div", "bar", state.root);
    this.play = this.button(bar, "Play", () => this.toggle(), "main");
    this.button(bar, "Step", () => this.step(1)).title = "One step of every walker";
    this.button(bar, "Back", () => this.step(-1)).title = "One step back";
    this.slower = this.button(bar, "Slower", () => this.hurry(-1));
    this.faster = this.button(bar, "Faster", () => this.hurry(1));
    this.clock = el("b", "clock", bar);
    this.scrub = el("input", "", bar);
    Object.assign(this.scrub, { type: "range", min: 0, step: 1, ariaLabel: "Step" });
    this.scrub.oninput = () => this.stop(+this.scrub.value);
    this.names = el("div", "names", state.root);
    const grid = this.grid = el("div", "grid", state.root);
    this.map = new Flat(grid, (x, y, soon) => this.ask(x, y, soon));
    this.solid = new Solid(grid);
    this.heights = new Heights(grid);
    const about = el("div", "about", grid);
    this.facts = el("div", "", about);
    this.table = el("table", "", about);
    this.hear = el("div", "heard", state.root);
    this.hear.ariaLive = "polite";
    state.root.addEventListener("keydown", event => {
      if (event.key !== " " || event.target.matches("button, input")) return;
      event.preventDefault();
      if (!this.data.drive) this.toggle();
    });
  }

  button(parent, words, act, kind = "") {
    const button = el("button", kind, parent, words);
    button.type = "button";
    button.onclick = act;
    return button;
  }

  show(data) {
    const before = this.data, ended = !before || this.at >= before.steps;
    this.data = data;
    this.scrub.max = data.steps;
    const asked = this.asked !== undefined && data.seen >= this.asked;
    if (!before) this.at = data.waits ? 0 : data.steps;
    else if (asked) this.at = CALM.matches ? data.steps : 0;
    else this.at = ended ? data.steps : Math.min(this.at, data.steps);
    this.fill();
    this.bar.hidden = !!data.drive;
    const small = !!data.drive?.small;
    this.grid.classList.toggle("small", small);
    this.names.replaceChildren(...(small ? data.walkers : []).map(walker => {
      const name = el("span");
      name.append(icon(walker), walker.name);
      return name;
    }));
    this.look();
    if (data.drive) this.obey(data.drive);
    if (asked) {
      this.asked = undefined;
      if (!CALM.matches) this.start();
    }
  }

  /** Data, width or theme have changed: all still pictures anew. */
  look() {
    const { data } = this, look = colours(this.state.root);
    this.map.show(data, look);
    this.solid.show(data, look);
    this.heights.show(data, look);
    this.draw();
  }

  /** A page with a Play button of its own says when to walk, and from which step. */
  obey({ at, running, pace }) {
    this.playing = null;
    this.steps = pace;
    this.go(running && CALM.matches ? this.data.steps : at);
    if (running && !CALM.matches) this.start();
  }

  // ---- the clock ----

  toggle() {
    if (this.playing) return this.stop();
    if (this.at >= this.data.steps) this.at = 0;
    this.start();
  }

  start() {
    const run = this.playing = { last: performance.now() };
    const tick = now => {
      if (this.playing !== run) return;
      if (!this.state.root.isConnected) { this.playing = null; return; }
      this.at += Math.min(.1, Math.max(0, now - run.last) / 1000) * (this.steps ?? PACES[this.pace]);
      run.last = now;
      if (this.at >= this.data.steps) this.stop(this.data.steps);
      else this.draw();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    this.draw();
  }

  stop(at = Math.floor(this.at)) {
    this.playing = null;
    this.go(at);
  }

  step(by) {
    this.playing = null;
    this.go(Math.floor(this.at) + by);
    this.hear.textContent = this.words();
  }

  go(at) {
    this.at = Math.min(this.data.steps, Math.max(0, at));
    this.draw();
  }

  hurry(by) {
    this.pace = Math.min(PACES.length - 1, Math.max(0, this.pace + by));
    this.draw();
  }

  // ---- another start ----

  /** x and y in shares of the map, from the left and from the top. */
  ask(x, y, soon) {
    const [left, right, bottom, top] = this.data.box;
    this.playing = null;
    clearTimeout(this.timer);
    this.hear.textContent = `Start at x ${fixed(left + x * (right - left), 2)}, `
      + `y ${fixed(top - y * (top - bottom), 2)}`;
    this.timer = setTimeout(() => {
      this.asked = ++this.number;
      this.state.component.setStateValue("start", { number: this.number, x, y });
    }, soon ? 0 : SETTLED);
  }

  // ---- what is drawn at every moment ----

  draw() {
    const { data } = this, step = Math.floor(this.at);
    this.play.textContent = this.playing ? "Pause" : "Play";
    this.play.title = this.playing ? "Stop here (Space)" : "All walkers at once (Space)";
    this.slower.disabled = this.pace === 0;
    this.faster.disabled = this.pace === PACES.length - 1;
    this.slower.title = this.faster.title = `Now ${PACES[this.pace]} steps a second`;
    this.clock.textContent =
      `${data.unit} ${brief(time(data, step))} of ${brief(time(data, data.steps))}`;
    this.scrub.value = step;
    this.scrub.ariaValueText = `step ${step}`;
    this.map.draw(this.at);
    this.solid.draw(this.at);
    this.heights.draw(this.at);
    this.write(step);
  }

  // ---- the table ----

  fill() {
    const { data, table } = this;
    table.replaceChildren();
    this.facts.replaceChildren(...data.facts.map(fact => el("p", "", null, fact)));
    table.hidden = data.facts.length > 0;
    el("caption", "", table, "Who is where");
    const head = el("tr", "", el("thead", "", table));
    for (const word of ["", "Rate", "Height", `Steps to ${data.goal_words ?? ""}`])
      el("th", "", head, word).scope = "col";
    const body = el("tbody", "", table);
    this.rows = data.walkers.map(walker => {
      const row = el("tr", "", body), name = el("th", "", row);
      name.scope = "row";
      name.append(icon(walker), walker.name);
      el("td", "", row, walker.rate);
      const height = el("td", "", row), arrival = el("td", "", row);
      return { height, arrival };
    });
  }

  write(step) {
    this.data.walkers.forEach((walker, i) => {
      const last = walker.above.length - 1, { height, arrival } = this.rows[i];
      const gone = step > last && walker.end;
      height.textContent = gone ? walker.end : short(walker.above[Math.min(step, last)], 3);
      height.className = gone ? "gone" : "";
      arrival.textContent = walker.arrival === null ? "–"
        : step >= walker.arrival || !this.data.waits ? count(walker.arrival) : "";
      arrival.className = walker.arrival !== null && step >= walker.arrival ? "there" : "";
    });
  }

  words() {
    const rows = this.data.walkers.map((walker, i) =>
      `${walker.name} ${this.rows[i].height.textContent}`);
    return `Step ${Math.floor(this.at)}. Heights: ${rows.join(", ")}.`;
  }
}

export default component => keep(component, CSS, (state, payload) => {
  state.view ??= new Surface(state);
  if (state.shownData !== payload) { state.shownData = payload; state.view.show(payload); }
  else state.view.look();
});
