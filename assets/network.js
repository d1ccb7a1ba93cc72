// The network: a column a layer, a small picture a neuron, a line a weight. Width follows the size
// of a weight, colour its sign, and negative lines are dashed as well. The drawing is built anew
// only when its shape changes; every other update repaints what stands there, so that hover, focus
// and an open editor survive it.
// Events: `edit` with {verb, …}, see playground/web/network_panel.py.
import { NEGATIVE, POSITIVE, ZERO, el, keep, plane, svg } from "./common.js";

const TOP = 80, FOOT = 26;             // px of the columns' heads and of the legend
const NEAR = 9;                        // px from the pointer to the line that it means
const CSS = `
.links { position: absolute; inset: 0; overflow: visible }
.links path { fill: none; transition: opacity .12s }
.links.focus path:not(.on) { opacity: .12 }
.head { position: absolute; top: 0; width: max-content; transform: translateX(-50%);
  display: flex; flex-direction: column; align-items: center; gap: 3px }
.head .row { display: flex; align-items: center; gap: 3px; height: 24px }
.head b { font-weight: 600; font-size: 12px; white-space: nowrap }
.head .count { min-width: 18px; text-align: center; font-weight: 600 }
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

const number = value => value.toFixed(3).replace("-", "−");

// ---- where everything stands ----

function layout(data, width) {
  const narrow = width < 500, columns = data.columns.length, rows = Math.max(...data.shown);
  const room = data.height - TOP - FOOT - 8;
  const left = narrow ? 36 : 48, right = narrow ? 2 : 14;
  const pitch = Math.min(92, room / rows);
  const across = (width - left - right) / (columns - 1 + 0.5);
  const cell = Math.round(Math.max(14, Math.min(narrow ? 44 : 60, pitch - 8, across - 26)));
  const step = (width - left - right - cell) / Math.max(1, columns - 1);
  return {
    narrow, cell, step,
    x: column => left + column * step,
    y: (column, i) => TOP + (room - data.shown[column] * pitch) / 2 + i * pitch
      + (pitch - cell) / 2,
  };
}

// The ends of the line from neuron i of a column to neuron j of the next.
function ends(place, column, i, j) {
  const half = place.cell / 2;
  return [place.x(column) + place.cell, place.y(column, i) + half,
    place.x(column + 1), place.y(column + 1, j) + half];
}

// ---- building ----

function build(state, data, width) {
  const { root } = state, focused = root.getRootNode().activeElement?.dataset.id;
  const place = state.place = layout(data, width);
  close(state);
  root.replaceChildren();
  root.style.height = data.height + "px";
  root.setAttribute("role", "group");
  state.svg = svg("svg", root, { class: "links", width, height: data.height - FOOT,
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
  const short = place.narrow && column.title.startsWith("Hidden");
  const row = el("div", "row", head);
  row.style.height = "18px";
  el("b", "", row, short ? `H${layer + 1}` : column.title);
  if (hidden && data.editable && !place.narrow) menuButton(state, data, row, c);
  const counts = el("div", "row", head);
  if (hidden && column.dense && data.editable) {
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
  if (gap < 24) return;
  const node = button(state, state.root, "add", "+", `Add a layer before ${
    state.data.columns[c].title.toLowerCase()}`, `add${c}`, { verb: "add", layer });
  node.style.left = place.x(c) - gap / 2 - 12 + "px";
  node.style.top = "21px";
}

function activation(state, data, head, column) {
  const select = el("select", "", head);
  select.ariaLabel = `Activation of ${column.title.toLowerCase()}`;
  select.dataset.id = `activation${column.layer}`;
  for (const [name, title] of Object.entries(data.activations))
    el("option", "", select, title).value = name;
  select.value = column.activation;
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

const nameOf = (data, c, i) => {
  const column = data.columns[c];
  if (column.names) return `Input ${column.names[i]}`;
  return column.size > 1 || !column.last ? `${column.title}, neuron ${i + 1}` : column.title;
};

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

// ---- looking: the line or the neuron under the pointer ----

// Where a line from (x0, y0) to (x1, y1) passes at x: both of its handles lie halfway.
function height(x, [x0, y0, x1, y1]) {
  let low = 0, high = 1;
  for (let n = 0; n < 20; n++) {
    const t = (low + high) / 2, s = 1 - t, middle = (x0 + x1) / 2;
    const at = s ** 3 * x0 + 3 * s * t * middle + t ** 3 * x1;
    if (at < x) low = t; else high = t;
  }
  return y0 + (y1 - y0) * low * low * (3 - 2 * low);
}

function linkAt(state, x, y) {
  let best = null, nearest = NEAR;
  for (const link of state.links) {
    if (link.at < 0) continue;
    const line = ends(state.place, link.column, link.i, link.j);
    if (x <= line[0] || x >= line[2]) continue;
    const distance = Math.abs(height(x, line) - y);
    if (distance < nearest) { best = link; nearest = distance; }
  }
  return best;
}

function pointed(state, event) {
  const frame = state.root.getBoundingClientRect();
  const x = event.clientX - frame.left, y = event.clientY - frame.top;
  const free = !event.composedPath().some(node =>
    node instanceof HTMLElement && node.matches?.("button, select, .editor, .menu"));
  return [free ? linkAt(state, x, y) : null, x, y];
}

function look(state, c, i, node) {
  state.links.forEach(link => link.path.classList.toggle("on",
    (link.column === c && link.i === i) || (link.column === c - 1 && link.j === i)));
  state.svg.classList.add("focus");
  const { offsetLeft: x, offsetTop: y, offsetHeight: high } = node;
  state.tip = { column: c, j: i, bias: true, x, y: y + high + 6 };
  describe(state);
  const area = state.data.resolution ** 2;
  const k = state.data.shown.slice(0, c).reduce((sum, size) => sum + size, 0) + i;
  window.dispatchEvent(new CustomEvent("playground:neuron", { detail: {
    name: nameOf(state.data, c, i), size: state.data.resolution,
    read: () => state.data.pictures.subarray(k * area, (k + 1) * area) } }));
}

function lookAway(state) {
  state.svg.classList.remove("focus");
  state.tip = null;
  state.tipBox?.remove();
  window.dispatchEvent(new CustomEvent("playground:neuron", { detail: null }));
}

function valueOf(data, { column, j, at, bias }) {
  if (!bias) return data.links[column].weights[at];
  return column ? data.links[column - 1].biases?.[j] : undefined;
}

const titleOf = (data, { column, i, j, bias }) => bias ? nameOf(data, column, j)
  : `${nameOf(data, column, i)} → ${nameOf(data, column + 1, j)}`;

function describe(state) {
  const { data, tip, root } = state, value = valueOf(data, tip);
  const box = state.tipBox ??= el("div", "tip");
  box.replaceChildren();
  if (tip.bias) box.append(nameOf(data, tip.column, tip.j));
  if (value !== undefined) {
    box.append(tip.bias ? ", bias " : "weight ");
    el("b", "", box, number(value));
    if (data.editable) el("small", "", box, "  click to edit");
  }
  root.append(box);
  box.style.left = Math.max(0, Math.min(tip.x, root.clientWidth - box.offsetWidth)) + "px";
  box.style.top = tip.y + "px";
}

function wire(state) {
  const { root } = state;
  root.addEventListener("pointermove", event => {
    if (event.target.closest?.(".neuron")) return;
    const [link, x, y] = pointed(state, event);
    state.links.forEach(other => other.path.classList.toggle("on", other === link));
    state.svg.classList.toggle("focus", !!link);
    root.style.cursor = link && state.data.editable ? "pointer" : "";
    state.tip = link ? { ...link, x: x + 10, y: y + 14 } : null;
    if (link) describe(state); else state.tipBox?.remove();
  });
  root.addEventListener("pointerleave", () => lookAway(state));
  root.addEventListener("click", event => {
    const [link, x, y] = pointed(state, event);
    if (link) edit(state, link, x, y);
    else if (!event.composedPath().includes(state.panel) && !event.target.closest?.("button"))
      close(state);
  });
  root.addEventListener("keydown", event => { if (event.key === "Escape") close(state); });
}

// ---- editing ----

const send = (state, value) => state.component.setTriggerValue("edit", value);

function close(state) {
  state.panel?.remove();
  state.panel = null;
}

function open(state, style, x, y) {
  close(state);
  state.tipBox?.remove();
  state.tip = null;
  const panel = state.panel = el("div", style, state.root);
  panel.style.left = x + "px";
  panel.style.top = y + "px";
  requestAnimationFrame(() => {
    panel.style.left = Math.max(0, Math.min(x, state.root.clientWidth - panel.offsetWidth)) + "px";
  });
  return panel;
}

// A weight or a bias: read it, type another value, Enter.
function edit(state, what, x, y) {
  const value = valueOf(state.data, what);
  if (value === undefined || !state.data.editable) return;
  const panel = open(state, "editor", x + 8, y + 8), label = el("label", "", panel);
  label.append(`${what.bias ? "Bias" : "Weight"} of ${titleOf(state.data, what)} `);
  const input = el("input", "", label);
  input.type = "number";
  input.step = "0.1";
  input.value = value.toFixed(3);
  const column = what.bias ? what.column - 1 : what.column;
  const { layer } = state.data.columns[column + 1];
  const accept = () => {
    if (!Number.isFinite(input.valueAsNumber)) return;
    send(state, { verb: what.bias ? "bias" : "weight", layer, to: what.j, from: what.i ?? null,
      value: input.valueAsNumber });
    close(state);
  };
  input.onkeydown = event => { if (event.key === "Enter") accept(); };
  const set = el("button", "small", panel, "Set");
  set.style.width = "36px";
  set.onclick = accept;
  input.focus({ preventScroll: true });
  input.select();
}

function menuButton(state, data, parent, c) {
  const { layer, title } = data.columns[c], last = data.columns.length - 1;
  const node = el("button", "more", parent, "···");
  node.type = "button";
  node.ariaLabel = node.title = `Move or remove ${title.toLowerCase()}`;
  node.dataset.id = `menu${c}`;
  node.onclick = () => {
    if (state.panel?.matches(".menu")) return close(state);
    const panel = open(state, "menu", state.place.x(c), 20);
    for (const [text, edit, off] of [
      ["Move left", { verb: "move", layer, by: -1 }, c < 2],
      ["Move right", { verb: "move", layer, by: 1 }, c > last - 2],
      ["Remove this layer", { verb: "remove", layer }, false],
    ]) {
      const entry = el("button", "", panel, text);
      entry.disabled = off;
      entry.onclick = () => { close(state); send(state, edit); };
    }
    panel.querySelector("button:enabled").focus();
  };
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
