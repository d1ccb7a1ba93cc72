// What a hand does with the network: look at a neuron or a link, open it, change it, move a layer.
// Event: `edit` with {verb: units | activation | add | remove | move | settings | weight | bias |
// choose, layer, …}; its other end is playground/web/points/network_panel.py.
import { el } from "../lib/common.js";
import { field } from "../lib/numbers.js";
import { announce, nameOf, number } from "./network_words.js";

const NEAR = 9;                        // px from the pointer to the line that it means
// The ends of the line from neuron i of a column to neuron j of the next.
export function ends(place, column, i, j) {
  const half = place.cell / 2;
  return [place.x(column) + place.cell, place.y(column, i) + half,
    place.x(column + 1), place.y(column + 1, j) + half];
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

export function look(state, c, i, node, again = false) {
  if (!again) state.walk = -1;
  state.links.forEach(link => link.path.classList.toggle("on",
    (link.column === c && link.i === i) || (link.column === c - 1 && link.j === i)));
  state.svg.classList.add("focus");
  const { offsetLeft: x, offsetTop: y, offsetHeight: high } = node;
  const marked = node.matches(".dead") ? "Dead: it says 0 for every point, so it cannot learn."
    : node.matches(".saturated") ? "Saturated: at the flat ends of its curve it hardly learns."
      : "";
  state.tip = { column: c, j: i, bias: true, mark: marked, x, y: y + high + 6,
    keys: c > 0 && node.matches(":focus-visible") };
  describe(state);
  const area = state.data.resolution ** 2;
  const k = state.data.shown.slice(0, c).reduce((sum, size) => sum + size, 0) + i;
  window.dispatchEvent(new CustomEvent("playground:neuron", { detail: {
    name: nameOf(state.data, c, i), size: state.data.resolution,
    colour: state.data.columns[c].colours?.[i],
    read: () => state.data.pictures.subarray(k * area, (k + 1) * area) } }));
}

// A line that the keyboard has come to.
export function lookAtLink(state, link) {
  const [x0, y0, x1, y1] = ends(state.place, link.column, link.i, link.j);
  state.links.forEach(({ path, column, i, j }) => path.classList.toggle("on",
    column === link.column && i === link.i && j === link.j));
  state.svg.classList.add("focus");
  state.tip = { ...link, x: (x0 + x1) / 2 - 60, y: (y0 + y1) / 2 + 14 };
  describe(state);
}

export function lookAway(state) {
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

export function describe(state) {
  const { data, tip, root } = state, value = valueOf(data, tip);
  const box = state.tipBox ??= el("div", "tip");
  box.replaceChildren();
  if (tip.bias) box.append(nameOf(data, tip.column, tip.j));
  else if (state.walk >= 0) box.append(`from ${nameOf(data, tip.column, tip.i)}, `);
  if (value !== undefined) {
    box.append(tip.bias ? ", bias " : "weight ");
    el("b", "", box, number(value));
    if (data.editable)
      el("small", "", box, state.walk >= 0 ? "  Enter to edit" : "  click to edit");
  }
  if (tip.bias && tip.mark) el("div", "", box, tip.mark);
  if (tip.keys) el("div", "", box, "↑ ↓ neurons, ← → weights");
  root.append(box);
  box.style.left = Math.max(0, Math.min(tip.x, root.clientWidth - box.offsetWidth)) + "px";
  box.style.top = tip.y + "px";
}

export function wire(state) {
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
    // Where lines meet, what the label names is meant: clicks come with rounded coordinates.
    if (link) edit(state, state.tip && !state.tip.bias ? state.tip : link, x, y);
    else if (!event.composedPath().includes(state.panel) && !event.target.closest?.("button"))
      close(state);
  });
  root.addEventListener("keydown", event => {
    if (event.key === "Escape" && state.panel) close(state, true);
  });
}

// ---- editing ----

export const send = (state, value) => state.component.setTriggerValue("edit", value);

// back: return the focus to what had opened the panel.
export function close(state, back = false) {
  state.panel?.remove();
  state.panel = state.editing = null;
  if (back) state.root.querySelector(`[data-id="${state.opener}"]`)?.focus();
}

function open(state, style, x, y) {
  close(state);
  state.opener = state.root.getRootNode().activeElement?.dataset.id;
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

// A neuron opens its bias; with the keyboard on one of its lines, that line.
export function openNeuron(state, c, i, keyboard) {
  const { data, place } = state, count = data.shown[c - 1];
  const walked = keyboard && state.walk >= 0;
  edit(state, walked ? { column: c - 1, i: state.walk, j: i, at: i * count + state.walk }
    : { column: c, j: i, bias: true }, place.x(c) + place.cell, place.y(c, i) + place.cell / 2);
}

// A weight or a bias: read it, type another value, Enter.
export function edit(state, what, x, y) {
  const value = valueOf(state.data, what);
  if (value === undefined || !state.data.editable) return;
  const column = what.bias ? what.column - 1 : what.column;
  const { layer } = state.data.columns[column + 1];
  const parameter = { layer, to: what.j, from: what.i ?? null };
  if (state.data.choosing) send(state, { verb: "choose", ...parameter });
  const panel = open(state, "editor", x + 8, y + 8), label = el("label", "", panel);
  label.append(`${what.bias ? "Bias" : "Weight"} of ${titleOf(state.data, what)} `);
  const input = el("input", "", label);
  input.type = "number";
  input.step = "0.1";
  input.value = field(value);
  state.editing = { what, input };
  const accept = () => {
    if (!Number.isFinite(input.valueAsNumber)) return;
    send(state, { verb: what.bias ? "bias" : "weight", ...parameter, value: input.valueAsNumber });
    announce(state, `Set to ${number(input.valueAsNumber)}`);
    close(state, true);
  };
  input.oninput = () => { state.editing = null; };   // from now on it is the visitor's number
  input.onkeydown = event => { if (event.key === "Enter") { event.preventDefault(); accept(); } };
  word(panel, "Set", accept);
  if (!state.data.choosing)
    word(panel, "Numbers", () => { close(state); send(state, { verb: "choose", ...parameter }); })
      .title = "See how the next step changes it, with every number";
  input.focus({ preventScroll: true });
  input.select();
}

function word(panel, text, act) {
  const node = el("button", "small", panel, text);
  node.type = "button";
  Object.assign(node.style, { width: "auto", padding: "0 8px" });
  node.onclick = act;
  return node;
}

// An open editor follows the training until something is typed.
export function refreshEditor({ editing, data }) {
  if (!editing) return;
  const value = valueOf(data, editing.what);
  if (value === undefined || editing.input.value === field(value)) return;
  editing.input.value = field(value);
  if (editing.input.matches(":focus")) editing.input.select();
}

export function menuButton(state, data, parent, c) {
  const { layer, title, size, connected } = data.columns[c], last = data.columns.length - 1;
  const node = el("button", "more", parent, "···");
  node.type = "button";
  node.ariaLabel = node.title = `Change ${title.toLowerCase()}`;
  node.ariaHasPopup = "menu";
  node.dataset.id = `menu${c}`;
  node.onclick = () => {
    if (state.panel?.matches(".menu")) return close(state);
    const panel = open(state, "menu", state.place.x(c), 20);
    panel.setAttribute("role", "menu");
    const units = connected ? [["Add a neuron", { verb: "units", layer, by: 1 }, false],
      ["Remove a neuron", { verb: "units", layer, by: -1 }, size < 2]] : [];
    for (const entry of [
      ["Settings …", { verb: "settings", layer }, false], ...units, null,
      ["Add a layer before", { verb: "add", layer }, false],
      ["Add a layer after", { verb: "add", layer: layer + 1 }, false],
      ...data.after.map(([kind, name]) =>
        [`Add ${name.toLowerCase()} after`, { verb: "add", layer: layer + 1, kind }, false]), null,
      ["Move left", { verb: "move", layer, by: -1 }, c < 2],
      ["Move right", { verb: "move", layer, by: 1 }, c > last - 2],
      ["Remove this layer", { verb: "remove", layer }, false],
    ]) {
      if (entry) menuEntry(state, panel, ...entry); else el("hr", "", panel);
    }
    panel.onkeydown = event => walk(panel, event);
    panel.querySelector("button:enabled").focus();
  };
}

function menuEntry(state, panel, text, edit, off) {
  const entry = el("button", "", panel, text);
  entry.type = "button";
  entry.setAttribute("role", "menuitem");
  entry.disabled = off;
  entry.onclick = () => { close(state, true); send(state, edit); };
}

function walk(panel, event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const entries = [...panel.querySelectorAll("button:enabled")];
  const at = entries.indexOf(panel.getRootNode().activeElement);
  entries[(at + by + entries.length) % entries.length].focus();
}
