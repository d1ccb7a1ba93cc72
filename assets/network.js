// The network: a column a layer, a small picture a neuron, a line a weight. Width follows the size
// of a weight, colour its sign, and negative lines are dashed as well. The drawing is built anew
// only when its shape changes; every other update repaints what stands there, so that hover, focus
// and an open editor survive it.
// Hover, editors and the `edit` event are in network_hands.js.
import { NEGATIVE, POSITIVE, ZERO, el, keep, plane, svg } from "./common.js";
import { close, describe, edit, ends, look, lookAway, menuButton, nameOf, send, wire }
  from "./network_hands.js";

const TOP = 80, FOOT = 26;             // px of the columns' heads and of the legend
const CSS = `
.links { position: absolute; inset: 0; overflow: visible }
.links path { fill: none; transition: opacity .12s }
.links.focus path:not(.on) { opacity: .12 }
.head { position: absolute; top: 0; width: max-content; transform: translateX(-50%);
  display: flex; flex-direction: column; align-items: center; gap: 3px }
.head .row { display: flex; align-items: center; gap: 3px; height: 24px }
.head b { font-weight: 600; font-size: 12px; white-space: nowrap }
.head .count { min-width: 18px; text-align: center; font-weight: 600 }
.row.close { gap: 0 }
.row.close .small { width: 20px }
.small, .add, .more { padding: 0; line-height: 1; cursor: pointer; color: var(--muted);
  background: var(--st-background-color); border: 1px solid var(--st-border-color) }
.small { width: 24px; height: 24px; border-radius: 6px }
.more { width: 24px; height: 18px; border: 0; border-radius: 4px; letter-spacing: 1px }
.add { position: absolute; width: 24px; height: 24px; border-radius: 50%; border-style: dashed;
  border-color: color-mix(in srgb, var(--st-text-color) 35%, transparent) }
:is(.small, .add, .more):hover { color: var(--st-text-color);
  border-color: var(--st-primary-color) }
:is(.small, .add):disabled { opacity: .4; cursor: default }
select { appearance: none; border: 0; padding: 2px 4px; font-size: 12px; text-align: center;
  color: var(--muted); background: none; cursor: pointer; border-bottom: 1px dashed
  color-mix(in srgb, var(--st-text-color) 35%, transparent) }
select:hover { color: var(--st-text-color) }
option { background: var(--st-background-color); color: var(--st-text-color) }
.neuron { position: absolute; padding: 0; border-radius: 5px; overflow: hidden; cursor: pointer;
  background: none; border: 1px solid color-mix(in srgb, var(--st-text-color) 30%, transparent) }
.neuron canvas { width: 100%; height: 100%; display: block }
.neuron:is(:hover, :focus-visible) { border-color: var(--st-primary-color);
  box-shadow: 0 0 0 2px color-mix(in srgb, var(--st-primary-color) 35%, transparent) }
.label, .beyond { position: absolute; font-size: 12px; white-space: nowrap }
.beyond { color: var(--muted); transform: translateX(-50%) }
.tip, .editor, .menu { position: absolute; z-index: 3; padding: 4px 8px; font-size: 12px;
  white-space: nowrap; border: 1px solid var(--st-border-color); border-radius: 6px;
  background: var(--st-background-color); box-shadow: 0 2px 8px #0003 }
.tip { pointer-events: none }
.tip small { color: var(--muted); font-size: 12px }
.editor { padding: 8px 10px; display: flex; align-items: center; gap: 8px }
.editor input { width: 88px; padding: 3px 6px; border-radius: 4px; background:
  var(--st-secondary-background-color); border: 1px solid var(--st-border-color) }
.menu { padding: 4px; display: flex; flex-direction: column }
.menu button { border: 0; background: none; text-align: left; padding: 5px 10px; cursor: pointer;
  border-radius: 4px }
.menu button:hover:enabled { background: var(--st-secondary-background-color) }
.menu button:disabled { opacity: .45 }
.legend { position: absolute; bottom: 0; left: 0; display: flex; flex-wrap: wrap; gap: 2px 18px;
  font-size: 12px; color: var(--muted) }
.legend span { display: flex; align-items: center; gap: 6px }
.ramp { width: 72px; height: 8px; border-radius: 2px;
  background: linear-gradient(90deg, ${NEGATIVE}, ${ZERO}, ${POSITIVE}) }
@media (prefers-reduced-motion: reduce) { .links path { transition: none } }`;

// ---- where everything stands ----

function layout(data, width) {
  const narrow = width < 500, columns = data.columns.length, rows = Math.max(...data.shown);
  const height = narrow ? Math.min(data.height, TOP + 56 * rows + 2 * FOOT) : data.height;
  const room = height - TOP - FOOT - 8;
  const left = narrow ? 36 : 48, right = narrow ? 2 : 14;
  const pitch = Math.min(92, room / rows);
  const across = (width - left - right) / (columns - 1 + 0.5);
  const cell = Math.round(Math.max(14, Math.min(narrow ? 44 : 60, pitch - 8, across - 26)));
  const step = (width - left - right - cell) / Math.max(1, columns - 1);
  return {
    narrow, height, cell, step, tight: step < 104,
    x: column => left + column * step,
    y: (column, i) => TOP + (room - data.shown[column] * pitch) / 2 + i * pitch
      + (pitch - cell) / 2,
  };
}

// ---- building ----

function build(state, data, width) {
  const { root } = state, focused = root.getRootNode().activeElement?.dataset.id;
  const place = state.place = layout(data, width);
  close(state);
  root.replaceChildren();
  root.style.height = place.height + "px";
  root.setAttribute("role", "group");
  state.svg = svg("svg", root, { class: "links", width, height: place.height - FOOT,
    "aria-hidden": "true" });
  buildLinks(state, data);
  state.canvases = [];
  data.columns.forEach((column, c) => {
    buildHead(state, data, c);
    for (let i = 0; i < data.shown[c]; i++) buildNeuron(state, data, c, i);
    const beyond = column.size - data.shown[c];
    if (beyond > 0) {
      const note = el("div", "beyond", root, `and ${beyond} more`);
      note.style.left = place.x(c) + place.cell / 2 + "px";
      note.style.top = place.y(c, data.shown[c] - 1) + place.cell + 4 + "px";
    }
  });
  legend(root);
  if (focused) root.querySelector(`[data-id="${focused}"]`)?.focus();
}

function buildLinks(state, data) {
  state.links = [];
  data.links.forEach((links, column) => {
    const from = data.shown[column], to = data.shown[column + 1], straight = !links.weights;
    for (let j = 0; j < to; j++)
      for (let i = straight ? j : 0; i < (straight ? Math.min(j + 1, from) : from); i++) {
        const [x0, y0, x1, y1] = ends(state.place, column, i, j), m = (x0 + x1) / 2;
        const path = svg("path", state.svg,
          { d: `M${x0},${y0} C${m},${y0} ${m},${y1} ${x1},${y1}` });
        state.links.push({ path, column, i, j, at: straight ? -1 : j * from + i });
      }
  });
}

function buildHead(state, data, c) {
  const column = data.columns[c], { root, place } = state, { layer } = column;
  const head = el("div", "head", root), hidden = layer !== undefined && !column.last;
  head.style.left = place.x(c) + place.cell / 2 + "px";
  const short = place.tight && column.title.startsWith("Hidden");
  const row = el("div", "row", head);
  row.style.height = "18px";
  el("b", "", row, short ? `H${layer + 1}` : column.title);
  if (hidden && data.editable) menuButton(state, data, row, c);
  const counts = el("div", place.step < 76 ? "row close" : "row", head);
  if (hidden && column.dense && data.editable && place.step >= 56) {
    const name = column.title.toLowerCase();
    button(state, counts, "small", "−", `Remove a neuron from ${name}`, `less${c}`,
      { verb: "units", layer, by: -1 }, column.size < 2);
    el("span", "count", counts, column.size);
    button(state, counts, "small", "+", `Add a neuron to ${name}`, `more${c}`,
      { verb: "units", layer, by: 1 });
  } else if (hidden) el("span", "count", counts, column.size);
  if (column.activation != null) activation(state, data, head, column);
  if (layer !== undefined && data.editable) addButton(state, c, layer);
}

function button(state, parent, style, text, label, id, edit, disabled = false) {
  const node = el("button", style, parent, text);
  node.type = "button";
  node.ariaLabel = node.title = label;
  node.dataset.id = id;
  node.disabled = disabled;
  node.onclick = () => send(state, edit);
  return node;
}

function addButton(state, c, layer) {
  const { place } = state, gap = place.step - place.cell;
  if (place.step < 66) return;
  const node = button(state, state.root, "add", "+", `Add a layer before ${
    state.data.columns[c].title.toLowerCase()}`, `add${c}`, { verb: "add", layer });
  node.style.left = place.x(c) - gap / 2 - 12 + "px";
  node.style.top = place.tight ? "-3px" : "21px";   // beside the title if not beside − and +
}

function activation(state, data, head, column) {
  const select = el("select", "", head);
  select.ariaLabel = `Activation of ${column.title.toLowerCase()}`;
  select.dataset.id = `activation${column.layer}`;
  for (const [name, title] of Object.entries(data.activations))
    el("option", "", select, title).value = name;
  select.value = column.activation;
  select.style.maxWidth = state.place.step - 8 + "px";
  select.disabled = !data.editable;
  select.onchange = () =>
    send(state, { verb: "activation", layer: column.layer, name: select.value });
}

function buildNeuron(state, data, c, i) {
  const { root, place } = state, column = data.columns[c], node = el("button", "neuron", root);
  node.type = "button";
  node.dataset.id = `neuron${c}.${i}`;
  Object.assign(node.style, { left: place.x(c) + "px", top: place.y(c, i) + "px",
    width: place.cell + "px", height: place.cell + "px" });
  const canvas = el("canvas", "", node);
  canvas.ariaHidden = "true";
  state.canvases.push(canvas);
  node.onpointerenter = node.onfocus = () => look(state, c, i, node);
  node.onpointerleave = node.onblur = () => lookAway(state);
  node.onclick = () => edit(state, { column: c, j: i, bias: true }, place.x(c) + place.cell,
    place.y(c, i) + place.cell / 2);
  node.ariaLabel = nameOf(data, c, i);
  if (!column.names) return;
  const label = el("div", "label", root, column.names[i]);
  label.style.right = root.clientWidth - place.x(0) + 6 + "px";
  label.style.top = place.y(0, i) + place.cell / 2 - 8 + "px";
  label.ariaHidden = "true";
}

// The key to the picture is part of it, so that it travels with every screenshot.
function legend(root) {
  const box = el("div", "legend", root);
  for (const [colour, dash, text] of
    [[POSITIVE, "", "positive weight"], [NEGATIVE, "7 3", "negative weight"]]) {
    const entry = el("span", "", box), line = svg("svg", entry, { width: 26, height: 8 });
    svg("line", line, { x1: 0, y1: 4, x2: 26, y2: 4, stroke: colour, "stroke-width": 3.5,
      "stroke-dasharray": dash });
    entry.append(text);
  }
  const entry = el("span", "", box, "−1");
  el("i", "ramp", entry);
  entry.append("+1 output of a neuron");
}

// ---- every update ----

function repaint(state, data) {
  const area = data.resolution ** 2;
  state.canvases.forEach((canvas, k) =>
    plane(canvas, data.pictures.subarray(k * area, (k + 1) * area), data.resolution,
      data.resolution));
  for (const { path, column, at } of state.links) stroke(path, at < 0 ? null
    : data.links[column].weights[at]);
  state.root.ariaLabel = data.label;
  if (state.tip) describe(state);
}

function stroke(path, weight) {
  const strength = weight === null ? 0 : Math.min(1, Math.abs(weight) / 4) ** 0.6;
  const negative = weight < 0;
  path.setAttribute("stroke", weight === null ? "var(--muted)" : negative ? NEGATIVE : POSITIVE);
  path.setAttribute("stroke-width", (0.5 + 5.5 * strength).toFixed(2));
  path.setAttribute("stroke-opacity", (0.22 + 0.76 * strength).toFixed(2));
  path.setAttribute("stroke-dasharray",
    negative ? `${(5 + 3 * strength).toFixed(1)} ${(2 + strength).toFixed(1)}` : "none");
}

function draw(state, data, width) {
  const { columns, shown, height, editable } = data;
  const shape = JSON.stringify([columns, shown, height, editable, width]);
  if (!state.shape) wire(state);
  if (shape !== state.shape) {
    state.shape = shape;
    build(state, data, width);
  }
  repaint(state, data);
}

export default component => keep(component, CSS, draw);
