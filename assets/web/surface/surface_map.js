// A surface from above: colours and contours of its heights, the walkers and their trails.
import { said } from "../lib/language.js";
import { el } from "../lib/common.js";
import { brief } from "../lib/numbers.js";
import { fit, gone, shares, sign, track, where } from "./surface_look.js";

const LEVELS = 15;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STRIDE = 1 / 40, LEAP = 1 / 8;    // of the map, by an arrow key without and with Shift
export const FLAT = .8;                 // every map is five wide and four high
const LEFT = 34, FOOT = 22;             // px for the axes' numbers

export class Flat {
  /** ask(x, y, soon): another start is wished for, in shares of the map. */
  constructor(parent, ask) {
    const figure = el("figure", "", parent), caption = el("figcaption", "", figure);
    this.title = el("span", "", caption);
    this.ask = ask;
    this.hint = el("small", "", caption);
    this.canvas = el("canvas", "flat", figure);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.onclick = event => this.click(event);
    this.canvas.onkeydown = event => this.key(event);
    const under = el("div", "under", figure);
    this.ends = [el("span", "", under), el("canvas", "", under), el("span", "", under)];
    this.note = el("span", "", under);
    this.still = document.createElement("canvas");
  }

  show(data, look) {
    Object.assign(this, { data, look });
    const [left, right, bottom, top] = data.box;
    this.width = this.canvas.clientWidth;
    this.room = { left: LEFT, top: 6, width: this.width - LEFT - 6 };
    this.room.height = FLAT * this.room.width;
    this.height = this.room.top + this.room.height + FOOT;
    this.title.textContent = data.title;
    this.hint.textContent = `  ${data.note}`;
    this.canvas.style.cursor = data.moves ? "" : "default";
    this.start = [(data.start[0] - left) / (right - left), (top - data.start[1]) / (top - bottom)];
    this.canvas.ariaLabel = `Map of ${data.title}, height by colour and contours. Arrow keys move `
      + "the start, with Shift farther; Space plays.";
    if (!data.moves) this.canvas.ariaLabel = `Map of ${data.title}, ${data.note}. Space plays.`;
    if (this.width > 0) this.paint();
    this.tracks = data.walkers.map(walker => track(walker, (x, y) => this.place(x, y)));
    this.legend();
  }

  /** The still part, once: colours, contours, axes, minima. */
  paint() {
    const { data, look, room, still } = this, dpr = devicePixelRatio || 1;
    still.width = Math.round(this.width * dpr);
    still.height = Math.round(this.height * dpr);
    const context = still.getContext("2d"), levels = shares(data);
    context.drawImage(tinted(levels, data.side, look, Math.round(room.width * dpr),
                             Math.round(room.height * dpr)), room.left * dpr, room.top * dpr);
    context.scale(dpr, dpr);
    contours(context, levels, data.side, room, look);
    this.axes(context);
    for (const [x, y] of data.minima) {
      const [left, top] = this.place(x, y);
      context.strokeStyle = look.text;
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(left - 5, top); context.lineTo(left + 5, top);
      context.moveTo(left, top - 5); context.lineTo(left, top + 5);
      context.stroke();
    }
  }

  axes(context) {
    const { data, look, room } = this, [left, right, bottom, top] = data.box;
    context.strokeStyle = look.line;
    context.lineWidth = 1;
    context.strokeRect(room.left, room.top, room.width, room.height);
    context.fillStyle = look.muted;
    context.font = `11px ${look.font}`;
    context.textBaseline = "middle";
    context.textAlign = "center";
    const foot = room.top + room.height;
    for (const x of ticks(left, right)) context.fillText(brief(x), this.place(x, 0)[0], foot + 12);
    context.fillText(said(data.axes[0]), room.left + room.width - 5, foot + 12);
    context.textAlign = "right";
    for (const y of ticks(bottom, top)) context.fillText(brief(y), LEFT - 6, this.place(0, y)[1]);
    context.fillText(said(data.axes[1]), LEFT - 6, room.top + 6);
  }

  legend() {
    const { data, look } = this, [low, ramp, high] = this.ends;
    low.textContent = `${data.quantity} ${data.ends[0]}`;
    high.textContent = data.ends[1];
    this.note.textContent = data.root > 1 ? `shades by its ${ROOTS[data.root]} root` : "";
    ramp.width = 110; ramp.height = 1;
    const context = ramp.getContext("2d"), image = context.createImageData(110, 1);
    for (let i = 0; i < 110; i++) look.of(i / 109, image.data, 4 * i);
    context.putImageData(image, 0, 0);
    ramp.ariaHidden = "true";
  }

  place(x, y) {
    const [left, right, bottom, top] = this.data.box, { room } = this;
    return [room.left + (x - left) / (right - left) * room.width,
            room.top + (top - y) / (top - bottom) * room.height];
  }

  draw(at) {
    const { data, look, room } = this;
    if (!this.width) return;
    const context = fit(this.canvas, this.height);
    context.drawImage(this.still, 0, 0, this.width, this.height);
    context.save();
    context.beginPath();
    context.rect(room.left, room.top, room.width, room.height);
    context.clip();
    context.lineJoin = "round";
    data.walkers.forEach((walker, k) => {
      const places = this.tracks[k], end = this.place(...where(walker, at));
      const last = Math.min(Math.floor(at), places.length / 2 - 1);
      for (const [colour, width, dash, alpha] of [[look.ground, 3.6, [], .55],
                                                  [walker.colour, 2, walker.dash, 1]]) {
        context.globalAlpha = alpha;
        context.strokeStyle = colour;
        context.lineWidth = width;
        context.setLineDash(dash);
        context.beginPath();
        context.moveTo(places[0], places[1]);
        for (let i = 1; i <= last; i++) context.lineTo(places[2 * i], places[2 * i + 1]);
        context.lineTo(...end);
        context.stroke();
      }
    });
    context.setLineDash([]);
    context.globalAlpha = 1;
    this.ring(context);
    for (const walker of data.walkers) {
      if (gone(walker, at)) continue;
      sign(context, walker, ...this.place(...where(walker, at)), look);
    }
    context.restore();
  }

  ring(context) {
    const { room, look } = this;
    const x = room.left + this.start[0] * room.width, y = room.top + this.start[1] * room.height;
    for (const [colour, width] of [[look.ground, 5], [look.accent, 2.5]]) {
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, 9, 0, 7);
      context.stroke();
    }
  }

  click(event) {
    if (!this.data.moves) return;
    const box = this.canvas.getBoundingClientRect(), { room } = this;
    this.move((event.clientX - box.left - room.left) / room.width,
              (event.clientY - box.top - room.top) / room.height, true);
  }

  key(event) {
    const way = KEYS[event.key];
    if (!way || !this.data.moves || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = event.shiftKey ? LEAP : STRIDE;
    this.move(this.start[0] + way[0] * far, this.start[1] + way[1] * far, false);
  }

  move(x, y, soon) {
    this.start = [x, y].map(share => Math.min(1, Math.max(0, share)));
    this.ask(...this.start, soon);
    this.draw(0);
  }
}

const ROOTS = { 2: "square", 3: "cube", 4: "4th", 6: "6th" };

/** Round numbers between two ends, about six. */
export function ticks(low, high) {
  const rough = (high - low) / 6, power = 10 ** Math.floor(Math.log10(rough));
  const stride = power * [1, 2, 5, 10].find(step => step * power >= rough);
  const found = [];
  for (let k = Math.ceil(low / stride + 1e-6); k * stride < high - 1e-6 * stride; k++)
    found.push(k * stride);
  return found;
}

/** Shares [side, side], from the lower left, as a picture of so many pixels. */
function tinted(levels, side, look, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, width); canvas.height = Math.max(1, height);
  const context = canvas.getContext("2d"), image = context.createImageData(canvas.width, canvas.height);
  for (let row = 0, at = 0; row < canvas.height; row++) {
    const v = (1 - (row + .5) / canvas.height) * (side - 1), j = Math.min(side - 2, Math.floor(v));
    for (let column = 0; column < canvas.width; column++, at += 4) {
      const u = (column + .5) / canvas.width * (side - 1), i = Math.min(side - 2, Math.floor(u));
      const first = j * side + i, right = u - i, up = v - j;
      const share = (levels[first] * (1 - right) + levels[first + 1] * right) * (1 - up)
        + (levels[first + side] * (1 - right) + levels[first + side + 1] * right) * up;
      if (share === share) look.of(share, image.data, at);
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Lines of equal shares, by marching squares. */
function contours(context, levels, side, room, look) {
  const across = room.width / (side - 1), up = room.height / (side - 1);
  const foot = room.top + room.height;
  context.strokeStyle = look.contour;
  context.lineWidth = 1;
  context.beginPath();
  for (let j = 0; j < side - 1; j++)
    for (let i = 0; i < side - 1; i++) {
      const at = j * side + i;
      const corners = [levels[at], levels[at + 1], levels[at + side + 1], levels[at + side]];
      const low = Math.min(...corners), high = Math.max(...corners);
      if (!(high > low)) continue;
      for (let k = Math.ceil(low * LEVELS); k <= high * LEVELS; k++)
        crossings(corners, k / LEVELS).forEach(([x, y], n) => {
          const place = [room.left + (i + x) * across, foot - (j + y) * up];
          if (n % 2) context.lineTo(...place); else context.moveTo(...place);
        });
    }
  context.stroke();
}

// The sides of a cell, from its lower left corner on: where each begins, and where it goes.
const SIDES = [[0, 0, 1, 0], [1, 0, 0, 1], [1, 1, -1, 0], [0, 1, 0, -1]];
function crossings(corners, level) {
  const found = [];
  SIDES.forEach(([x, y, dx, dy], k) => {
    const a = corners[k], b = corners[(k + 1) % 4];
    if ((a < level) === (b < level)) return;
    const share = (level - a) / (b - a);
    found.push([x + dx * share, y + dy * share]);
  });
  return found;
}
