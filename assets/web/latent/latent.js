// A plane of codes: test samples as their classes' signs, or pictures of what its places decode
// to; a mark that pointer, finger or arrow keys move; and, mounted apart (kind "here"), the picture
// of the marked place. While one drags, that is blended at once from the decoded places around;
// what Python decodes for the very place takes over when it comes. A payload is {kind, points: bytes
// [N, 2] from the left and from the top, labels, names, signs, colours, low, high, axes, label,
// side, grid, tiles: whether the decoded places are shown, mark: [x, y] at first, drawn: [x, y]}, or
// {kind, image, words, number}. The event "spot" is a place in shares of the plane; while one drags
// it goes at most every 80 ms, so that Python keeps up; where one lets go always goes.
import { el, ink, keep } from "../lib/common.js";
import { fixed } from "../lib/numbers.js";

const CSS = `
.plane { position: relative; width: 100%; aspect-ratio: 1 }
canvas { display: block; width: 100%; height: 100%; border-radius: 6px; cursor: crosshair;
         background: var(--st-secondary-background-color); touch-action: none; outline-offset: 2px }
.end { position: absolute; font-size: 11px; color: var(--muted); pointer-events: none }
.classes { display: flex; flex-wrap: wrap; gap: 4px 10px; margin-top: 6px; font-size: 12px }
.classes b { margin-right: 3px }
.here { display: flex; gap: 12px; align-items: center; min-height: 84px }
.here canvas { width: 84px; height: 84px; flex: none; cursor: default; touch-action: auto;
               image-rendering: pixelated }
.here p { margin: 0 } .here small { color: var(--muted) }
`;
const shared = { plane: null, here: null };           // they stand on one page
const PAUSE = 80;         // ms between two messages while dragging
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STRIDE = 1 / 40;

class Latent {
  constructor(state) {
    this.state = state;
    this.sentAt = 0;
    this.number = Date.now();            // larger than any that was sent before this mount
    this.held = false;
    this.box = el("div", "plane", state.root);
    this.canvas = el("canvas", "", this.box);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    const corner = inset => {
      const end = el("span", "end", this.box);
      end.style.inset = inset;
      return end;
    };
    this.ends = { right: corner("auto 4px 2px auto"), low: corner("auto auto 2px 4px"),
                  high: corner("2px auto auto 4px") };
    this.classes = el("div", "classes", state.root);
    this.canvas.onpointerdown = event => this.down(event);
    this.canvas.onpointermove = event => this.held && this.move(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = event => this.up(event);
    this.canvas.onkeydown = event => this.key(event);
    this.pictures = document.createElement("canvas");
  }

  show(data) {
    this.data = data;
    this.mark ??= data.mark;
    this.canvas.ariaLabel = data.label;
    const [first, second] = data.axes;
    this.ends.low.textContent = `${first} = ${fixed(data.low[0], 1)}`;
    this.ends.right.textContent = `${first} = ${fixed(data.high[0], 1)}`;
    this.ends.high.textContent = second ? `${second} = ${fixed(data.high[1], 1)}` : "";
    this.classes.replaceChildren(...(data.tiles || data.names.length < 2 ? [] : data.names)
      .map((name, i) => {
        const sign = el("b", "", null, data.signs[i]), box = el("span");
        sign.style.color = data.colours[i];
        box.append(sign, name === data.signs[i] ? "" : name);
        return box;
      }));
    this.draw();
  }

  draw() {
    const { data } = this, size = this.canvas.clientWidth, dpr = devicePixelRatio || 1;
    if (!size) return;
    this.canvas.width = this.canvas.height = Math.round(size * dpr);
    const context = this.canvas.getContext("2d");
    context.scale(dpr, dpr);
    if (data.tiles) this.tiles(context, size); else this.signs(context, size);
    if (data.drawn.length) this.ring(context, data.drawn, size, "--st-text-color", 13);
    this.ring(context, this.mark, size, "--st-primary-color", 9);
  }

  ring(context, place, size, colour, radius) {
    const [x, y] = place.map(share => share * size), style = getComputedStyle(this.state.root);
    for (const [name, width] of [["--st-background-color", 5], [colour, 2.5]]) {
      context.strokeStyle = style.getPropertyValue(name);
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, radius, 0, 7);
      context.stroke();
    }
  }

  signs(context, size) {
    const { points, labels, signs, colours } = this.data;
    context.font = `600 11px ${getComputedStyle(this.state.root).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let i = 0; i < labels.length; i++) {
      context.fillStyle = colours[labels[i]];
      context.fillText(signs[labels[i]], points[2 * i] / 255 * size, points[2 * i + 1] / 255 * size);
    }
  }

  tiles(context, size) {
    const { side, grid } = this.data, cell = size / side, area = areaOf(grid);
    context.imageSmoothingEnabled = false;
    for (let i = 0; i < side * side; i++) {
      print(this.pictures, grid, grid.values.subarray(i * area, (i + 1) * area));
      context.drawImage(this.pictures, i % side * cell, Math.floor(i / side) * cell, cell, cell);
    }
  }

  put(x, y) {
    this.mark = [x, y].map(share => Math.min(1, Math.max(0, share)));
    this.draw();
    shared.here?.preview(this);
  }

  /** The marked place between the four decoded places around it. */
  blend() {
    const { side, grid } = this.data, area = areaOf(grid), out = new Float32Array(area);
    const [[column, right], [row, down]] = this.mark.map(share => {
      const place = Math.min(side - 1, Math.max(0, share * side - .5));
      const first = Math.min(side - 2, Math.floor(place));
      return [first, place - first];
    });
    for (const [i, weight] of [[0, (1 - right) * (1 - down)], [1, right * (1 - down)],
                               [side, (1 - right) * down], [side + 1, right * down]]) {
      const values = grid.values.subarray((row * side + column + i) * area);
      for (let k = 0; k < area; k++) out[k] += weight * values[k];
    }
    return out;
  }

  words() {
    const { axes, low, high } = this.data, shares = [this.mark[0], 1 - this.mark[1]];
    return axes.map((name, k) => name && `${name} = ${fixed(low[k] + shares[k] * (high[k] - low[k]), 2)}`)
      .filter(Boolean).join(", ");
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    this.put((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }

  down(event) {
    if (!event.isPrimary || event.button) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.held = true;
    this.move(event);
  }

  move(event) {
    this.at(event);
    this.offer();
  }

  up(event) {
    if (!this.held) return;
    this.held = false;
    if (event.type === "pointerup") this.at(event);
    this.send();
  }

  key(event) {
    if (!KEYS[event.key]) return;
    event.preventDefault();
    const [right, down] = KEYS[event.key];
    this.put(this.mark[0] + STRIDE * right, this.mark[1] + STRIDE * down);
    this.send();
  }

  offer() {
    if (performance.now() - this.sentAt >= PAUSE) this.send();
  }

  send() {
    this.sentAt = performance.now();
    this.sent = true;
    const [x, y] = this.mark;
    this.state.component.setStateValue("spot", { number: ++this.number, x, y });
  }
}

const areaOf = grid => grid.width * grid.height * (grid.channels ?? 1);

function print(canvas, { width, height, channels }, values) {
  if (channels !== 3) return ink(canvas, values, width, height);
  canvas.width = width; canvas.height = height;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  for (let k = 0; k < width * height; k++)
    image.data.set([values[3 * k], values[3 * k + 1], values[3 * k + 2], 255], 4 * k);
  context.putImageData(image, 0, 0);
}

class Here {
  constructor(state) {
    const box = el("div", "here", state.root);
    this.canvas = el("canvas", "", box);
    this.canvas.role = "img";
    this.canvas.ariaLabel = "What the marked place decodes to";
    const side = el("div", "", box);
    this.place = el("b", "", el("p", "", side));
    this.words = el("p", "", side);
    el("small", "", el("p", "", side), "Drag over the plane, or use the arrow keys.");
  }

  show(data) {
    this.data = data;
    this.canvas.hidden = !data.image;
    this.words.textContent = data.words;
    const plane = shared.plane;
    if (plane && plane.sent && data.number < plane.number) return;      // a newer place is on its way
    this.place.textContent = data.place;
    if (data.image) print(this.canvas, data.image, data.image.values);
  }

  preview(plane) {
    this.place.textContent = plane.words();
    if (plane.data.side && this.data?.image) print(this.canvas, plane.data.grid, plane.blend());
  }
}

export default component => keep(component, CSS, (state, payload) => {
  if (payload.kind === "here") {
    shared.here = state.here ??= new Here(state);
    state.here.show(payload);
  } else {
    shared.plane = state.latent ??= new Latent(state);
    state.latent.show(payload);
  }
});
