// A canvas for one digit: mouse, pen or finger. While a stroke is drawn the strokes go to Python at
// most every 120 ms, and only when the last message has been answered; the end of a stroke always
// goes. A payload is {version, strokes, image, seen}: a new version replaces what is drawn here.
import { el, keep } from "../lib/common.js";

const CSS = `
canvas { display: block; width: 100%; aspect-ratio: 1; border-radius: 6px; background: #14161a;
         border: 1px solid var(--st-border-color); touch-action: none; cursor: crosshair }
.hint { position: absolute; inset: auto 0 14px; text-align: center; font-size: 13px;
        color: #a8aeb5; pointer-events: none }
`;
const SIDE = 672;         // pixels of the canvas
const UNITS = 1000;       // a stroke's points are whole numbers from 0 to 1000
const PAUSE = 120;        // ms between two messages while drawing
const PATIENCE = 1000;    // ms after which an unanswered message no longer holds the next one back

/** A digit of MNIST as white ink on nothing. */
function transparent(values, side) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pixels = new ImageData(side, side);
  values.forEach((value, i) => pixels.data.set([255, 255, 255, value], 4 * i));
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

class Pad {
  constructor(state) {
    this.state = state;
    this.strokes = [];
    this.image = this.stroke = null;
    this.number = this.answered = this.sentAt = 0;
    this.canvas = el("canvas", "", state.root);
    this.canvas.width = this.canvas.height = SIDE;
    this.canvas.role = "img";
    this.hint = el("div", "hint", state.root, "Draw a digit, large and in the middle");
    this.canvas.onpointerdown = event => this.down(event);
    this.canvas.onpointermove = event => this.move(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = event => this.up(event);
  }

  show(payload) {
    this.canvas.ariaLabel = payload.label;
    this.answered = payload.seen;
    const wider = payload.brush !== this.brush;
    this.brush = payload.brush;
    if (this.version === undefined) this.number = payload.seen;
    if (payload.version === this.version) return wider && this.redraw();
    this.version = payload.version;
    this.strokes = payload.strokes;
    this.stroke = null;
    this.image = null;
    if (payload.image) this.image = transparent(payload.image, 28);
    this.redraw();
  }

  redraw() {
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, SIDE, SIDE);
    context.imageSmoothingQuality = "high";
    if (this.image) context.drawImage(this.image, 0, 0, SIDE, SIDE);
    context.lineWidth = this.brush * SIDE / UNITS;
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = "#fff";
    for (const stroke of this.strokes) {
      context.beginPath();
      context.moveTo(stroke[0][0] * SIDE / UNITS, stroke[0][1] * SIDE / UNITS);
      for (const [x, y] of stroke) context.lineTo(x * SIDE / UNITS, y * SIDE / UNITS);
      context.stroke();
    }
    this.hint.hidden = this.strokes.length > 0 || !!this.image;
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
      .map(t => Math.round(UNITS * Math.min(1, Math.max(0, t))));
  }

  down(event) {
    if (!event.isPrimary || event.button) return;       // one finger, the main button
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.push(this.stroke = [this.point(event)]);
    this.redraw();
  }

  move(event) {
    if (!this.stroke || !event.isPrimary) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const part of passed.length ? passed : [event]) this.stroke.push(this.point(part));
    this.redraw();
    const now = performance.now(), waiting = this.answered < this.number;
    if (now - this.sentAt >= (waiting ? PATIENCE : PAUSE)) this.send(false);
  }

  up(event) {
    if (!this.stroke || !event.isPrimary) return;
    this.stroke = null;
    this.send(true);
  }

  send(finished) {
    this.sentAt = performance.now();
    this.state.component.setStateValue("drawing", {
      number: ++this.number, version: this.version, strokes: this.strokes, finished,
    });
  }
}

export default component => keep(component, CSS, (state, payload) => {
  state.pad ??= new Pad(state);
  state.pad.show(payload);
});
