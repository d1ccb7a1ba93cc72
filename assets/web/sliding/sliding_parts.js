// What sliding.js is made of: its look, a grid of numbers, and words.
import { el, shade } from "../lib/common.js";
import { brief, compact } from "../lib/numbers.js";

export const CSS = `
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-bottom: 10px }
button { border: 1px solid var(--st-border-color); border-radius: 6px; min-height: 33px;
         padding: 0 12px; background: none; cursor: pointer }
button:hover { border-color: var(--st-primary-color) }
button:disabled { opacity: .45; cursor: default; border-color: var(--st-border-color) }
button.main { min-width: 88px; font-weight: 600; color: #fff; background: var(--st-primary-color);
              border-color: var(--st-primary-color) }
button.plain { margin-left: auto; border-color: transparent; color: var(--muted) }
.quiet { font-size: 12px; color: var(--muted) }
.lay { display: flex; gap: 24px; align-items: flex-start }
.stage { display: flex; gap: 24px; flex: 1; min-width: 0; max-width: 760px;
         align-items: flex-start }
figure { margin: 0; flex: 1 1 0; min-width: 0 }
figcaption { font-weight: 600; margin-bottom: 6px; white-space: nowrap; overflow: hidden;
             text-overflow: ellipsis; min-height: 1.25em }
figure p { margin: 4px 0 0; min-height: 1.25em }
figure canvas { display: block; border-radius: 2px; cursor: crosshair; touch-action: pinch-zoom;
                outline-offset: 2px }
.into canvas { background: color-mix(in srgb, var(--st-text-color) 7%, transparent) }
.tabs { display: flex; flex-direction: column; gap: 8px; flex: none; width: 118px }
.tabs button { display: grid; justify-items: start; gap: 1px; padding: 8px; text-align: left }
.tabs canvas { width: 66px; height: 66px; object-fit: contain; image-rendering: pixelated;
               border-radius: 2px; margin-bottom: 4px; justify-self: center }
.tabs b { font-weight: 600; font-size: 12px }
.tabs [aria-pressed=true] { border-color: var(--st-primary-color);
  box-shadow: inset 0 0 0 1px var(--st-primary-color) }
.sums { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-top: 10px }
.part > p { margin: 0 0 4px; font-size: 12px; font-weight: 600; white-space: nowrap }
.cells { display: grid; gap: 2px }
.cells :is(span, input) { display: grid; place-items: center; height: 30px; width: 100%; padding: 0;
  border: 0; border-radius: 3px; text-align: center; font-size: 12px }
.cells input { border: 1px dashed color-mix(in srgb, var(--st-text-color) 45%, transparent) }
.cells input:invalid { outline: 2px solid var(--st-red-color, #e5484d) }
.cells .marked { outline: 2px solid var(--st-primary-color); outline-offset: 0; font-weight: 700 }
.sign { font-size: 18px; color: var(--muted); padding-top: 18px }
.answer { display: grid; gap: 2px; padding-top: 18px }
.answer b { font-size: 26px; font-weight: 600; letter-spacing: -.015em; line-height: 1.1 }
.formula { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-top: 12px; align-items: baseline }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
[hidden] { display: none !important }
@container (max-width: 700px) {
  .lay { flex-direction: column; gap: 12px }
  .lay > .stage { width: 100%; gap: 12px }
  .tabs { flex-direction: row; width: 100% }
  .tabs button { flex: 1; min-width: 0 }
  .sums { gap: 8px }
  .sign { padding-top: 14px }
}
.view { container-type: inline-size }
`;

/** Pixels of values as a canvas of one pixel each; a look is {signed, low, high}. */
export function develop(values, width, height, look, shown = null) {
  const canvas = document.createElement("canvas");
  canvas.width = width; canvas.height = height;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  for (let i = 0; i < values.length; i++) {
    if (shown && !shown[i]) continue;
    tint(values[i], look, image.data, 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The colour of a value: orange − and blue +, or grey from black to white. */
export function tint(value, look, out, at) {
  if (look.signed) return shade(value / look.high, out, at);
  const grey = 255 * Math.min(1, Math.max(0, (value - look.low) / (look.high - look.low)));
  out[at] = out[at + 1] = out[at + 2] = grey;
  out[at + 3] = 255;
}

/** Black or white, whichever is read better on a colour: at least 4.5 : 1 (WCAG's contrast). */
function ink([red, green, blue]) {
  const linear = part => part > 10 ? ((part / 255 + .055) / 1.055) ** 2.4 : part / 255 / 12.92;
  return .2126 * linear(red) + .7152 * linear(green) + .0722 * linear(blue) > .179
    ? "#000" : "#fff";
}

/** What a number typed may look like: 2, -0.5, −0,5, 1/9. */
export function typed(text) {
  const parts = text.trim().replace(/−/g, "-").replace(/,/g, ".").split("/");
  const numbers = parts.map(part => part.trim() === "" ? NaN : Number(part));
  const value = numbers.length === 1 ? numbers[0]
    : numbers.length === 2 && numbers[1] ? numbers[0] / numbers[1] : NaN;
  return Number.isFinite(value) && Math.abs(value) <= 1000 ? value : null;
}

/** A square of numbers under a title; with `changed`, of fields that can be edited. */
export function grid(parent, title, size, changed = null) {
  const part = el("div", "part", parent);
  el("p", "", part, title);
  const cells = el("div", "cells", part), nodes = [];
  let known = [];
  const width = size > 4 ? 38 : 50;
  cells.style.gridTemplateColumns = `repeat(${size}, ${width}px)`;
  for (let i = 0; i < size * size; i++) {
    const node = el(changed ? "input" : "span", "", cells);
    if (changed) {
      node.inputMode = "text";
      node.ariaLabel = `Kernel, row ${Math.floor(i / size) + 1}, column ${i % size + 1}`;
      node.oninput = () => node.setCustomValidity(
        typed(node.value) === null ? "A number, such as 2, -0.5 or 1/9" : "");
      node.onchange = () => node.validity.valid ? changed() : node.reportValidity();
      node.onkeydown = event => {
        if (event.key === "Escape") { node.value = brief(known[i]); node.setCustomValidity(""); }
        if (["Enter", "Escape"].includes(event.key)) node.blur();
      };
      node.onfocus = () => node.select();
    }
    nodes.push(node);
  }
  return {
    fill(values, colour, marked = -1) {
      nodes.forEach((node, i) => {
        const paint = colour(values[i]);
        node.style.background = `rgb(${paint.slice(0, 3).map(Math.round)})`;
        node.style.color = ink(paint);
        node.classList.toggle("marked", i === marked);
        if (!changed) node.textContent = compact(values[i]);
        else if (values[i] !== known[i]) {                 // do not type over what is being typed
          node.value = brief(values[i]);
          node.setCustomValidity("");
        }
      });
      known = values;
    },
    /** What stands in the fields; fields that were left alone keep all their digits. */
    read() {
      const numbers = nodes.map((node, i) =>
        node.value === brief(known[i]) ? known[i] : typed(node.value));
      return numbers.includes(null) ? null : numbers;
    },
  };
}

/** A place and its value in words, for who cannot see it. */
export function said(work, at) {
  const row = Math.floor(at / work.width) + 1, column = at % work.width + 1;
  return `Row ${row}, column ${column}: ${compact(work.values[at])}`;
}
