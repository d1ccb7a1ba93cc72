// The arithmetic under sliding.js: patch × kernel = products → their sum; or a patch and what a
// pooling makes of it. The result is the engine's number, from Python.
import { el } from "../lib/common.js";
import { compact } from "../lib/numbers.js";
import { grid, tint } from "./sliding_parts.js";

export class Sums {
  constructor(parent, send) {
    this.node = el("div", "sums", parent);
    this.formula = el("div", "formula", parent);
    this.send = send;
  }

  hide(hidden) { this.node.hidden = this.formula.hidden = hidden; }

  /** The grids that this work needs; they stay while they fit the next one. */
  build(work) {
    const key = `${work.kind} ${work.size} ${work.source}`;
    const [general, ...told] = work.formula;
    this.formula.replaceChildren();
    el("span", "quiet", this.formula, general);
    for (const line of told) el("span", "", this.formula, line);
    if (this.built === key) return;
    this.built = key;
    this.node.replaceChildren();
    this.patch = grid(this.node, work.source ? "Patch of the result" : "Patch of the image",
                      work.size);
    if (work.kind === "conv") {
      el("span", "sign", this.node, "×");
      this.kernel = grid(this.node, "Kernel: change any number", work.size, () => {
        const weights = this.kernel.read();
        if (weights) this.send(weights);
      });
      el("span", "sign", this.node, "=");
      this.products = grid(this.node, "Products", work.size);
    }
    el("span", "sign", this.node, "→");
    const answer = el("div", "answer", this.node);
    this.how = el("span", "quiet", answer);
    this.value = el("b", "", answer);
    this.where = el("span", "quiet", answer);
  }

  /** The numbers at the place `at` of the result. */
  fill(image, work, at) {
    const row = Math.floor(at / work.width), column = at % work.width;
    const tinted = { signed: true, high: 1 }, patch = [];
    for (let i = 0; i < work.size; i++)
      for (let j = 0; j < work.size; j++) {
        const y = row * work.stride + i * work.dilation - work.padding;
        const x = column * work.stride + j * work.dilation - work.padding;
        const inside = x >= 0 && y >= 0 && x < image.width && y < image.height;
        patch.push(inside ? image.values[y * image.width + x] : 0);
      }
    const colour = (value, look) => { const out = []; tint(value, look, out, 0); return out; };
    const result = work.values[at];
    const largest = work.kind === "max" ? patch.indexOf(Math.max(...patch)) : -1;
    this.patch.fill(patch, value => colour(value, image.look), largest);
    if (work.kind === "conv") {
      const most = Math.max(...work.weights.map(Math.abs)) || 1;
      const products = patch.map((value, i) => value * work.weights[i]);
      const widest = Math.max(...products.map(Math.abs)) || 1;
      this.kernel.fill([...work.weights], value => colour(value / most, tinted));
      this.products.fill(products, value => colour(value / widest, tinted));
    }
    this.how.textContent = work.told;
    this.value.textContent = compact(result);
    this.where.textContent = `row ${row + 1}, column ${column + 1}`;
  }
}
