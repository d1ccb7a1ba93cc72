// What the three pictures of a surface share: style sheet, colours of heights, signs of walkers.
import { isDark, svg } from "../lib/common.js";

export const CSS = `
.view { container-type: inline-size }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-bottom: 12px }
button { border: 1px solid var(--st-border-color); border-radius: 6px; min-height: 33px;
         padding: 0 12px; background: none; cursor: pointer }
button:hover { border-color: var(--st-primary-color) }
button:disabled { opacity: .45; cursor: default; border-color: var(--st-border-color) }
button.main { min-width: 88px; font-weight: 600; color: #fff; background: var(--st-primary-color);
              border-color: var(--st-primary-color) }
.clock { font-weight: 600; min-width: 11ch; margin-left: 4px }
.bar input { flex: 1 1 120px; min-width: 80px; accent-color: var(--st-primary-color) }
.grid { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 16px 20px }
figure { margin: 0; min-width: 0 }
figcaption { font-weight: 600; margin-bottom: 6px }
figcaption small, .quiet { font-size: 12px; font-weight: 400; color: var(--muted) }
canvas { display: block; width: 100%; border-radius: 6px; outline-offset: 2px }
.flat { cursor: crosshair; touch-action: manipulation }
.solid { cursor: grab; touch-action: pan-y }
.solid:active { cursor: grabbing }
.under { display: flex; align-items: center; gap: 8px; margin-top: 5px; min-height: 16px;
         font-size: 11px; color: var(--muted) }
.under canvas { width: 110px; height: 8px; border-radius: 2px; flex: none }
.under span:last-child { margin-left: auto }
.about { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 13px }
caption { text-align: left; font-weight: 600; padding-bottom: 6px }
th, td { text-align: right; padding: 4px 0 4px 12px; border-top: 1px solid var(--st-border-color);
         white-space: nowrap }
thead th { border-top: 0; font-size: 12px; font-weight: 400; color: var(--muted); padding-top: 0 }
tbody th { text-align: left; padding-left: 0; font-weight: 600 }
th svg { vertical-align: -4px; margin-right: 6px }
.names { display: flex; flex-wrap: wrap; gap: 4px 20px; font-weight: 600; margin-bottom: 8px }
.names:empty { display: none }
.names svg { vertical-align: -4px; margin-right: 6px }
.under span { white-space: nowrap }
.small .under span:last-child { display: none }
.small > :is(figure:nth-child(2), .about) { display: none }
.about p { margin: 0 0 8px; line-height: 1.4 }
[hidden] { display: none !important }
.gone { color: var(--muted) }
.there { font-weight: 700 }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
@container (max-width: 620px) {
  .grid:not(.small) { grid-template-columns: minmax(0, 1fr) }
  .clock { order: 1 } .bar input { order: 2 }
  .bar button { padding: 0 10px }
}
@container (max-width: 460px) { .grid.small { grid-template-columns: minmax(0, 1fr) } }
`;

const LIGHT = [[0, 116, 138, 160], [.45, 193, 206, 216], [1, 250, 249, 245]];
const DARK = [[0, 10, 14, 19], [.45, 34, 45, 56], [1, 92, 107, 122]];

/** The theme's colours, and `of(share, out, at)`: that of a height, low is dark. */
export function colours(root) {
  const style = getComputedStyle(root), dark = isDark(root), stops = dark ? DARK : LIGHT;
  const read = (name, otherwise) => style.getPropertyValue("--st-" + name).trim() || otherwise;
  return {
    dark, font: style.fontFamily, of: (share, out, at, light = 1) => {
      const end = stops.findIndex(stop => share <= stop[0]);
      const high = stops[end < 1 ? 1 : end], low = stops[(end < 1 ? 1 : end) - 1];
      const part = Math.min(1, Math.max(0, (share - low[0]) / (high[0] - low[0])));
      for (let k = 0; k < 3; k++)
        out[at + k] = (low[k + 1] + (high[k + 1] - low[k + 1]) * part) * light;
      out[at + 3] = 255;
    },
    text: read("text-color", "#222"), line: read("border-color", "#ddd"),
    ground: read("background-color", "#fff"), accent: read("primary-color", "#6e56cf"),
    muted: dark ? "#b3b9bf" : "#5b6167",
    contour: dark ? "rgba(255,255,255,.22)" : "rgba(20,32,46,.26)",
  };
}

// Eight signs, about 12 px across.
const SHAPES = {
  circle: "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z", diamond: "M0-7l7 7-7 7-7-7z",
  square: "M-5-5h10v10h-10z", "triangle-up": "M0-7l7 12h-14z", "triangle-down": "M0 7l7-12h-14z",
  cross: "M-2.4-6.5h4.8v4.1h4.1v4.8h-4.1v4.1h-4.8v-4.1h-4.1v-4.8h4.1z",
  star: "M0-7.5l2.2 4.8 5.2.6-3.9 3.5 1.1 5.2-4.6-2.7-4.6 2.7 1.1-5.2-3.9-3.5 5.2-.6z",
  x: "M-4.6-6.3l4.6 4.6 4.6-4.6 1.7 1.7-4.6 4.6 4.6 4.6-1.7 1.7-4.6-4.6-4.6 4.6-1.7-1.7 4.6-4.6"
    + "-4.6-4.6z",
};
const paths = Object.fromEntries(Object.entries(SHAPES).map(([name, d]) => [name, new Path2D(d)]));

/** A walker's sign on a canvas. */
export function sign(context, walker, x, y, look) {
  context.save();
  context.translate(x, y);
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = look.ground;
  context.stroke(paths[walker.sign]);
  context.fillStyle = walker.colour;
  context.fill(paths[walker.sign]);
  context.restore();
}

/** The same with a piece of its trail, for a table. */
export function icon(walker) {
  const drawing = svg("svg", null, { viewBox: "0 0 34 16", width: 34, height: 16,
    "aria-hidden": "true" });
  svg("path", drawing, { d: "M0 8h34", stroke: walker.colour, "stroke-width": 2,
    "stroke-dasharray": walker.dash.join(" ") });
  svg("path", drawing, { d: SHAPES[walker.sign], fill: walker.colour,
    transform: "translate(17 8)" });
  return drawing;
}

/** A canvas of its own width and of this height in CSS pixels, cleared; its context, scaled. */
export function fit(canvas, height) {
  const width = canvas.clientWidth, dpr = devicePixelRatio || 1;
  const size = [Math.round(width * dpr), Math.round(height * dpr)];
  if (canvas.width !== size[0] || canvas.height !== size[1]) {
    canvas.style.height = height + "px";
    [canvas.width, canvas.height] = size;
  }
  const context = canvas.getContext("2d");
  context.setTransform(dpr, 0, 0, dpr, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** The shares [0, 1] of the colours, of all heights; a pole is as high as the map goes. */
export const shares = ({ heights, low, high, root }) => Float32Array.from(heights, z =>
  Math.min(1, Math.max(z - low, 0) / (high - low || 1)) ** (1 / root));

/** Where a walker is at a moment, between two of its steps; in the surface's coordinates. */
export function where({ path }, at) {
  const last = path.length / 2 - 1, i = Math.min(Math.floor(at), last), part = at - i;
  const [x, y] = [path[2 * i], path[2 * i + 1]];
  if (i === last || part === 0) return [x, y];
  return [x + (path[2 * i + 2] - x) * part, y + (path[2 * i + 3] - y) * part];
}

/** All its places on the screen, x, y, x, y, …, worked out once; NaN where there is none. */
export function track({ path }, place) {
  const found = new Float32Array(path.length);
  for (let i = 0; i < path.length; i += 2) found.set(place(path[i], path[i + 1]) ?? [NaN, NaN], i);
  return found;
}

/** Whether it has ended before this moment, off the map or for want of ground. */
export const gone = (walker, at) => walker.end && at > walker.path.length / 2 - 1;
