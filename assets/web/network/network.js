// The network: a column a layer, a small picture a neuron, a line a weight. Width follows the size
// of a weight, colour its sign, and negative lines are dashed as well. The drawing is built anew
// only when its shape changes; every other update repaints what stands there, so that hover, focus
// and an open editor survive it.
// Hover, editors and the `edit` event are in network_hands.js, keys and spoken words in
// network_keys.js.
import { NEGATIVE, POSITIVE, el, keep, plane, svg } from "../lib/common.js";
import { close, describe, ends, look, lookAway, menuButton, openNeuron, refreshEditor, send, wire }
  from "./network_hands.js";
import { keys } from "./network_keys.js";
import { announce, nameOf, tellOf } from "./network_words.js";
import { CSS } from "./network_style.js";

const MARKS = [null,                   // by the numbers of playground/views/network.py
  { name: "dead", path: "M3 3L9 9M9 3L3 9", text: "dead: 0 for every point" },
  { name: "saturated", path: "M1 10H4C7 10 5 2 8 2H11",
    text: "saturated: stuck at the flat ends" }];

const TOP = 80, FOOT = 26;             // px of the columns' heads and of the legend

// ---- where everything stands ----

function layout(data, width) {
  const narrow = width < 500, columns = data.columns.length, rows = Math.max(...data.shown);
  const height = narrow ? Math.min(data.height, TOP + 56 * rows + 2 * FOOT) : data.height;
  const room = height - TOP - FOOT - 8;
  const many = (data.columns.at(-1).names ?? []).reduce((n, name) => Math.max(n, name.length), 0);
  const left = narrow ? 36 : 48, right = (narrow ? 2 : 14) + (many && Math.min(60, 8 + 6 * many));
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
  const menu = state.panel?.matches(".menu") && state.opener;
  close(state);
  root.replaceChildren();
  root.style.height = place.height + "px";
  root.setAttribute("role", "group");
  state.svg = svg("svg", root, { class: "links", width, height: place.height - FOOT,
    "aria-hidden": "true" });
  buildLinks(state, data);
  state.neurons = [];
  data.columns.forEach((column, c) => {
    buildHead(state, data, c);
    // One stop of the Tab key a column; the arrow keys go on from there.
    const bar = el("div", "", root);
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-orientation", "vertical");
    bar.ariaLabel = `${c ? "Neurons of " : ""}${column.title.toLowerCase()}`;
    bar.onkeydown = event => keys(state, c, event);
    for (let i = 0; i < data.shown[c]; i++) buildNeuron(state, bar, data, c, i);
    const beyond = column.size - data.shown[c];
    if (beyond > 0) {
      const note = el("div", "beyond", root, `and ${beyond} more`);
      note.style.left = place.x(c) + place.cell / 2 + "px";
      note.style.top = place.y(c, data.shown[c] - 1) + place.cell + 4 + "px";
    }
  });
  state.legend = legend(root);
  state.marked = "";
  const again = root.querySelector(`[data-id="${menu || focused}"]`);
  again?.focus();
  if (menu) again?.click();            // an open menu stays open
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
  const row = el("div", "row", head);
  row.style.height = "18px";
  const crowded = place.step < 40;     // numbers alone, and what a menu offers stays in the menu
  const few = { Inputs: "In", Output: "Out" }[column.title] ?? String(layer + 1);
  const short = crowded ? few : place.tight ? column.shorter : column.short;
  el("b", "", row, short ?? column.title).title = column.title;
  if (hidden && data.editable) menuButton(state, data, row, c);
  const counts = el("div", place.step < 76 ? "row close" : "row", head);
  if (hidden && column.connected && data.editable && place.step >= 56) {
    const name = column.title.toLowerCase();
    button(state, counts, "small", "−", `Remove a neuron from ${name}`, `less${c}`,
      { verb: "units", layer, by: -1 }, column.size < 2);
    el("span", "count", counts, column.size);
    button(state, counts, "small", "+", `Add a neuron to ${name}`, `more${c}`,
      { verb: "units", layer, by: 1 });
  } else if (hidden && column.connected) el("span", "count", counts, column.size);
  else if (column.note) el("span", "note", counts, column.note);
  if (column.activation != null && !crowded) activation(state, data, head, column);
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
  const { place } = state, beside = state.root.clientWidth - place.x(column.layer + 1);
  select.style.maxWidth = Math.min(place.step - 8,
    column.last ? 2 * beside - place.cell : Infinity) + "px";
  select.disabled = !data.editable || data.curvesFixed;
  select.onchange = () =>
    send(state, { verb: "activation", layer: column.layer, name: select.value });
}

function buildNeuron(state, bar, data, c, i) {
  const { root, place } = state, { names, colours } = data.columns[c];
  const node = el("button", "neuron", bar);
  node.type = "button";
  node.dataset.id = `neuron${c}.${i}`;
  node.tabIndex = i ? -1 : 0;
  Object.assign(node.style, { left: place.x(c) + "px", top: place.y(c, i) + "px",
    width: place.cell + "px", height: place.cell + "px" });
  const canvas = el("canvas", "", node);
  canvas.ariaHidden = "true";
  state.neurons.push({ c, i, node, canvas, colour: colours?.[i] });
  node.onpointerenter = node.onfocus = () => look(state, c, i, node);
  node.onpointerleave = node.onblur = () => lookAway(state);
  node.onclick = event => openNeuron(state, c, i, event.detail === 0);
  node.ariaLabel = nameOf(data, c, i);
  if (!names) return;
  const label = el("div", "label", root, names[i]);
  if (c) label.style.left = place.x(c) + place.cell + 6 + "px";
  else label.style.right = root.clientWidth - place.x(0) + 6 + "px";
  label.style.top = place.y(c, i) + place.cell / 2 - 8 + "px";
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
  return box;
}

const rounded = value => Math.round(100 * value) / 100;

function sign({ path }, parent) {
  const box = svg("svg", parent, { class: "mark", viewBox: "0 0 12 12", "aria-hidden": "true" });
  svg("path", box, { d: path });
}

// Signs on neurons that are dead or saturated, and in the legend if there are any.
function mark(state, marks) {
  const now = marks.join("");
  if (now === state.marked) return;
  state.marked = now;
  state.root.querySelectorAll(".mark").forEach(old => (old.closest(".key") ?? old).remove());
  state.neurons.forEach(({ node }, k) => {
    MARKS.forEach(kind => kind && node.classList.toggle(kind.name, kind === MARKS[marks[k]]));
    if (marks[k]) sign(MARKS[marks[k]], node);
  });
  for (const kind of MARKS) if (kind && marks.includes(MARKS.indexOf(kind))) {
    const entry = el("span", "key", state.legend);
    sign(kind, entry);
    entry.append(kind.text);
  }
}

// ---- every update ----

function repaint(state, data) {
  const area = data.resolution ** 2;
  mark(state, data.marks);
  state.neurons.forEach(({ c, i, node, canvas, colour }, k) => {
    plane(canvas, data.pictures.subarray(k * area, (k + 1) * area), data.resolution,
      data.resolution, colour);
    node.setAttribute("aria-description", tellOf(data, c, i, MARKS[data.marks[k]]));
  });
  for (const { path, column, at } of state.links) stroke(path, at < 0 ? null
    : data.links[column].weights[at]);
  state.root.ariaLabel = data.label;
  if (state.tip) describe(state);
  refreshEditor(state);
  if (state.said !== undefined && state.said !== data.said) announce(state, data.said);
  state.said = data.said;
}

function stroke(path, weight) {
  const strength = weight === null ? 0 : Math.min(1, Math.abs(weight) / 4) ** 0.6;
  const negative = weight < 0;
  path.setAttribute("stroke", weight === null ? "var(--muted)" : negative ? NEGATIVE : POSITIVE);
  path.setAttribute("stroke-width", rounded(0.5 + 5.5 * strength));
  path.setAttribute("stroke-opacity", rounded(0.22 + 0.76 * strength));
  path.setAttribute("stroke-dasharray",
    negative ? `${rounded(5 + 3 * strength)} ${rounded(2 + strength)}` : "none");
}

function draw(state, data, width) {
  const { columns, shown, height, editable, curvesFixed } = data;
  const shape = JSON.stringify([columns, shown, height, editable, curvesFixed, width]);
  if (!state.shape) wire(state);
  if (shape !== state.shape) {
    state.shape = shape;
    build(state, data, width);
  }
  repaint(state, data);
}

export default component => keep(component, CSS, draw);
