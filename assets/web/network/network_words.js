// What the network says: the names of its neurons, their numbers, and news for screen readers.
import { el } from "../lib/common.js";
import { fixed } from "../lib/numbers.js";

export const number = value => fixed(value, 3);

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
