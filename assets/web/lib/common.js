// Shared by every view: read a message, colours of the theme, paint small maps, stay alive.

const TYPES = { f4: Float32Array, i4: Int32Array, u4: Uint32Array, u1: Uint8Array };

// The message of playground/views/packing.py. With rows, a table becomes an array of its rows.
export function decode(bytes, rows = false) {
  const start = bytes.byteOffset;
  const buffer = bytes.buffer.slice(start, start + bytes.byteLength);   // aligned to 8
  const length = new DataView(buffer).getUint32(0, true), base = 4 + length;
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return JSON.parse(text, (key, value) => {
    if (!value || !value.$) return value;
    const [type, offset, size, columns] = value.$;
    const array = new TYPES[type](buffer, base + offset, size);
    if (!rows || !columns) return array;
    const table = [];
    for (let i = 0; i < size; i += columns) table.push(array.subarray(i, i + columns));
    return table;
  });
}

export const NEGATIVE = "#f59322", POSITIVE = "#0877bd", ZERO = "#e8eaeb";
const SHADES = { "-": [245, 147, 34], "+": [8, 119, 189] };
const LIGHT = { zero: [232, 234, 235], gamma: 1 };
// On a dark page idle units must not outshine the busy ones.
const DARK = { zero: [36, 40, 44], gamma: 0.7 };
let colours = LIGHT;                       // keep() sets them before it draws

// value in [-1, 1] -> red, green, blue, opaque at out[at…]
export function shade(value, out, at, { zero, gamma } = colours) {
  const end = SHADES[value < 0 ? "-" : "+"];
  const share = Math.min(1, Math.abs(value)) ** gamma;
  for (let k = 0; k < 3; k++) out[at + k] = zero[k] + (end[k] - zero[k]) * share;
  out[at + 3] = 255;
}

// Colours of all 256 bytes, 0 for -1, 127.5 for 0, 255 for +1; the same in the dark, so that they
// match the map. With a colour of its own: from grey for -1 to that colour for +1.
const ramps = new Map();
function ramp(colour = "") {
  if (ramps.has(colour)) return ramps.get(colour);
  const out = new Uint8ClampedArray(1024);
  const end = (colour.match(/[0-9a-f]{2}/gi) ?? []).map(part => parseInt(part, 16));
  for (let i = 0; i < 256; i++) {
    if (!colour) shade(i / 127.5 - 1, out, 4 * i, LIGHT);
    else out.set([...LIGHT.zero.map((zero, k) => zero + (end[k] - zero) * i / 255), 255], 4 * i);
  }
  ramps.set(colour, new Uint32Array(out.buffer));
  return ramps.get(colour);
}

// Paint width × height bytes on a canvas; the first row is the lowest, as on a plane.
export function plane(canvas, bytes, width, height, colour) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer), colours = ramp(colour);
  for (let row = 0, i = 0; row < height; row++)
    for (let at = (height - 1 - row) * width, end = at + width; at < end;)
      pixels[at++] = colours[bytes[i++]];
  context.putImageData(image, 0, 0);
}

// Floats instead of bytes, divided by `size`; the first row is the uppermost, as in an image.
export function paint(canvas, values, width, height, size = 1) {
  canvas.width = width; canvas.height = height;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) shade(values[i] / size, image.data, 4 * i);
  context.putImageData(image, 0, 0);
}

// White ink on near-black paper, 0 to 255.
export function ink(canvas, values, width, height) {
  canvas.width = width; canvas.height = height;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const v = 0.92 * values[i];
    image.data.set([20 + v, 22 + v, 25 + v, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

// Words of users reach the page through textContent only.
export function el(tag, className = "", parent = null, text = null) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text != null) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

export function svg(tag, parent = null, attributes = {}) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  if (parent) parent.append(node);
  return node;
}

const BASE = `* { box-sizing: border-box }
.view { font-family: var(--st-font); font-size: 13px; line-height: 1.25; position: relative;
  color: var(--st-text-color); font-variant-numeric: tabular-nums;
  --muted: color-mix(in srgb, var(--st-text-color) 72%, transparent) }
button, select, input { font: inherit; color: inherit }
:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px }`;

export function isDark(root) {
  const colour = getComputedStyle(root).getPropertyValue("--st-background-color").trim();
  const hex = colour.match(/^#(..)(..)(..)/);
  return !!hex && hex.slice(1).reduce((sum, part) => sum + parseInt(part, 16), 0) < 380;
}

const kept = new WeakMap();
// One root a mount. draw(state, data, width) runs when the data, the width or the theme change;
// `state` is the view's own and also holds root, component and data.
export function keep(component, css, draw) {
  const parent = component.parentElement;
  let state = kept.get(parent);
  if (!state) {
    el("style", "", parent, BASE + css);
    state = { root: el("div", "view", parent) };
    kept.set(parent, state);
    state.observer = new ResizeObserver(() => {
      const width = state.root.clientWidth;
      if (width && width !== state.width && state.data)
        draw(state, state.data, state.width = width);
    });
    state.observer.observe(state.root);
  }
  state.component = component;
  colours = isDark(state.root) ? DARK : LIGHT;
  if (component.data?.byteLength) {
    if (component.data !== state.bytes) state.data = decode(state.bytes = component.data);
    if (state.root.clientWidth) draw(state, state.data, state.width = state.root.clientWidth);
  }
  // Streamlit also cleans up a call that a newer one has overtaken: leave only with the page.
  return () => setTimeout(() => {
    if (parent.isConnected) return;
    state.observer.disconnect();
    kept.delete(parent);
  }, 0);
}
