// A text whose letters have the colours of numbers: orange − and blue +. A payload is {lines: [text,
// …], values: one a letter, size, label, unit}. Pointing at a letter, or arrow keys, tell its number.
import { el, keep, shade } from "../lib/common.js";
import { exact } from "../lib/numbers.js";
import { speaker } from "../flow/flow_cells.js";

const CSS = `
.lines { font-family: var(--st-code-font, monospace); outline-offset: 3px; border-radius: 3px }
.line { display: flex; flex-wrap: wrap; margin-bottom: 2px }
.line span { flex: 0 0 auto; height: 19px; line-height: 19px; text-align: center; white-space: pre }
.line .at { outline: 2px solid var(--st-text-color); outline-offset: -1px }
.foot { display: flex; gap: 12px; justify-content: space-between; margin-top: 4px; min-height: 18px;
        font-size: 11.5px; color: var(--muted) }
`;
const WIDE = 10;                                       // pixels of a letter, at most
const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

class Tinted {
  constructor(state) {
    this.state = state;
    this.out = new Uint8ClampedArray(4);
    this.box = el("div", "lines", state.root);
    this.box.tabIndex = 0;
    this.box.setAttribute("role", "application");
    const foot = el("div", "foot", state.root);
    this.now = el("span", "", foot);
    el("span", "", foot, "−1 orange · 0 grey · +1 blue");
    this.say = speaker(state.root);
    this.box.onpointermove = event => {
      const number = event.target.dataset?.number;
      if (number != null) this.point(+number);
    };
    this.box.onkeydown = event => {
      const by = { ...KEYS, ArrowUp: -this.step, ArrowDown: this.step }[event.key];
      if (!by) return;
      event.preventDefault();
      this.point(Math.max(0, Math.min(this.spans.length - 1, (this.at ?? -1) + by)));
      this.say(this.now.textContent);
    };
  }

  show(data, width) {
    const text = data.lines.join("\n");
    this.data = data;
    this.step = [...data.lines[0] ?? ""].length || 1;
    if (text !== this.text || width !== this.width) this.build(data, width);
    this.text = text;
    this.width = width;
    this.box.ariaLabel = `${data.label} Arrow keys go from letter to letter.`;
    this.spans.forEach((span, i) => this.tint(span, data.values[i] / data.size));
    this.tell();
  }

  build(data, width) {
    const wide = Math.max(6.5, Math.min(WIDE, width / this.step));
    this.at = null;
    this.spans = [];
    this.box.style.fontSize = Math.min(14, 1.6 * wide) + "px";
    this.box.replaceChildren(...data.lines.map(line => {
      const row = el("div", "line");
      for (const letter of line) {
        const span = el("span", "", row, letter === "↵" ? "↵" : letter);
        span.style.width = wide + "px";
        span.dataset.number = this.spans.length;
        this.spans.push(span);
      }
      return row;
    }));
  }

  /** The colour of a number, and black or white on it, whichever stands out more. */
  tint(span, value) {
    shade(value, this.out, 0);
    const [red, green, blue] = this.out;
    const [r, g, b] = [red, green, blue].map(part => part / 255).map(
      part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    span.style.background = `rgb(${red},${green},${blue})`;
    span.style.color = .2126 * r + .7152 * g + .0722 * b > .179 ? "#000" : "#fff";
  }

  point(number) {
    if (this.at != null) this.spans[this.at]?.classList.remove("at");
    this.at = number;
    this.spans[number].classList.add("at");
    this.tell();
  }

  tell() {
    const letter = this.at == null ? null : this.spans[this.at].textContent;
    this.now.textContent = letter == null ? "Point at a letter to read its number."
      : `“${letter}”: ${exact(this.data.values[this.at])}`;
  }
}

export default component => keep(component, CSS, (state, data, width) => {
  state.view ??= new Tinted(state);
  state.view.show(data, width);
});
