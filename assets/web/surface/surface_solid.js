// A surface in 3-D: seen from a side that one chooses, every cell drawn from the back to the front.
// What of a trail lies behind a wall is pale.
import { said } from "../lib/language.js";
import { el } from "../lib/common.js";
import { brief } from "../lib/numbers.js";
import { fit, gone, shares, sign, track, where } from "./surface_look.js";
import { FLAT, ticks } from "./surface_map.js";

const CELLS = 50;          // along each side
const TALL = .56;          // of the highest place, in half widths of the map
const MESH = 5;            // cells from one drawn line to the next
const FINE = 40;           // steps from a place towards the eye, looking for what hides it
const KEYS = { ArrowLeft: [-.1, 0], ArrowRight: [.1, 0], ArrowUp: [0, .06], ArrowDown: [0, -.06] };

export class Solid {
  constructor(parent) {
    const figure = el("figure", "", parent), caption = el("figcaption", "", figure);
    el("span", "", caption, "In 3-D");
    el("small", "", caption, "  drag to turn");
    this.canvas = el("canvas", "solid", figure);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.note = el("div", "under", figure);
    this.turn = -.62;                                  // radians around the upright axis
    this.tilt = .86;                                   // of the eye above the ground
    this.canvas.onpointerdown = event => {
      if (!event.isPrimary || event.button) return;
      this.canvas.setPointerCapture(event.pointerId);
      this.held = [event.clientX, event.clientY];
    };
    this.canvas.onpointermove = event => {
      if (!this.held) return;
      this.rotate((event.clientX - this.held[0]) * .008, (event.clientY - this.held[1]) * .006);
      this.held = [event.clientX, event.clientY];
    };
    this.canvas.onpointerup = this.canvas.onpointercancel = () => { this.held = null; };
    this.canvas.onkeydown = event => {
      if (!KEYS[event.key]) return;
      event.preventDefault();
      this.rotate(...KEYS[event.key]);
    };
    this.still = document.createElement("canvas");
  }

  rotate(by, up) {
    this.turn += by;
    this.tilt = Math.min(1.5, Math.max(.15, this.tilt + up));
    this.paint();
    this.draw(this.at);
  }

  show(data, look) {
    Object.assign(this, { data, look });
    this.flat = FLAT;
    this.width = this.canvas.clientWidth;
    this.height = Math.round((this.width - 40) * this.flat + 28);   // as high as the map
    this.levels = shares(data);
    this.canvas.ariaLabel = `${data.title} in 3-D, seen from a side. Arrow keys turn it.`;
    const up = `up: ${data.quantity}`;
    this.note.textContent = data.root > 1 ? `${up}, compressed as the shades are` : up;
    if (this.width > 0) this.paint();
  }

  // ---- from the surface to the screen ----

  /** Half widths: u to the right, v to the back, w up. */
  aim() {
    const { turn, tilt } = this, reach = Math.hypot(1, this.flat);
    this.sin = [Math.sin(turn), Math.sin(tilt)];
    this.cos = [Math.cos(turn), Math.cos(tilt)];
    const tall = 2 * reach * this.sin[1] + TALL * this.cos[1];
    this.zoom = Math.min(this.width / (2 * reach), (this.height - 12) / tall) * .97;
    this.middle = this.height / 2 + TALL / 2 * this.cos[1] * this.zoom;
  }

  screen(u, v, w) {
    const across = u * this.cos[0] - v * this.sin[0], back = u * this.sin[0] + v * this.cos[0];
    return [this.width / 2 + across * this.zoom,
            this.middle - (back * this.sin[1] + w * this.cos[1]) * this.zoom];
  }

  /** The share of height at a place of the map, between the four places around it. */
  level(u, v) {
    const { side } = this.data, last = side - 1;
    const x = (u + 1) / 2 * last, y = (v / this.flat + 1) / 2 * last;
    if (!(x >= 0 && y >= 0 && x <= last && y <= last)) return NaN;
    const i = Math.min(last - 1, Math.floor(x)), j = Math.min(last - 1, Math.floor(y));
    const at = j * side + i, right = x - i, up = y - j, z = this.levels;
    return (z[at] * (1 - right) + z[at + 1] * right) * (1 - up)
      + (z[at + side] * (1 - right) + z[at + side + 1] * right) * up;
  }

  spot([x, y]) {
    const [left, right, bottom, top] = this.data.box;
    const u = 2 * (x - left) / (right - left) - 1;
    const v = (2 * (y - bottom) / (top - bottom) - 1) * this.flat;
    return [u, v, TALL * this.level(u, v)];
  }

  /** A place of the map on the screen; null off the map. */
  seen(x, y) {
    const [u, v, w] = this.spot([x, y]);
    return w === w ? this.screen(u, v, w) : null;
  }

  // ---- the still part, once for a view ----

  paint() {
    this.aim();
    const { data, look, still } = this, dpr = devicePixelRatio || 1, last = data.side - 1;
    still.width = Math.round(this.width * dpr);
    still.height = Math.round(this.height * dpr);
    const context = still.getContext("2d"), colour = [0, 0, 0, 0];
    context.scale(dpr, dpr);
    context.strokeStyle = look.line;                   // the map itself, below
    poly(context, [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(
      ([u, v]) => this.screen(u, v * this.flat, 0)), true);
    context.stroke();
    context.lineWidth = .7;
    const line = n => Math.round(n * last / CELLS), along = n => 2 * line(n) / last - 1;
    const backwards = (flip, n) => flip ? n : CELLS - 1 - n;
    for (let row = 0; row < CELLS; row++)
      for (let column = 0; column < CELLS; column++) {
        const i = backwards(this.sin[0] < 0, column), j = backwards(this.cos[0] < 0, row);
        const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
        const z = corners.map(([a, b]) => this.levels[line(b) * data.side + line(a)]);
        if (z.some(Number.isNaN)) continue;
        const places = corners.map(([a, b], n) =>
          this.screen(along(a), along(b) * this.flat, TALL * z[n]));
        look.of((z[0] + z[1] + z[2] + z[3]) / 4, colour, 0, lit(z));
        context.fillStyle = context.strokeStyle = `rgb(${colour.slice(0, 3).map(Math.round)})`;
        poly(context, places, true);
        context.fill();
        context.stroke();
        context.strokeStyle = look.contour;
        if (i % MESH === 0) { poly(context, [places[0], places[3]]); context.stroke(); }
        if (j % MESH === 0) { poly(context, [places[0], places[1]]); context.stroke(); }
      }
    this.names(context);
    this.hidden = data.walkers.map(walker => this.behind(walker));
    this.tracks = data.walkers.map(walker => track(walker, (x, y) => this.seen(x, y)));
  }

  names(context) {
    const { look, flat } = this, [left, right, bottom, top] = this.data.box;
    context.fillStyle = look.muted;
    context.font = `11px ${look.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const near = [this.cos[0] > 0 ? -1 : 1, this.sin[0] > 0 ? -1 : 1];   // the edges in front
    const write = (words, u, v) => {
      const [x, y] = this.screen(u, v, 0);
      context.fillText(said(words), Math.min(this.width - 16, Math.max(16, x)), Math.min(this.height - 7, y + 9));
    };
    write(this.data.axes[0], 0, near[0] * flat * 1.06);
    write(this.data.axes[1], near[1] * 1.05, 0);
    for (const x of ends(left, right))
      write(brief(x), 2 * (x - left) / (right - left) - 1, near[0] * flat * 1.06);
    for (const y of ends(bottom, top))
      write(brief(y), near[1] * 1.05, (2 * (y - bottom) / (top - bottom) - 1) * flat);
  }

  /** Of every place of a walker, whether a wall stands between it and the eye. */
  behind(walker) {
    const hidden = new Uint8Array(walker.path.length / 2);
    const way = [-this.sin[0] * this.cos[1], -this.cos[0] * this.cos[1], this.sin[1]];
    for (let n = 0; n < hidden.length; n++) {
      const [u, v, w] = this.spot([walker.path[2 * n], walker.path[2 * n + 1]]);
      for (let k = 1; k <= FINE && w + k / FINE * 2 * way[2] < TALL; k++) {
        const far = k / FINE * 2, ground = TALL * this.level(u + far * way[0], v + far * way[1]);
        if (ground > w + far * way[2] + .02) { hidden[n] = 1; break; }
      }
    }
    return hidden;
  }

  // ---- what moves ----

  draw(at) {
    this.at = at;
    const { data, look } = this;
    if (!this.width) return;
    const context = fit(this.canvas, this.height);
    context.drawImage(this.still, 0, 0, this.width, this.height);
    context.lineJoin = "round";
    data.walkers.forEach((walker, k) => {
      const end = this.seen(...where(walker, at));
      for (const pale of [true, false]) {
        for (const [colour, width, dash, alpha] of [[look.ground, 3.6, [], .5],
                                                    [walker.colour, 2, walker.dash, 1]]) {
          context.globalAlpha = alpha * (pale ? .3 : 1);
          context.strokeStyle = colour;
          context.lineWidth = width;
          context.setLineDash(dash);
          context.beginPath();
          this.line(context, k, at, end, pale);
          context.stroke();
        }
      }
      context.globalAlpha = 1;
      context.setLineDash([]);
    });
    for (const walker of data.walkers) {
      const place = this.seen(...where(walker, at));
      if (place && !gone(walker, at)) sign(context, walker, ...place, look);
    }
  }

  /** The pale parts of a trail, or the others: each as long as it goes, so that its dashes do. */
  line(context, k, at, end, pale) {
    const places = this.tracks[k], hidden = this.hidden[k], last = places.length / 2 - 1;
    const whole = Math.min(Math.floor(at), last);
    let on = false;
    for (let n = 1; n <= whole + 1; n++) {
      const x = n > whole ? end?.[0] ?? NaN : places[2 * n];
      const y = n > whole ? end?.[1] ?? NaN : places[2 * n + 1];
      const seen = x === x && places[2 * n - 2] === places[2 * n - 2]
        && Boolean(hidden[Math.min(n, last)]) === pale;
      if (seen && !on) context.moveTo(places[2 * n - 2], places[2 * n - 1]);
      if (seen) context.lineTo(x, y);
      on = seen;
    }
  }
}

/** How bright a cell is, by its four heights: the light comes from the left and from the front. */
function lit(z) {
  const right = (z[1] - z[0] + z[2] - z[3]) * CELLS / 4;
  const back = (z[3] - z[0] + z[2] - z[1]) * CELLS / 4;
  const light = (1 + .35 * right - .25 * back) / Math.hypot(1, right, back);
  return .8 + .26 * Math.min(1, Math.max(-.6, light));
}

function poly(context, places, closed = false) {
  context.beginPath();
  places.forEach((place, n) => n ? context.lineTo(...place) : context.moveTo(...place));
  if (closed) context.closePath();
}

/** The outermost round numbers between two ends. */
const ends = (low, high) => { const all = ticks(low, high); return [all[0], all.at(-1)]; };
