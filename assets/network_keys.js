// The network for keys and for screen readers. In a column, up and down go from neuron to neuron;
// left and right go through the lines that lead to it, and Enter opens what is named.
import { el } from "./common.js";
import { lookAtLink, look } from "./network_hands.js";

export const number = value => value.toFixed(3).replace("-", "−");

export const nameOf = (data, c, i) => {
  const column = data.columns[c];
  if (column.names) return `${c ? "Output" : "Input"} ${column.names[i]}`;
  return column.size > 1 ? `${column.title}, neuron ${i + 1}` : column.title;
};

// What is worth knowing of a neuron besides its name.
export function tellOf(data, c, i, mark) {
  const links = c ? data.links[c - 1] : {}, told = [];
  if (mark) told.push(mark.text);
  if (links.biases) told.push(`bias ${number(links.biases[i])}`);
  if (links.weights) told.push(`${data.shown[c - 1]} weights, left and right keys read them`);
  return told.join("; ");
}

// Politely, and only what has changed: a screen reader finishes its sentence first.
export function announce(state, words) {
  state.live ??= el("div", "said", state.root.parentNode);
  state.live.setAttribute("role", "status");
  state.live.textContent = words;
}

export function keys(state, c, event) {
  const id = event.target.dataset?.id ?? "", i = Number(id.split(".")[1]);
  if (!id.startsWith("neuron")) return;
  const { data } = state, last = data.shown[c] - 1;
  const to = { ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: last }[event.key];
  const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (to === undefined && !turn && event.key !== "Escape") return;
  event.preventDefault();
  if (to !== undefined) return go(state, c, i, Math.max(0, Math.min(last, to)));
  const count = c && data.links[c - 1].weights ? data.shown[c - 1] : 0;
  const before = state.walk ?? -1;
  state.walk = turn && count ? (before + 1 + turn + count + 1) % (count + 1) - 1 : -1;
  if (state.walk < 0) {
    look(state, c, i, event.target, true);
    if (before >= 0) announce(state, nameOf(data, c, i));
    return;
  }
  const link = { column: c - 1, i: state.walk, j: i, at: i * data.shown[c - 1] + state.walk };
  lookAtLink(state, link);
  announce(state, `Weight from ${nameOf(data, c - 1, link.i)}: ${
    number(data.links[c - 1].weights[link.at])}. ${link.i + 1} of ${count}. Enter changes it.`);
}

function go(state, c, i, to) {
  const find = n => state.root.querySelector(`[data-id="neuron${c}.${n}"]`);
  find(i).tabIndex = -1;
  find(to).tabIndex = 0;
  find(to).focus();
}
