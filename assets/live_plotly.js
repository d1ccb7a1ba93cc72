// A Plotly chart that stays: one element a mount, every update a Plotly.react on it.
import { decode, el } from "./common.js";

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
    if (!drawn) { if (this.last) this.draw(this.last); }
    else if (drawn.width !== this.node.offsetWidth) this.Plotly.Plots.resize(this.node);
  }

  draw(message) { this.next = message; enqueue(this); }

  async flush() {
    const message = this.next;
    this.next = null;
    if (message && this.node.isConnected) await this.react(message);
  }

  async react(message) {
    const { figure, height, label } = this.last = message;
    this.node.style.height = height + "px";
    this.node.setAttribute("role", "img");
    this.node.setAttribute("aria-label", label);
    if (!this.node.offsetWidth) return;          // hidden: fit() draws it when it shows
    const host = this.parent instanceof ShadowRoot ? this.parent.host : this.parent;
    const layout = { uirevision: "keep", ...figure.layout, height, autosize: true,
      template: template(getComputedStyle(host)) };
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
    chart.emit = (name, value) => { if (chart.last.figure.clicks) setTriggerValue(name, value); };
    if (data !== chart.bytes) { chart.bytes = data; chart.draw(decode(data, true)); }
    else if (chart.last) chart.draw(chart.last);          // the same bytes: the theme changed
  }
  // Streamlit also cleans up a call that a newer one has overtaken: leave only with the page.
  return () => setTimeout(() => {
    if (!chart || parentElement.isConnected) return;
    charts.delete(parentElement);
    chart.destroy();
  }, 0);
}
