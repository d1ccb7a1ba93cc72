// A canvas for one digit: mouse, pen or finger. While a stroke is drawn the picture goes to Python
// at most every 120 ms, and only when the last one has been answered; the end of a stroke always
// goes. A payload is {version, strokes, image, seen}: a new version replaces what is drawn here.
const { el, keep } = await import(import.meta.url.replace("pad.js", "common.js"));

const CSS = `
canvas { display: block; width: 100%; aspect-ratio: 1; border-radius: 6px; background: #14161a;
         border: 1px solid var(--st-border-color); touch-action: none; cursor: crosshair }
.hint { position: absolute; inset: auto 0 14px; text-align: center; font-size: 13px;
        color: #a8aeb5; pointer-events: none }
`;
const SIDE = 672;         // pixels of the canvas seen
const SENT = 112;         // pixels of the picture sent: four for each of MNIST's 28
const UNITS = 1000;       // a stroke's points are whole numbers from 0 to 1000
const BRUSH = 1 / 14;     // of the side; a digit that fills the pad gets MNIST's stroke width
const PAUSE = 120;        // ms between two pictures while drawing
const PATIENCE = 1000;    // ms after which an unanswered picture no longer holds the next one back

function paintStrokes(context, side, strokes) {
  context.lineWidth = BRUSH * side;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = "#fff";
  for (const stroke of strokes) {
    context.beginPath();
    stroke.forEach(([x, y], i) => {
      if (!i) context.moveTo(x * side / UNITS, y * side / UNITS);
      context.lineTo(x * side / UNITS, y * side / UNITS);
    });
    context.stroke();
  }
}

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
    this.small = document.createElement("canvas");
    this.small.width = this.small.height = SENT;
    this.canvas.onpointerdown = event => this.down(event);
    this.canvas.onpointermove = event => this.move(event);
    this.canvas.onpointerup = this.canvas.onpointercancel = event => this.up(event);
  }

  show(payload) {
    this.canvas.ariaLabel = payload.label;
    this.answered = payload.seen;
    if (this.version === undefined) this.number = payload.seen;
    if (payload.version === this.version) return;
    this.version = payload.version;
    this.strokes = payload.strokes;
    this.stroke = null;
    this.image = null;
    if (payload.image) this.image = transparent(payload.image, 28);
    this.redraw();
  }

  paint(canvas, side) {
    const context = canvas.getContext("2d", { willReadFrequently: side === SENT });
    context.fillStyle = "#000";
    if (side === SENT) context.fillRect(0, 0, side, side); else context.clearRect(0, 0, side, side);
    context.imageSmoothingQuality = "high";
    if (this.image) context.drawImage(this.image, 0, 0, side, side);
    paintStrokes(context, side, this.strokes);
    return context;
  }

  redraw() {
    this.paint(this.canvas, SIDE);
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
    const pixels = this.paint(this.small, SENT).getImageData(0, 0, SENT, SENT).data;
    let bytes = "";
    for (let i = 0; i < pixels.length; i += 4) bytes += String.fromCharCode(pixels[i]);
    this.sentAt = performance.now();
    this.state.component.setStateValue("drawing", {
      number: ++this.number, version: this.version, side: SENT, pixels: btoa(bytes),
      strokes: finished ? this.strokes : null,
    });
  }
}

export default component => keep(component, CSS, (state, payload) => {
  state.pad ??= new Pad(state);
  state.pad.show(payload);
});
