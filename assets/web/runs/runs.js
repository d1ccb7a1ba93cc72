// The table of runs: rename in place, open again, remove. Nodes stay while numbers change.
import { el, keep, svg } from "../lib/common.js";

const CSS = `
  .view { overflow-x: auto; font-size: 12px; container-type: inline-size }
  table { border-collapse: collapse; width: 100% }
  caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  th { font-weight: 400; text-align: left; color: var(--muted); white-space: nowrap;
       padding: 0 6px 3px 0 }
  td { padding: 2px 6px 2px 0; border-top: 1px solid var(--st-border-color) }
  thead td { border: 0 }
  th.number, td.number { text-align: right; white-space: nowrap; padding: 0 0 0 8px }
  td.words { min-width: 130px }
  .who > span { display: flex; align-items: center; gap: 5px; white-space: nowrap }
  svg { flex: none }
  b { min-width: 14px; text-align: center }
  input { background: transparent; border: 1px solid transparent; border-radius: 4px; width: 84px;
          padding: 1px 3px; text-overflow: ellipsis }
  input:hover { border-color: var(--st-border-color) }
  td.do { white-space: nowrap; text-align: right; padding-right: 2px }
  button { color: var(--st-link-color); background: none; border: 0; border-radius: 4px;
           padding: 3px 5px; min-height: 24px; cursor: pointer }
  button:hover { background: var(--st-secondary-background-color) }
  @container (max-width: 620px) {
    thead { position: absolute; clip-path: inset(50%) }
    tbody tr { display: flex; flex-wrap: wrap; align-items: center; gap: 0 12px; padding: 4px 0;
               border-top: 1px solid var(--st-border-color) }
    td { border: 0 }
    td.who { flex: 1 }
    td.do { order: 1 }
    td.words { order: 2; flex: 100% }
    td.number { order: 3; padding: 0 }
    td.number::before { content: attr(data-head) " "; color: var(--muted) }
  }`;

function build(state, heads, rows) {
  state.table?.remove();
  const table = state.table = el("table", "", state.root);
  table.setAttribute("role", "table"); // also where a narrow place lays its rows out anew
  el("caption", "", table, "Runs in comparison");
  const head = el("tr", "", el("thead", "", table)), body = el("tbody", "", table);
  for (const [i, text] of ["Run", "Difference", ...heads, ""].entries()) {
    const cell = el(text ? "th" : "td", i > 1 && text ? "number" : "", head, text);
    if (text) cell.scope = "col";
  }
  const names = heads.map((head, i) => head === "test" ? `${heads[i - 1].split(" ")[0]} test` : head);
  const tell = event => state.component.setTriggerValue("act", event);
  state.lines = rows.map(row => line(el("tr", "", body), row, names, tell));
}

function line(tr, row, names, tell) {
  tr.setAttribute("role", "row");
  const who = el("span", "", el("td", "who", tr));
  const swatch = svg("svg", who, { width: 28, height: 8, "aria-hidden": true });
  svg("line", swatch, { x1: 0, x2: 28, y1: 4, y2: 4, stroke: row.colour, "stroke-width": 2.5,
    "stroke-dasharray": row.dash === "solid" ? "none" : row.dash });
  if (row.pinned) el("b", "", who, row.letter);
  const name = el(row.pinned ? "input" : "span", "", who);
  if (row.pinned) {
    name.maxLength = 40;
    name.setAttribute("aria-label", `Name of run ${row.letter}`);
    name.onchange = () => tell({ verb: "rename", run: row.letter, name: name.value });
    name.onkeydown = event => { if (event.key === "Enter") name.blur(); };
  }
  const words = el("td", "words", tr);
  const cells = names.map(() => el("td", "number", tr));
  cells.forEach((cell, i) => { cell.dataset.head = names[i]; });
  const todo = el("td", "do", tr);
  if (row.pinned) for (const [verb, text, help] of [["open", "Open", "Open this set-up again"],
    ["remove", "Remove", "Take this run out of the comparison"]]) {
    const button = el("button", "", todo, text);
    button.title = help;
    button.setAttribute("aria-label", `${text} run ${row.letter}`);
    button.onclick = () => tell({ verb, run: row.letter });
  }
  for (const cell of tr.children) cell.setAttribute("role", "cell");
  return { name, words, cells };
}

function fill({ name, words, cells }, row) {
  if (name.tagName !== "INPUT") name.textContent = row.name;
  else if (name.getRootNode().activeElement !== name) name.value = name.title = row.name;
  const changed = row.exact ? [] : ["changed while it trained"];
  words.textContent = [row.difference, ...changed].filter(Boolean).join("; ");
  cells.forEach((cell, i) => { cell.textContent = row.cells[i]; });
}

function draw(state, { heads, rows }) {
  const shape = JSON.stringify([heads, rows.map(row => [row.letter, row.pinned])]);
  if (shape !== state.shape) build(state, heads, rows);
  state.shape = shape;
  rows.forEach((row, i) => fill(state.lines[i], row));
}

export default component => keep(component, CSS, draw);
