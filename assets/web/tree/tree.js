// A decision tree: nodes that can be chosen, one node's arithmetic, and a strip with a cell for
// every tree. Choosing one is the event "look", {verb: "node" or "tree", number}.
import { el, keep, svg } from "../lib/common.js";

const CSS = `
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 10px; min-height: 20px }
.head b { font-size: 14px; font-weight: 600 }
.head span, .quiet { color: var(--muted); font-size: 12px }
.none { color: var(--muted); padding: 24px 0 }
svg { display: block; width: 100%; overflow: visible }
.edge { fill: none; stroke: color-mix(in srgb, var(--st-text-color) 34%, transparent) }
.edge.on { stroke: var(--st-primary-color) }
.node { cursor: pointer; outline: none }
.node > * { stroke: var(--st-background-color); stroke-width: 1.5 }
.node.on > .shape { stroke: var(--st-primary-color); stroke-width: 2.5 }
.node:hover > .shape, .node:focus-visible > .shape { stroke: var(--st-text-color); stroke-width: 2.5 }
.node text { stroke: var(--st-background-color); stroke-width: 3; paint-order: stroke;
  font-size: 11px; fill: var(--st-text-color); text-anchor: middle; pointer-events: none }
.side { fill: var(--muted); font-size: 10px; text-anchor: middle; pointer-events: none }
.work { display: grid; grid-template-columns: max-content 1fr max-content; gap: 4px 14px;
  margin-top: 8px; align-items: baseline; font-size: 12.5px; max-width: 620px }
.work .wide { grid-column: 1 / -1; line-height: 1.35 }
.work span { color: var(--muted); overflow-wrap: anywhere }
.work strong { font-weight: 600; text-align: right; white-space: nowrap }
.strip { display: flex; flex-wrap: wrap; gap: 2px; margin: 6px 0 4px }
.strip button { width: 14px; height: 16px; padding: 0; border: 1px solid transparent;
  border-radius: 3px; cursor: pointer; min-height: 0 }
.strip button.on { border-color: var(--st-text-color); box-shadow: 0 0 0 1px var(--st-text-color) }
.strip button:hover { border-color: var(--st-primary-color) }
.words { line-height: 1.35; margin: 0; font-size: 12.5px; color: var(--muted) }
@media (pointer: coarse) { .strip button { width: 22px; height: 24px } }
`;
const RADIUS = 9, SMALL = 5, TOP = 26, BOTTOM = 28;   // px
const LETTER = 6.2, LINE = 12;   // px, of the words beside nodes

class View {
  constructor(state) {
    this.state = state;
    state.root.addEventListener("keydown", event => this.key(event));
  }

  look(verb, number) { this.state.component.setTriggerValue("look", { verb, number }); }

  show(data, width) {
    this.data = data;
    const root = this.state.root, focus = root.getRootNode().activeElement?.dataset?.at;
    root.replaceChildren();
    if (!data.nodes) {
      el("div", "none", root, data.words);
      return;
    }
    if (data.strip) this.strip(root);
    const head = el("div", "head", root);
    el("b", "", head, data.title);
    el("span", "", head, data.about);
    this.tree(root, width);
    this.work(root);
    if (focus) root.querySelector(`[data-at="${focus}"]`)?.focus();
  }

  // ---- the drawing ----
  tree(root, width) {
    const { nodes, height } = this.data, deepest = Math.max(1, ...nodes.depth);
    const row = Math.min(64, (height - TOP - BOTTOM) / deepest);
    const at = i => [nodes.x[i] * width, TOP + nodes.depth[i] * row];
    const box = svg("svg", root, { height: TOP + BOTTOM + deepest * row, role: "group",
      "aria-label": `${this.data.title}: ${this.data.about}` });
    const on = new Set(this.data.way);
    const room = this.room(width);
    nodes.id.forEach((id, i) => {
      if (nodes.parent[i] < 0) return;
      const [x, y] = at(i), [px, py] = at(nodes.parent[i]), mid = (y + py) / 2;
      svg("path", box, { class: on.has(id) ? "edge on" : "edge",
        d: `M${px},${py}C${px},${mid} ${x},${mid} ${x},${y}`,
        "stroke-width": 1 + 11 * nodes.share[i] });
    });
    this.groups = [...nodes.id].map((id, i) => this.node(box, i, at(i), on.has(id), room[i]));
    this.taken = [...nodes.id].map((_, i) => around(...at(i), this.radius(room[i])));
    const first = nodes.id.indexOf(this.data.node);
    const order = [...nodes.id.keys()].sort((a, b) =>
      (b === first) - (a === first) || nodes.depth[a] - nodes.depth[b]);
    for (const i of order) this.words(i, at(i), room[i], i === first);
    if (nodes.id.length > 2) this.sides(box, at);
  }

  radius(room) { return room < 24 ? SMALL : RADIUS; }

  /** A node's rule above it, or a leaf's answer below, where they lie over nothing else; under
   *  leaves side by side nobody could tell whose answer it is. */
  words(i, [x, y], room, always) {
    const { rules, said, more } = this.data, words = rules[i] || said[i];
    const middle = this.kept(x, words), half = LETTER / 2 * words.length;
    const radius = this.radius(room), near = !rules[i] && room < 2 * half;
    const foot = rules[i] ? y - radius - 4 : y + radius + 12;
    const place = [middle - half, foot - LINE + 2, middle + half, foot + 2];
    if (always && rules[i] || !near && this.free(place, i)) {
      svg("text", this.groups[i], { x: middle, y: foot }).textContent = words;
      this.taken.push(place);
    }
    if (more[i]) svg("text", this.groups[i], { x, y: y + radius + 9 }).textContent = "…";
  }

  /** Whether nothing but node i lies there. */
  free([left, top, right, bottom], i = -1) {
    return this.taken.every((other, k) => k === i
      || other[2] < left || other[0] > right || other[3] < top || other[1] > bottom);
  }

  /** How much room there is around each node at its level. */
  room(width) {
    const { nodes } = this.data, levels = new Map();
    nodes.id.forEach((_, i) => {
      const level = levels.get(nodes.depth[i]) ?? [];
      levels.set(nodes.depth[i], [...level, i]);
    });
    const room = new Array(nodes.id.length).fill(width);
    for (const level of levels.values()) {
      level.sort((a, b) => nodes.x[a] - nodes.x[b]);
      level.forEach((i, k) => {
        const before = k ? nodes.x[i] - nodes.x[level[k - 1]] : 2;
        const after = k + 1 < level.length ? nodes.x[level[k + 1]] - nodes.x[i] : 2;
        room[i] = width * Math.min(before, after);
      });
    }
    return room;
  }

  /** "yes" and "no" beside the first branches. */
  sides(box, at) {
    const { nodes } = this.data;
    const [first, second] = [...nodes.parent.keys()].filter(i => nodes.parent[i] === 0);
    for (const [i, word, by] of [[first, "yes", -14], [second, "no", 12]]) {
      const [x, y] = at(i), [px, py] = at(0);
      const spots = [0.5, 0.35, 0.65].map(part =>
        [px + (x - px) * part + by, py + (y - py) * part - 4]);
      const spot = spots.find(([mx, my]) => this.free([mx - 9, my - 9, mx + 9, my + 2]));
      if (spot) svg("text", box, { class: "side", x: spot[0], y: spot[1] }).textContent = word;
    }
  }

  node(box, i, [x, y], on, room) {
    const { nodes, colours, rules, said, more, node } = this.data, id = nodes.id[i];
    const chosen = id === node, radius = this.radius(room);
    const group = svg("g", box, { class: `node${chosen ? " on" : ""}`, role: "button",
      tabindex: chosen || (i === 0 && !nodes.id.includes(node)) ? 0 : -1,
      "aria-pressed": String(chosen), "data-at": `n${id}`,
      "aria-label": `${rules[i] ? rules[i] + "?" : "Leaf"}, ${said[i]}`
        + (more[i] ? ", more below" : "") });
    svg("title", group).textContent = `${rules[i] ? rules[i] + "?  " : ""}${said[i]}`;
    const place = { class: "shape", fill: colours[i] };
    if (rules[i]) svg("circle", group, { ...place, cx: x, cy: y, r: radius });
    else svg("rect", group, { ...place, x: x - radius, y: y - radius, width: 2 * radius,
      height: 2 * radius, rx: 2 });
    group.onclick = () => this.look("node", id);
    return group;
  }

  /** Words near the border move inwards. */
  kept(x, words) {
    const half = LETTER / 2 * words.length, { width } = this.state;
    return Math.max(half, Math.min(width - half, x));
  }

  /** Arrow keys walk the tree; Enter and the space bar choose. */
  key(event) {
    const at = this.groups?.indexOf(event.target) ?? -1;
    if (at < 0) return;
    const { nodes } = this.data, children = [...nodes.parent.keys()].filter(
      i => nodes.parent[i] === at);
    const level = [...nodes.depth.keys()].filter(i => nodes.depth[i] === nodes.depth[at])
      .sort((a, b) => nodes.x[a] - nodes.x[b]);
    const next = { ArrowUp: nodes.parent[at], ArrowDown: children[0],
      ArrowLeft: level[level.indexOf(at) - 1], ArrowRight: level[level.indexOf(at) + 1] }[event.key];
    if (event.key === "Enter" || event.key === " ") this.look("node", nodes.id[at]);
    else if (next === undefined || next < 0) {
      if (!event.key.startsWith("Arrow")) return;
    } else {
      event.target.setAttribute("tabindex", -1);
      this.groups[next].setAttribute("tabindex", 0);
      this.groups[next].focus();
    }
    event.preventDefault();
  }

  // ---- the arithmetic ----
  work(root) {
    const { where, answer, lines } = this.data, box = el("div", "work", root);
    const line = el("div", "wide", box, "This node: ");
    el("b", "", line, where);
    line.append(`. Its answer: ${answer}.`);
    for (const [words, formula, result] of lines) {
      el("div", "", box, words);
      el("span", "", box, formula);
      el("strong", "", box, result);
    }
  }

  // ---- all trees ----
  strip(root) {
    const { colours, at, words } = this.data.strip;
    const strip = el("div", "strip", root);
    strip.role = "group";
    strip.ariaLabel = "All trees";
    colours.forEach((colour, i) => {
      const button = el("button", i === at ? "on" : "", strip);
      button.style.background = colour;
      button.ariaLabel = button.title = `Tree ${i + 1}`;
      button.ariaPressed = String(i === at);
      button.tabIndex = i === at ? 0 : -1;
      button.dataset.at = "t" + i;
      button.onclick = () => this.look("tree", i);
      button.onkeydown = event => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        strip.children[i + by]?.focus();
      };
    });
    el("p", "words", root, words);
  }
}

/** The box around a point. */
const around = (x, y, by) => [x - by, y - by, x + by, y + by];

export default component => keep(component, CSS, (state, data, width) => {
  state.view ??= new View(state);
  state.view.show(data, width);
});
