// The rows of unrolled.js: each build(area, row, room) returns a function that paints new values.
import { el, paint, svg } from "../lib/common.js";

export const TEXT = 20, LINE = 64;                     // heights
const DASHES = ["", "5 3", "1.5 3"];                   // of curves, so that colour is not alone
const COLOURS = ["var(--st-text-color)", "var(--st-primary-color)", "#f59322"];

const tenths = value => Math.round(10 * value) / 10;    // of a pixel

export const BUILD = {
  heat(area) {
    const canvas = el("canvas", "", area);
    canvas.ariaHidden = "true";
    return row => paint(canvas, row.values, row.values.length / row.rows, row.rows, row.size);
  },

  text(area, row, { across, height, steps }) {
    const box = el("div", "signs", area), width = across / steps;
    box.style.fontSize = Math.max(7, Math.min(13, 1.55 * width)) + "px";
    const signs = Array.from({ length: steps }, (_, i) => {
      const sign = el("span", "", box);
      sign.style.left = 100 * i / steps + "%";
      sign.style.width = 100 / steps + "%";
      return sign;
    });
    return next => signs.forEach((sign, i) => {
      const text = next.labels[i] ?? "";
      sign.textContent = width < 5 ? "" : text === " " ? "·" : text;
      sign.className = next.lit?.[i] ? "lit" : "";
      const verdict = next.right?.[i];
      if (verdict != null) sign.classList.add(verdict ? "right" : "wrong");
    });
  },

  lines(area, row, { across, height, steps }) {
    const picture = svg("svg", area, { viewBox: `0 0 ${across} ${height}`,
                                       preserveAspectRatio: "none" });
    picture.ariaHidden = "true";
    const paths = row.curves.map((curve, k) => svg("path", picture, { fill: "none",
      stroke: COLOURS[k % 3], "stroke-width": 1.6, "stroke-dasharray": DASHES[k % 3] }));
    return next => next.curves.forEach((curve, k) =>
      paths[k].setAttribute("d", path(curve.values, next, across, height, steps)));
  },

  bars(area, row, { across, height, steps }) {
    const picture = svg("svg", area, { viewBox: `0 0 ${across} ${height}`,
                                       preserveAspectRatio: "none" });
    picture.ariaHidden = "true";
    const bars = svg("path", picture, { fill: "var(--st-primary-color)", opacity: .75 });
    svg("path", picture, { d: `M0 ${height}h${across}`, stroke: "var(--st-border-color)" });
    return next => {
      let d = "";
      const w = across / steps;
      for (let i = 0; i < steps; i++) {
        const share = lift(next.values[i], next);
        if (share > 0)
          d += `M${i * w + .1 * w} ${height}v${-height * share}h${.8 * w}V${height}z`;
      }
      bars.setAttribute("d", d);
    };
  },
};

/** From 0 at `low` to 1 at `high`, on a logarithmic scale. */
function lift(value, { low, high }) {
  if (!(value > low)) return 0;
  return Math.min(1, Math.log(value / low) / Math.log(high / low));
}

function path(values, { low, high }, across, height, steps) {
  let d = "", gap = true;
  for (let i = 0; i < steps; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) { gap = true; continue; }
    const x = tenths((i + .5) * across / steps);
    const y = tenths(3 + (height - 6) * (1 - (value - low) / (high - low || 1)));
    d += `${gap ? "M" : "L"}${x} ${y}`;
    if (gap && !Number.isFinite(values[i + 1])) d += "h.1";
    gap = false;
  }
  return d;
}
