// Kept drawings as small pictures with their labels; each has a button that takes it out.
// A payload is {ids, labels, reads, values}: reads[i] is what a network misreads number i as.
import { el, ink, keep } from "../lib/common.js";

const CSS = `
ul { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; padding: 2px; list-style: none;
     max-height: 196px; overflow-y: auto }
li { position: relative; width: 48px }
canvas { display: block; width: 48px; height: 48px; border-radius: 4px; image-rendering: pixelated;
         outline: 1px solid var(--st-border-color); outline-offset: -1px }
.wrong canvas { outline: 2px dashed var(--st-red-color, #e5484d) }
p { margin: 3px 0 0; font-size: 12px; text-align: center; color: var(--muted) }
.wrong p { color: var(--st-text-color); font-weight: 600 }
button { position: absolute; top: -2px; right: -2px; width: 24px; height: 24px; padding: 0;
         border: 0; border-radius: 12px; cursor: pointer; line-height: 22px; font-size: 15px;
         color: var(--st-text-color); background: var(--st-background-color); opacity: 0 }
li:hover button, button:focus-visible { opacity: 1 }
@media (hover: none) { button { opacity: .8 } }
`;
const AREA = 28 * 28;

function build(state, count) {
  state.root.replaceChildren();
  const list = el("ul", "", state.root);
  list.ariaLabel = "Your drawings";
  state.tiles = Array.from({ length: count }, (_, i) => {
    const tile = el("li", "", list), canvas = el("canvas", "", tile);
    canvas.ariaHidden = "true";
    const text = el("p", "", tile), button = el("button", "", tile, "×");
    button.type = "button";
    button.onclick = () => state.component.setTriggerValue("remove", state.data.ids[i]);
    return { tile, canvas, text, button };
  });
}

function draw(state, { ids, labels, reads, values }) {
  if (state.tiles?.length !== ids.length) build(state, ids.length);
  state.tiles.forEach(({ tile, canvas, text, button }, i) => {
    ink(canvas, values.subarray(i * AREA, (i + 1) * AREA), 28, 28);
    tile.className = reads[i] ? "wrong" : "";
    text.textContent = labels[i] + (reads[i] ? ` → ${reads[i]}` : "");
    text.title = reads[i] ? `A ${labels[i]}, read as ${reads[i]}` : `A ${labels[i]}`;
    button.ariaLabel = button.title = `Take this ${labels[i]} out`;
  });
}

export default component => keep(component, CSS, draw);
