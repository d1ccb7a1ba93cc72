// A Plotly chart that stays: one element a mount, every update a Plotly.react on it.
import { NEGATIVE, POSITIVE, ZERO, decode, el } from "../lib/common.js";
import { Painter } from "./paint.js";

const COARSE = matchMedia("(pointer: coarse)");
let plotly;
function load(assets) {
  return plotly ??= new Promise((done, fail) => {
    if (window.Plotly?.react) return done(window.Plotly);
    const script = el("script");
    script.src = assets + "plotly.min.js";
    script.onload = () => done(window.Plotly);
    script.onerror = () => { plotly = undefined; fail(new Error("cannot load " + script.src)); };
    document.head.append(script);
  });
}

// One chart an animation frame, so that no frame is long; of several updates the newest wins,
// and nothing is drawn while the tab is hidden.
const waiting = new Set();
let pumping = false;
function pump() {
  const [chart] = waiting;
  if (!chart) { pumping = false; return; }
  waiting.delete(chart);
  Promise.resolve(chart.flush()).catch(error => console.error("live_plotly", error))
    .finally(() => requestAnimationFrame(pump));
}
function enqueue(chart) {
  waiting.add(chart);
  if (!pumping) { pumping = true; requestAnimationFrame(pump); }
}

// The page's theme as a Plotly template.
function template(style) {
  const variable = (name, otherwise) => {
    const value = style.getPropertyValue("--st-" + name).trim();
    return value && value !== "unset" ? value : otherwise;
  };
  const line = variable("border-color", "#ddd"), text = variable("text-color", "#222");
  const axis = { gridcolor: line, linecolor: line, zerolinecolor: line, tickcolor: line };
  return { layout: {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", xaxis: axis, yaxis: axis,
    font: { family: variable("font", "sans-serif"), color: text, size: 12 },
    hoverlabel: { bgcolor: variable("secondary-background-color", "#eee"), font: { color: text } },
  } };
}

// A neuron that the pointer or the keyboard rests on in network.js fills every chart whose figure
// says `follows`, as long as it does; {name, size, read() -> bytes} or null.
let neuron = null;
const following = new Set();
window.addEventListener("playground:neuron", event => {
  neuron = event.detail;
  for (const chart of following) chart.again();
});

function withNeuron({ data, layout, follows, ...rest }) {
  if (!follows || !neuron) return { data, layout, ...rest };
  const bytes = neuron.read(), { size } = neuron, [map, ...points] = data;
  const along = Array.from({ length: size }, (_, i) => map.x[0] * (1 - 2 * i / (size - 1)));
  const z = along.map((_, row) =>
    Array.from(bytes.subarray(row * size, (row + 1) * size), byte => byte / 127.5 - 1));
  const title = { text: neuron.name, showarrow: false, xref: "paper", yref: "paper", x: 0.02,
    y: 0.98, xanchor: "left", yanchor: "top", bgcolor: "rgba(255,255,255,.85)",
    font: { color: "#1c2024", size: 12 }, borderpad: 3 };
  const scale = neuron.colour ? [[0, ZERO], [1, neuron.colour]]
    : [[0, NEGATIVE], [0.5, ZERO], [1, POSITIVE]];
  const heat = { ...map, x: along, y: along, z, zmin: -1, zmax: 1, colorscale: scale,
    hovertemplate: map.hovertemplate.replace("%{text}", "output %{z:.2f}"), text: undefined };
  return { ...rest, data: [heat, ...points],
    layout: { ...layout, annotations: [title] } };
}

class Chart {
  constructor(parent, Plotly) {
    this.parent = parent;
    this.Plotly = Plotly;
    this.node = el("div", "live-plotly", parent);
    this.node.style.width = "100%";
    this.node.addEventListener("mousemove", event => { if (event.isTrusted) this.mouse = event; });
    this.node.addEventListener("mouseleave", () => { this.mouse = null; });
    this.observer = new ResizeObserver(() => requestAnimationFrame(() => this.fit()));
    this.observer.observe(this.node);
  }

  fit() {
    if (!this.node.offsetWidth) return;
    const drawn = this.node._fullLayout;
    if (!drawn) this.again();
    else if (drawn.width !== this.node.offsetWidth) this.Plotly.Plots.resize(this.node);
  }

  draw(message) { this.next = message; enqueue(this); }

  // The newest figure once more: that which waits, or that which is seen.
  again() { if (this.next || this.last) this.draw(this.next ?? this.last); }

  async flush() {
    const message = this.next;
    this.next = null;
    if (message && this.node.isConnected) await this.react(message);
  }

  async react(message) {
    const { label } = this.last = message, { map } = message.figure;
    if (map) this.painter ??= new Painter(this);
    const height = message.height - (map ? this.painter.frame(map) : 0);
    const figure = withNeuron(map ? this.painter.figure(message.figure) : message.figure);
    if (message.figure.follows) following.add(this); else following.delete(this);
    this.node.style.height = height + "px";
    this.node.setAttribute("role", "img");
    this.node.setAttribute("aria-label", label);
    if (!this.node.offsetWidth) return;          // hidden: fit() draws it when it shows
    const host = this.parent instanceof ShadowRoot ? this.parent.host : this.parent;
    // Zoom survives while `uirevision` and the ranges asked for stay as they are. A finger scrolls
    // the page instead of zooming. Plotly writes into the layout it gets, so give it a copy.
    const layout = { uirevision: "keep", dragmode: COARSE.matches ? false : "zoom",
      ...structuredClone(figure.layout), height, autosize: true, template: template(getComputedStyle(host)) };
    const config = { displayModeBar: false, responsive: false, doubleClick: "reset" };
    await this.Plotly.react(this.node, figure.data, layout, { ...config, ...figure.config });
    if (!this.wired) {
      this.wired = true;
      this.node.on("plotly_click", event => {
        const [point] = event.points;
        this.emit("click", { curve: point.curveNumber, point: point.pointIndex ?? null,
          x: point.x, y: point.y, z: point.z ?? null });
      });
    }
    this.painter?.place();
    this.hoverAgain();
    this.drawn = (this.drawn || 0) + 1;
    this.node.dataset.drawn = this.drawn;
  }

  // A redraw drops the hover label: put it back where the pointer still is.
  hoverAgain() {
    const at = this.mouse;
    if (!at || at.buttons) return;
    const target = this.node.getRootNode().elementFromPoint(at.clientX, at.clientY);
    if (!target || !this.node.contains(target)) return;
    target.dispatchEvent(new MouseEvent("mousemove",
      { clientX: at.clientX, clientY: at.clientY, bubbles: true, view: window }));
  }

  destroy() {
    this.observer.disconnect();
    waiting.delete(this);
    following.delete(this);
    this.painter?.leave();
    this.Plotly.purge(this.node);
    this.node.remove();
  }
}

const charts = new WeakMap();
export default async function ({ data, parentElement, setTriggerValue }, assets) {
  const Plotly = await load(assets);
  let chart = charts.get(parentElement);
  if (!chart && parentElement.isConnected) {
    chart = new Chart(parentElement, Plotly);
    charts.set(parentElement, chart);
  }
  if (chart && data?.byteLength) {
    chart.send = setTriggerValue;
    chart.emit = (name, value) => { if (chart.last.figure.clicks) setTriggerValue(name, value); };
    if (data !== chart.bytes) { chart.bytes = data; chart.draw(decode(data, true)); }
    else chart.again();                                   // the same bytes: the theme changed
  }
  // Streamlit also cleans up a call that a newer one has overtaken: leave only with the page.
  return () => setTimeout(() => {
    if (!chart || parentElement.isConnected) return;
    charts.delete(parentElement);
    chart.destroy();
  }, 0);
}
