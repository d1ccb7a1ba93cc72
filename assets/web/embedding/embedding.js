// Many images as points: near where the network holds them to be alike. Each point is its class's
// sign in its class's colour; a ring marks a mistake. A payload is {points: [x, y, …] from 0 to 1,
// labels, answers, names, signs, colours, images: {width, height, channels, values}, label}.
// Pointer or arrow keys choose a point and show its image; a class's button picks it out.
import { el, ink, keep } from "../lib/common.js";

const CSS = `
.lay { display: flex; gap: 24px; align-items: flex-start; flex-wrap: wrap }
canvas.map { display: block; flex: 1 1 420px; min-width: 0; cursor: crosshair; border-radius: 6px;
             background: var(--st-secondary-background-color); outline-offset: 2px }
.classes { display: grid; gap: 3px; flex: 0 0 auto; max-width: 190px }
.classes button { display: flex; gap: 8px; align-items: center; min-height: 26px; padding: 0 8px;
  border: 1px solid transparent; border-radius: 5px; background: none; cursor: pointer }
.classes button:hover { border-color: var(--st-border-color) }
.classes [aria-pressed=true] { border-color: var(--st-primary-color) }
.classes i { width: 12px; height: 12px; border-radius: 3px; flex: none }
.classes b { min-width: 1em; text-align: center }
.classes span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  color: var(--muted) }
.card { position: absolute; z-index: 5; pointer-events: none; padding: 6px; border-radius: 6px;
  font-size: 12px; text-align: center; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); box-shadow: 0 2px 8px rgba(0, 0, 0, .18) }
.card canvas { display: block; width: 84px; height: 84px; margin: 0 auto 4px; border-radius: 3px;
  image-rendering: pixelated }
.card p { margin: 0; max-width: 150px } .card .wrong { font-weight: 600 }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
@media (max-width: 640px) { .classes { grid-template-columns: repeat(2, minmax(0, 1fr)); flex: 1 }
  .classes { max-width: none } }
`;
const EDGE = 16, NEAR = 16;       // pixels: around the points; from the pointer to a point
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Embedding {
  constructor(state) {
    this.state = state;
    this.only = this.chosen = -1;
    const lay = el("div", "lay", state.root);
    this.map = el("canvas", "map", lay);
    this.map.tabIndex = 0;
    this.map.setAttribute("role", "application");
    this.classes = el("div", "classes", lay);
    this.classes.role = "group";
    this.classes.ariaLabel = "Pick out a class";
    this.card = el("div", "card", state.root);
    this.picture = el("canvas", "", this.card);
    this.words = el("p", "", this.card);
    this.hear = el("div", "heard", state.root);
    this.hear.ariaLive = "polite";
    this.card.hidden = true;
    this.map.onpointermove = this.map.onpointerdown = event => {
      const box = this.map.getBoundingClientRect();
      this.choose(this.nearest(event.clientX - box.left, event.clientY - box.top));
    };
    this.map.onpointerleave = () => this.choose(-1);
    this.map.onblur = () => this.choose(-1);
    this.map.onkeydown = event => {
      if (!KEYS[event.key]) return;
      event.preventDefault();
      this.choose(this.beside(...KEYS[event.key]));
      this.hear.textContent = this.words.textContent;
    };
  }

  show(data) {
    this.data = data;
    this.chosen = -1;
    this.card.hidden = true;
    if (this.only >= data.names.length) this.only = -1;
    this.map.ariaLabel = data.label;
    this.classes.replaceChildren(...data.names.map((name, i) => {
      const button = document.createElement("button");
      el("i", "", button).style.background = data.colours[i];
      el("b", "", button, data.signs[i]);
      if (name !== data.signs[i]) el("span", "", button, name);
      button.ariaLabel = `Class ${name}`;
      button.onclick = () => { this.only = this.only === i ? -1 : i; this.draw(); };
      return button;
    }));
    this.draw();
  }

  place(i) {
    const { width, height } = this.size;
    return [EDGE + this.data.points[2 * i] * (width - 2 * EDGE),
            EDGE + this.data.points[2 * i + 1] * (height - 2 * EDGE)];
  }

  draw() {
    const wide = this.state.width, width = wide < 640 ? wide : Math.min(820, wide - 170);
    this.size = { width, height: wide < 640 ? wide : 340 };
    const dpr = devicePixelRatio || 1, { labels, answers, signs, colours } = this.data;
    this.map.style.width = width + "px";
    this.map.style.maxWidth = width + "px";
    this.map.style.height = this.size.height + "px";
    this.map.width = Math.round(width * dpr);
    this.map.height = Math.round(this.size.height * dpr);
    const context = this.map.getContext("2d");
    context.scale(dpr, dpr);
    context.font = `600 11px ${getComputedStyle(this.state.root).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let i = 0; i < labels.length; i++) {
      const [x, y] = this.place(i), out = this.only >= 0 && labels[i] !== this.only;
      context.globalAlpha = out ? .12 : 1;
      context.fillStyle = colours[labels[i]];
      context.fillText(signs[labels[i]], x, y);
      if (labels[i] !== answers[i]) this.ring(context, x, y, 8, "#e5484d", 1.5);
    }
    context.globalAlpha = 1;
    if (this.chosen >= 0)
      this.ring(context, ...this.place(this.chosen), 11,
                getComputedStyle(this.state.root).getPropertyValue("--st-text-color"), 2);
    [...this.classes.children].forEach((button, i) =>
      button.setAttribute("aria-pressed", this.only === i));
  }

  ring(context, x, y, radius, colour, width) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.stroke();
  }

  /** The point next to a place of the canvas, of those that are picked out; −1 if none is near. */
  nearest(x, y) {
    let best = -1, least = NEAR ** 2;
    for (let i = 0; i < this.data.labels.length; i++) {
      if (this.only >= 0 && this.data.labels[i] !== this.only) continue;
      const [px, py] = this.place(i), far = (px - x) ** 2 + (py - y) ** 2;
      if (far < least) { least = far; best = i; }
    }
    return best;
  }

  /** The next point in a direction. */
  beside(right, down) {
    const { width, height } = this.size;
    const [x, y] = this.chosen >= 0 ? this.place(this.chosen) : [width / 2, height / 2];
    let best = this.chosen, least = Infinity;
    for (let i = 0; i < this.data.labels.length; i++) {
      if (i === this.chosen || (this.only >= 0 && this.data.labels[i] !== this.only)) continue;
      const [px, py] = this.place(i), along = (px - x) * right + (py - y) * down;
      const aside = Math.abs((px - x) * down) + Math.abs((py - y) * right);
      if (along > .5 && along + 2 * aside < least) { least = along + 2 * aside; best = i; }
    }
    return best;
  }

  choose(i) {
    if (i === this.chosen) return;
    this.chosen = i;
    this.card.hidden = i < 0;
    this.draw();
    if (i < 0) return;
    const { labels, answers, names } = this.data, wrong = labels[i] !== answers[i];
    this.print(i);
    this.words.textContent = names[labels[i]]
      + (wrong ? `, read as ${names[answers[i]]}` : ", read rightly");
    this.words.className = wrong ? "wrong" : "";
    const [x, y] = this.place(i), left = x + 18 + this.card.offsetWidth > this.state.width;
    this.card.style.left = Math.max(0, left ? x - 18 - this.card.offsetWidth : x + 18) + "px";
    this.card.style.top = Math.max(0, Math.min(this.size.height - this.card.offsetHeight,
                                               y - 50)) + "px";
  }

  print(i) {
    const { width, height, channels, values } = this.data.images, area = width * height * channels;
    const part = values.subarray(i * area, (i + 1) * area);
    if (channels !== 3) return ink(this.picture, part, width, height);
    this.picture.width = width; this.picture.height = height;
    const context = this.picture.getContext("2d"), image = context.createImageData(width, height);
    for (let k = 0; k < width * height; k++)
      image.data.set([part[3 * k], part[3 * k + 1], part[3 * k + 2], 255], 4 * k);
    context.putImageData(image, 0, 0);
  }
}

export default component => keep(component, CSS, (state, payload) => {
  state.view ??= new Embedding(state);
  if (state.shown !== payload) { state.shown = payload; state.view.show(payload); }
  else state.view.draw();
});
