// How high every walker is over the steps, above the least height, on a scale of powers of ten.
import { said } from "../lib/language.js";
import { el } from "../lib/common.js";
import { brief, exact } from "../lib/numbers.js";
import { fit, gone, sign } from "./surface_look.js";
import { ticks } from "./surface_map.js";

const HEIGHT = 204, LEFT = 46, RIGHT = 12, TOP = 8, FOOT = 34;   // px
const LEAST = 1e-9;                                              // lower is as good as there
const SUPER = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸",
                9: "⁹" };

export class Heights {
  constructor(parent) {
    const figure = el("figure", "", parent), caption = el("figcaption", "", figure);
    this.title = el("span", "", caption);
    this.canvas = el("canvas", "", figure);
    this.canvas.role = "img";
  }

  show(data, look) {
    Object.assign(this, { data, look });
    const known = data.walkers.flatMap(walker => [walker.above[0], ...minmax(walker.above)])
      .filter(height => height > 0 && Number.isFinite(height));
    const top = Math.max(data.goal || 1e-9, ...known.map(height => Math.min(height, 1e3 * (data.high - data.low))));
    const bottom = Math.max(LEAST, Math.min(data.goal || Infinity, ...known));
    this.high = Math.ceil(Math.log10(top) + .05);
    this.low = Math.floor(Math.log10(bottom));
    this.width = this.canvas.clientWidth;
    [this.title.textContent, this.unit] = data.chart;
    this.last = data.times.at(-1) ?? data.steps;
    this.canvas.ariaLabel = `${data.chart[0]}, a line a walker. ${data.walkers.map(walker =>
      `${walker.name}: ${walker.end || exact(walker.above.at(-1))}`).join(", ")}.`;
  }

  place(step, height) {
    const share = (Math.log10(Math.max(height, LEAST)) - this.low) / (this.high - this.low);
    return [LEFT + time(this.data, step) / (this.last || 1) * (this.width - LEFT - RIGHT),
            TOP + (1 - share) * (HEIGHT - TOP - FOOT)];
  }

  draw(at) {
    if (!this.width) return;
    const context = fit(this.canvas, HEIGHT), { data, look } = this;
    this.axes(context);
    context.save();
    context.beginPath();
    context.rect(LEFT - 8, 0, this.width - LEFT - RIGHT + 20, HEIGHT - FOOT + 8);
    context.clip();
    context.lineJoin = "round";
    for (const walker of data.walkers) {
      const last = Math.min(Math.floor(at), walker.above.length - 1);
      context.strokeStyle = walker.colour;
      context.lineWidth = 2;
      context.setLineDash(walker.dash);
      context.beginPath();
      for (let step = 0; step <= last; step++) {
        const place = this.place(step, walker.above[step]);
        if (step) context.lineTo(...place); else context.moveTo(...place);
      }
      context.stroke();
    }
    context.setLineDash([]);
    for (const walker of data.walkers) {
      const last = Math.min(Math.floor(at), walker.above.length - 1);
      if (!gone(walker, at)) sign(context, walker, ...this.place(last, walker.above[last]), look);
    }
    context.restore();
  }

  axes(context) {
    const { data, look } = this, foot = HEIGHT - FOOT, right = this.width - RIGHT;
    context.font = `11px ${look.font}`;
    context.fillStyle = look.muted;
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    const stride = Math.ceil((this.high - this.low) / 6);
    for (let power = this.low; power <= this.high; power += stride) {
      const [, y] = this.place(0, 10 ** power);
      line(context, look.line, LEFT, y, right, y);
      context.fillText(written(power), LEFT - 7, y);
    }
    context.textAlign = "center";
    const round = ticks(0, this.last).filter(at => at < .93 * this.last);
    for (const at of [0, ...round, this.last])
      context.fillText(brief(at), LEFT + at / (this.last || 1) * (right - LEFT), foot + 12);
    context.fillText(said(this.unit), LEFT + (right - LEFT) / 2, HEIGHT - 7);
    if (!data.goal) return;
    const [, goal] = this.place(0, data.goal);
    context.setLineDash([4, 3]);
    line(context, look.muted, LEFT, goal, right, goal);
    context.setLineDash([]);
  }
}

/** When a step was: epochs where there are some. */
export const time = (data, step) => data.times.length ? data.times[step] : step;

const written = power => power >= -2 && power <= 3 ? brief(10 ** power)
  : "10" + `${power}`.split("").map(sign => SUPER[sign]).join("");

function line(context, colour, ...[x, y, right, foot]) {
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(right, foot);
  context.stroke();
}

function minmax(heights) {
  let low = Infinity, high = 0;
  for (const height of heights) {
    if (height > 0) low = Math.min(low, height);
    high = Math.max(high, height);
  }
  return [low, high];
}
