// A window slides over an image: patch × kernel = products → one pixel of the result; or the
// largest of the patch, or its mean. A payload is {images: [{name, width, height, values, look}],
// works: [{kind, title, result, source, size, stride, padding, dilation, weights, width, height,
// values, look, told, formula} or {…, problem}], seen}. The results come from Python, from its
// engine; only the patch and its products are taken from the image here. Arrows move the window,
// Space plays.
import { el, isDark, keep } from "../lib/common.js";
import { count } from "../lib/numbers.js";
import { CSS, develop, said } from "./sliding_parts.js";
import { Sums } from "./sliding_sums.js";

const PACES = [1, 3, 10, 30, 100, 300, 1000, 3000];   // places a second
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

class Sliding {
  constructor(state) {
    this.state = state;
    this.active = this.at = this.number = 0;
    this.pace = CALM.matches ? 0 : 2;
    this.playing = null;
    const root = state.root, bar = el("div", "bar", root);
    this.play = el("button", "main", bar);
    this.play.onclick = () => this.toggle();
    this.next = el("button", "", bar, "Step");
    this.next.title = "Move the window to the next place";
    this.next.onclick = () => { this.stop(); this.step(); this.draw(); };
    this.slower = el("button", "", bar, "Slower");
    this.slower.onclick = () => this.hurry(-1);
    this.faster = el("button", "", bar, "Faster");
    this.faster.onclick = () => this.hurry(1);
    this.speed = el("span", "quiet", bar);
    const whole = el("button", "plain", bar, "Show all");
    whole.title = "Fill in the whole result";
    whole.onclick = () => { this.stop(); this.shown.fill(1); this.draw(); };
    const main = el("div", "lay", root), stage = el("div", "stage", main);
    [this.from, this.into] = ["from", "into"].map(name => {
      const figure = el("figure", name, stage), title = el("figcaption", "", figure);
      const canvas = el("canvas", "", figure);
      canvas.tabIndex = 0;
      canvas.setAttribute("role", "application");
      canvas.onkeydown = event => this.key(event);
      canvas.onpointerdown = event => {
        event.preventDefault();
        canvas.focus();
        this.point(event);
      };
      canvas.onpointermove = event => { if (event.buttons) this.point(event); };
      return { title, canvas, note: el("p", "quiet", figure) };
    });
    this.tabs = el("div", "tabs", main);
    this.tabs.role = "group";
    this.tabs.ariaLabel = "What the window does";
    this.sums = new Sums(root, weights => this.send(weights));
    this.hear = el("div", "heard", root);
    this.hear.ariaLive = "polite";
  }

  get work() { return this.data.works[this.active]; }

  show(data) {
    const before = this.data && this.work;
    this.data = data;
    if (this.active >= data.works.length) this.active = 0;
    this.number = Math.max(this.number, data.seen);
    this.take(before);
  }

  /** Another work, or the same with other numbers: what was shown stays where it still fits. */
  take(before) {
    const work = this.work, size = work.problem ? 0 : work.width * work.height;
    const same = before && before.width === work.width && before.height === work.height
      && before.title === work.title && !before.problem;
    if (!same) {
      this.stop();
      this.shown = new Uint8Array(size).fill(1);
      this.at = Math.floor((work.height ?? 0) * .45) * (work.width ?? 0)
        + Math.floor((work.width ?? 0) * .4);
    }
    this.buildTabs();
    if (!work.problem) this.sums.build(work);
    this.draw();
  }

  // ---- moving ----

  toggle() {
    if (this.playing) return this.stop();
    if (!this.shown.length) return;
    if (this.shown.every(Boolean)) { this.shown.fill(0); this.at = -1; this.step(); }
    const run = { last: performance.now(), due: 0 };
    const tick = now => {
      if (this.playing !== run) return;
      if (!this.state.root.isConnected) { this.playing = null; return; }
      run.due += Math.min(.25, (now - run.last) / 1000) * PACES[this.pace];
      run.last = now;
      let moved = false;
      for (; run.due >= 1 && this.playing; run.due--) { this.step(); moved = true; }
      if (moved) this.draw();
      requestAnimationFrame(tick);
    };
    this.playing = run;
    requestAnimationFrame(tick);
    this.draw();
  }

  stop() {
    this.playing = null;
    this.play.textContent = "Play";
    this.play.title = "Slide the window over the whole image (Space)";
  }

  /** The next place; a full result starts anew, and its end is the end of playing. */
  step() {
    if (!this.shown.length) return;
    if (!this.playing && this.shown.every(Boolean)) { this.shown.fill(0); this.at = -1; }
    this.at = (this.at + 1) % this.shown.length;
    this.shown[this.at] = 1;
    if (this.at === this.shown.length - 1) this.stop();
  }

  hurry(by) {
    this.pace = Math.min(PACES.length - 1, Math.max(0, this.pace + by));
    this.draw();
  }

  go(row, column) {
    const { width, height } = this.work;
    if (!this.shown.length) return;
    row = Math.min(height - 1, Math.max(0, row));
    column = Math.min(width - 1, Math.max(0, column));
    this.stop();
    this.at = row * width + column;
    this.shown[this.at] = 1;
    this.draw();
    this.hear.textContent = said(this.work, this.at);
  }

  key(event) {
    const way = KEYS[event.key], width = this.work.width;
    if (way) this.go(Math.floor(this.at / width) + way[0], this.at % width + way[1]);
    else if (event.key === " ") this.toggle();
    else return;
    event.preventDefault();
  }

  point(event) {
    if (this.work.problem) return;
    const { stride, padding, size, dilation, width, height } = this.work;
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
    if (event.currentTarget === this.into.canvas)
      return this.go(Math.floor(y * height), Math.floor(x * width));
    const image = this.data.images[this.work.source], reach = dilation * (size - 1) + 1;
    const place = (share, side) =>
      Math.round((share * (side + 2 * padding) - reach / 2) / stride);
    this.go(place(y, image.height), place(x, image.width));
  }

  // ---- the picture ----

  draw() {
    const work = this.work;
    if (this.playing) { this.play.textContent = "Pause"; this.play.title = "Stop here (Space)"; }
    this.slower.disabled = this.pace === 0;
    this.faster.disabled = this.pace === PACES.length - 1;
    this.play.disabled = this.next.disabled = !!work.problem;
    const pace = PACES[this.pace];
    this.speed.textContent = `${count(pace)} place${pace > 1 ? "s" : ""} a second`;
    const image = this.data.images[work.source];
    this.from.title.textContent = `${image.name}, ${image.height}×${image.width}`;
    this.from.note.textContent = work.padding && !work.problem
      ? `with ${work.padding} pixel${work.padding > 1 ? "s" : ""} of zeros around it`
      : "Drag the window, or move it with the arrow keys.";
    this.drawFrom(image, work);
    this.into.title.textContent = work.problem ? ""
      : `${work.result}, ${work.height}×${work.width}`;
    this.into.note.textContent = work.problem ?? work.look.told;
    this.into.canvas.hidden = !!work.problem;
    this.sums.hide(!!work.problem);
    if (work.problem) return;
    this.drawInto(work);
    this.sums.fill(image, work, this.at);
  }

  /** A canvas of the figure's width for columns × rows cells; returns its context, scaled. */
  fit(canvas, columns, rows) {
    const side = canvas.parentElement.clientWidth, dpr = devicePixelRatio || 1;
    const scale = side / Math.max(columns, rows);
    canvas.style.width = columns * scale + "px";
    canvas.style.height = rows * scale + "px";
    canvas.width = Math.round(columns * scale * dpr);
    canvas.height = Math.round(rows * scale * dpr);
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.scale(dpr, dpr);
    return [context, scale];
  }

  drawFrom(image, work) {
    const pad = work.problem ? 0 : work.padding;
    const columns = image.width + 2 * pad, rows = image.height + 2 * pad;
    const [context, scale] = this.fit(this.from.canvas, columns, rows);
    context.fillStyle = isDark(this.state.root) ? "#2b2f33" : "#d9dcdf";
    context.fillRect(0, 0, columns * scale, rows * scale);
    context.drawImage(develop(image.values, image.width, image.height, image.look),
                      pad * scale, pad * scale, image.width * scale, image.height * scale);
    this.from.canvas.ariaLabel = `${image.name}. Arrow keys move the window, Space plays.`;
    if (work.problem) return;
    const top = Math.floor(this.at / work.width) * work.stride * scale;
    const left = this.at % work.width * work.stride * scale;
    const reach = (work.dilation * (work.size - 1) + 1) * scale;
    if (work.dilation > 1)                             // the pixels that are read
      for (let i = 0; i < work.size; i++)
        for (let j = 0; j < work.size; j++)
          this.frame(context, left + j * work.dilation * scale, top + i * work.dilation * scale,
                     scale, 1);
    this.frame(context, left, top, reach, 2);
  }

  frame(context, x, y, side, width) {
    for (const [colour, more] of [["#fff", 2], [this.accent(), 0]]) {
      context.strokeStyle = colour;
      context.lineWidth = width + more;
      context.strokeRect(x, y, side, side);
    }
  }

  accent() {
    return getComputedStyle(this.state.root).getPropertyValue("--st-primary-color") || "#6e56cf";
  }

  drawInto(work) {
    const [context, scale] = this.fit(this.into.canvas, work.width, work.height);
    context.drawImage(develop(work.values, work.width, work.height, work.look, this.shown), 0, 0,
                      work.width * scale, work.height * scale);
    this.frame(context, this.at % work.width * scale, Math.floor(this.at / work.width) * scale,
               Math.max(scale, 3), 2);
    this.into.canvas.ariaLabel = `${work.result}. Arrow keys move the window, Space plays.`;
  }

  buildTabs() {
    const works = this.data.works;
    while (this.tabs.childElementCount < works.length) {
      const i = this.tabs.childElementCount, tab = el("button", "", this.tabs);
      el("canvas", "", tab).ariaHidden = "true";
      el("b", "", tab); el("span", "quiet", tab);
      tab.onclick = () => { const before = this.work; this.active = i; this.take(before); };
    }
    works.forEach((work, i) => {
      const tab = this.tabs.children[i], [canvas, name, note] = tab.children;
      tab.setAttribute("aria-pressed", i === this.active);
      name.textContent = work.title;
      note.textContent = work.problem ? "does not fit" : `${work.height}×${work.width}`;
      const picture = work.problem ? document.createElement("canvas")
        : develop(work.values, work.width, work.height, work.look);
      canvas.width = picture.width; canvas.height = picture.height;
      canvas.getContext("2d").drawImage(picture, 0, 0);
    });
  }

  /** A kernel that was edited, to Python. */
  send(weights) {
    this.state.component.setStateValue("kernel", { number: ++this.number, weights });
  }
}

export default component => keep(component, CSS, (state, payload) => {
  state.view ??= new Sliding(state);
  if (state.shownData !== payload) { state.shownData = payload; state.view.show(payload); }
  else state.view.draw();
});
