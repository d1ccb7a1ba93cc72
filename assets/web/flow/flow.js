// Pictures of numbers: an image, the maps of every layer, units, scores, bars of probability and
// small labelled images. A payload is {columns: [[stage, …], …], arrows, height}; every stage says
// its kind. The tree is rebuilt only when its shape changes; otherwise pixels are painted again.
// Stages that name their `layer` have cells that can be chosen: the event "cell".
import { el, ink, keep, paint } from "../lib/common.js";
import { fixed, short } from "../lib/numbers.js";
import { CELLS, Marks, rowMarks, speaker } from "./flow_cells.js";

const CSS = `
.flow { display: flex; align-items: center; justify-content: space-between; gap: 6px 8px }
.flow.plain { justify-content: flex-start; align-items: flex-start; flex-wrap: wrap; gap: 16px }
.flow.wrap { flex-wrap: wrap; justify-content: flex-start; align-items: flex-start; gap: 16px 20px }
.column { display: flex; flex-direction: column; gap: 12px; flex: none }
.flow.wrap .column.whole { width: 100% }
figure { margin: 0 }
figcaption { margin-bottom: 6px; font-size: 12px; font-weight: 600; white-space: nowrap }
figcaption small { display: block; font-size: 11px; font-weight: 400; color: var(--muted) }
.cells { display: grid; width: max-content }
canvas { display: block; image-rendering: pixelated; border-radius: 2px }
canvas.ink { outline: 1px solid var(--st-border-color); outline-offset: -1px }
.maps canvas:hover, .units canvas:hover { outline: 2px solid var(--st-primary-color) }
.arrow { flex: none; font-size: 12px; color: var(--muted) }
.bars, .scores { display: grid; align-items: center; font-weight: 400 }
.bars { grid-template-columns: fit-content(72px) 1fr 42px; gap: 6px }
.bars b { min-width: 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.bars b, .scores b { font-weight: 600; text-align: center; line-height: 1 }
.track { border-radius: 3px; overflow: hidden; background: var(--st-secondary-background-color) }
.bar { height: 100%; border-radius: 3px;
       background: color-mix(in srgb, var(--st-text-color) 38%, transparent) }
.bars span { font-size: 11px; line-height: 1; text-align: right; color: var(--muted) }
.bars .top { color: var(--st-text-color); font-weight: 700 }
.top .bar { background: var(--st-primary-color) }
.scores { grid-template-columns: 10px 16px auto; gap: 3px 8px }
.scores canvas { width: 16px; height: 16px; border-radius: 3px }
.scores span { font-size: 12px; text-align: right; color: var(--muted) }
.tiles { display: grid; gap: 8px; justify-content: space-between }
.tiles canvas { width: 100%; border-radius: 4px }
.asleep :is(.maps, .units, .scores) canvas { opacity: .3 }
.tiles .wrong canvas { outline: 2px dashed var(--st-red-color, #e5484d); outline-offset: -1px }
.tiles p { margin: 3px 0 0; font-size: 12px; line-height: 1.2; text-align: center;
           white-space: nowrap; overflow: hidden; text-overflow: ellipsis; color: var(--muted) }
.tiles.wrap p { white-space: normal; overflow-wrap: anywhere }
.tiles .wrong p { color: var(--st-text-color); font-weight: 600 }
.answer { display: flex; align-items: baseline; gap: 10px; line-height: 1; min-height: 91px }
.answer b { font-size: 91px; font-weight: 600; letter-spacing: -.03em }
.answer span { font-size: 22px; font-weight: 600 }
.tip { position: absolute; z-index: 5; pointer-events: none; padding: 3px 8px; border-radius: 4px;
       font-size: 12px; white-space: nowrap; color: var(--st-text-color);
       background: var(--st-background-color); border: 1px solid var(--st-border-color);
       box-shadow: 0 2px 8px rgba(0, 0, 0, .18) }
${CELLS}`;
const PHONE = 520;        // narrower than this the columns wrap
const ARROW = 24;         // an arrow with its gaps
const LABEL = 36;         // the caption of a stage

// ---- sizes ----

/** Large cells in full rows: the grid of `count` squares in width × height, {across, size}. */
function grid(count, width, height, gap, largest) {
  let best = { value: -1 };
  for (let across = 1; across <= count; across++) {
    const rows = Math.ceil(count / across), filled = count / (rows * across);
    const size = Math.min(largest, (width - gap * (across - 1)) / across,
                          (height - gap * (rows - 1)) / rows);
    if (size * filled ** 2 > best.value) best = { across, size, value: size * filled ** 2 };
  }
  return { across: best.across, size: Math.max(2, Math.floor(best.size)) };
}

const FIXED = { image: s => s.size ?? 84, bars: s => s.width ?? 118, scores: () => 84 };
const largest = stage => stage.size ?? (stage.kind === "units" ? 12 : stage.width < 20 ? 54 : 72);
const gapOf = stage => stage.gap ?? (stage.kind === "units" || stage.count > 24 ? 1 : 2);
const share = stage => stage.kind === "units" ? 1.1 : 1 + .25 * Math.log2(stage.count);

/** Widths of the columns: pictures with a size of their own first, maps share what is left. */
function widths(payload, total) {
  const asked = ([first]) => first.fixed ?? FIXED[first.kind]?.(first) ?? 0;
  const shares = payload.columns.map(c => asked(c) ? 0 : Math.max(...c.map(share)));
  const taken = payload.columns.reduce((sum, c) => sum + asked(c), 0)
    + (payload.arrows ? ARROW : 16) * (payload.columns.length - 1);
  const unit = Math.max(0, total - taken) / (shares.reduce((a, b) => a + b, 0) || 1);
  return payload.columns.map((c, i) => asked(c) || shares[i] * unit);
}

// ---- stages: each build(stage, box, room) returns a function that paints new values ----

const BUILD = {
  image(stage, box, room) {
    const cells = el("div", "cells", box), canvas = el("canvas", "ink", cells);
    const size = room.phone ? 96 : FIXED.image(stage);
    canvas.style.width = canvas.style.height = size + "px";
    describe(canvas, stage);
    const marks = new Marks(cells, { across: 1, size, tall: size, gap: 0 }, stage, room);
    return s => { print(canvas, s, 0); marks.show(s); };
  },
  maps: squares,
  units: squares,
  scores(stage, box, room) {
    const rows = [...stage.labels].map(label => {
      const name = el("b", "", box, label), canvas = el("canvas", "", box);
      canvas.ariaHidden = "true";                      // the number beside it says the same
      return [canvas, el("span", "", box), name];
    });
    const tell = i => `${stage.labels[i]}: ${rows[i][1].textContent}`;
    const mark = rowMarks(box, stage, rows, room, tell);
    return s => {
      const exact = s.scale < 1;
      rows.forEach(([canvas, text], i) => {
        paint(canvas, s.values.subarray(i, i + 1), 1, 1, s.scale);
        text.textContent = exact ? short(s.values[i], 2) : fixed(s.values[i], 1);
      });
      mark(s);
    };
  },
  bars(stage, box, room) {
    box.style.width = room.phone || stage.width == null ? "100%" : stage.width + "px";
    const rows = [...stage.labels].map(label => {
      const name = el("b", "", box, label), track = el("div", "track", box);
      track.style.height = name.style.lineHeight = (stage.thick ?? 12) + "px";
      return { name, track, bar: el("div", "bar", track), text: el("span", "", box) };
    });
    const mark = rowMarks(box, stage, rows.map(row => [row.track, row.name, row.text]), room,
                          i => `${stage.labels[i]}: ${rows[i].text.textContent}`);
    return s => {
      mark(s);
      const top = s.values.indexOf(Math.max(...s.values));
      rows.forEach((row, i) => {
        const sure = s.values[i] || 0;                 // no values yet: empty bars
        row.bar.style.width = 100 * sure + "%";
        row.text.textContent = s.values.length ? percent(sure) : "";
        for (const part of [row.name, row.track, row.text]) part.classList.toggle("top", i === top);
      });
    };
  },
  tiles(stage, box) {
    const { across, size } = stage;                    // across 0: as many as there is room for
    box.style.gridTemplateColumns = across ? `repeat(${across}, minmax(0, ${size}px))`
      : `repeat(auto-fill, ${size}px)`;
    box.classList.toggle("wrap", !!stage.wrap);
    const tiles = stage.captions.map(() => {
      const tile = el("div", "", box);
      const canvas = el("canvas", "ink", tile);
      canvas.ariaHidden = "true";
      return { tile, canvas, text: el("p", "", tile) };
    });
    return s => tiles.forEach(({ tile, canvas, text }, i) => {
      print(canvas, s, i);
      tile.className = s.wrong[i] ? "wrong" : "";
      text.textContent = s.captions[i];
      tile.title = s.titles?.[i] ?? "";
    });
  },
  answer(stage, box) {
    const digit = el("b", "", box), sure = el("span", "", box);
    box.ariaLive = "polite";
    return s => { digit.textContent = s.label; sure.textContent = s.note; };
  },
};
/** Image number i of a stage: ink on paper, or red, green and blue. */
function print(canvas, { values, width, height, channels }, i) {
  const area = width * height * (channels ?? 1), part = values.subarray(i * area, (i + 1) * area);
  if (channels !== 3) return ink(canvas, part, width, height);
  canvas.width = width; canvas.height = height;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  for (let k = 0; k < width * height; k++)
    image.data.set([part[3 * k], part[3 * k + 1], part[3 * k + 2], 255], 4 * k);
  context.putImageData(image, 0, 0);
}
const percent = p => p > .995 && p < .99995 ? ">99 %"
  : p >= .005 ? Math.round(100 * p) + " %" : p > 1e-4 ? "<1 %" : "0 %";

/** What a screen reader says of a picture. */
function describe(node, stage) {
  node.role = "img";
  node.ariaLabel = [stage.name, stage.note].filter(Boolean).join(", ")
    || `${stage.count ?? ""} ${stage.word ?? "map"}s`;
}

/** A grid of maps (or of single units): one canvas each, a tooltip with the value under it. */
function squares(stage, box, room) {
  const gap = gapOf(stage), cells = el("div", "cells", box);
  const { across, size } = stage.across ? inRows(stage, room.width, gap)
    : grid(stage.count, room.width, room.height, gap, largest(stage));
  const tall = size * (stage.ratio ?? 1);
  cells.style.gridTemplateColumns = `repeat(${across}, ${size}px)`;
  cells.style.gap = gap + "px";
  describe(cells, stage);
  const area = stage.width * stage.height;
  const canvases = Array.from({ length: stage.count }, () => {
    const canvas = el("canvas", "", cells);
    canvas.style.width = size + "px";
    canvas.style.height = tall + "px";
    return canvas;
  });
  let now = stage;
  const tell = flat => {
    const map = Math.floor(flat / area), row = Math.floor(flat % area / now.width) + 1;
    const value = short(now.values[flat], 3), word = now.word ?? "map";
    if (area === 1) return `unit ${map + 1}: ${value}`;
    const which = now.pair ? `${now.pair[0]} ${Math.floor(map / across) + 1}, `
      + `${now.pair[1]} ${map % across + 1}` : now.count > 1 || word === "map"
      ? `${word} ${map + 1}` : word;
    return `${which}, row ${row}, column ${flat % now.width + 1}: ${value}`;
  };
  const marks = new Marks(cells, { across, size, tall, gap }, stage, room, tell);
  const under = event => {
    const i = canvases.indexOf(event.target);
    if (i < 0) return null;
    const x = Math.min(now.width - 1, Math.max(0, Math.floor(event.offsetX / size * now.width)));
    const y = Math.min(now.height - 1, Math.max(0, Math.floor(event.offsetY / tall * now.height)));
    return i * area + y * now.width + x;
  };
  cells.onpointermove = event => {
    const flat = under(event);
    if (now.layer != null) marks.point(flat);
    if (flat == null) room.tip(null); else room.tip(event, tell(flat));
  };
  cells.onpointerleave = () => { marks.point(null); room.tip(null); };
  cells.onclick = event => {
    const flat = under(event);
    if (now.layer != null && flat != null) marks.choose(flat);
  };
  return s => {
    now = s;
    canvases.forEach((canvas, i) =>
      paint(canvas, s.values.subarray(i * area, (i + 1) * area), s.width, s.height, s.scale));
    marks.show(s);
  };
}

/** Where the stage says how many stand side by side; they shrink where there is less room. */
function inRows(stage, width, gap) {
  const room = Math.floor((width - gap * (stage.across - 1)) / stage.across);
  return { across: stage.across, size: Math.max(2, Math.min(stage.size, room)) };
}

// ---- the whole ----

/** What decides the tree; while it stays the same only pixels change. */
const shapeOf = (payload, width) => JSON.stringify([width, payload.height, payload.arrows,
  payload.columns.map(c => c.map(({ values, captions, wrong, titles, scale, label, note, felt,
                                    whole, chosen, ...rest }) =>
    [rest, captions?.length, rest.kind === "answer" ? 0 : note]))]);

function build(state, payload, width) {
  const phone = payload.arrows && width < PHONE, root = state.root;
  root.replaceChildren();
  const flow = el("div", "flow" + (phone ? " wrap" : payload.arrows ? "" : " plain"), root);
  const tip = tooltip(root), say = speaker(root), room = widths(payload, width);
  const pick = (layer, place) => state.component.setTriggerValue("cell", { layer, place });
  state.painters = payload.columns.map((column, i) => {
    if (i && payload.arrows && !phone) el("div", "arrow", flow, "›").ariaHidden = "true";
    const box = el("div", "column" + (column[0].kind === "bars" ? " whole" : ""), flow);
    if (!payload.arrows && ["bars", "tiles", "answer"].includes(column[0].kind))
      box.style.flex = "1 1 auto";
    const height = (payload.height - 12 * (column.length - 1)) / column.length;
    return column.map(stage => {
      const figure = el("figure", "", box);
      if (stage.name) {
        const title = el("figcaption", "", figure, stage.name);
        if (stage.note) el("small", "", title, stage.note);
      }
      return BUILD[stage.kind](stage, el("div", stage.kind, figure), {
        phone, tip, say, pick, width: phone ? (width - 20) / 2 : Math.min(room[i], width),
        height: phone ? width / 2 : height - (stage.name ? LABEL : 0),
      });
    });
  });
}

function tooltip(root) {
  let tip = null;
  return (event, text) => {
    if (!event) { tip?.remove(); tip = null; return; }
    tip ??= el("div", "tip", root);
    tip.textContent = text;
    const frame = root.getBoundingClientRect(), x = event.clientX - frame.left;
    tip.style.left = Math.max(0, Math.min(x + 12, frame.width - tip.offsetWidth)) + "px";
    tip.style.top = event.clientY - frame.top - 32 + "px";
  };
}

function draw(state, payload, width) {
  const shape = shapeOf(payload, width);
  if (shape !== state.shape) { build(state, payload, width); state.shape = shape; }
  payload.columns.forEach((column, i) => column.forEach((stage, j) => state.painters[i][j](stage)));
  state.root.classList.toggle("asleep", Boolean(payload.asleep));
}

export default component => keep(component, CSS, draw);
