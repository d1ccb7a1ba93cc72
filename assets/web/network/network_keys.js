// The network for keys and for screen readers. In a column, up and down go from neuron to neuron;
// left and right go through the lines that lead to it, and Enter opens what is named.
import { look, lookAtLink } from "./network_hands.js";
import { announce, nameOf, number } from "./network_words.js";

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
