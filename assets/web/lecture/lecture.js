// The bar at the foot of a lecture, its keys, the blank screen, and the line to the window of notes.
// A payload is {lesson, step, number, count, next, first, last, answer, playing, language}. The event
// "press" is {verb, number}: next, back, leave, play, answer. Over the channel go {state, from} to the
// notes, and from them {hello} and {to, press}.
import { el, keep } from "../lib/common.js";
import { meant } from "./keys.js";

export const CHANNEL = "playground.lecture";
const WIDE = 640, HIGH = 480;                  // px for which the page is laid out, then enlarged
const CSS = `
.bar { display: flex; align-items: center; gap: 4px; color: var(--muted); font-size: 11px }
.bar > span { flex: 1; white-space: nowrap }
button { border: 0; border-radius: 6px; padding: 2px 7px; background: none; cursor: pointer }
button:hover:enabled { background: var(--st-secondary-background-color) }
button:disabled { opacity: .5; cursor: default }
i { display: inline-block; width: 14px; height: 4px; margin-right: 3px; border-radius: 2px;
    vertical-align: middle; background: var(--st-border-color) }
i.done { background: var(--st-primary-color) }`;
const BLANK = "position: fixed; inset: 0; z-index: 10000000; background: #000; cursor: none";
const WORDS = {
  en: { steps: ["Question", "Prediction", "Play", "Reveal"], of: (n, all) => `lesson ${n} of ${all}`,
        back: ["← Back", "Page Up"], next: ["Next →", "Page Down"], play: ["Play", "P"],
        pause: ["Pause", "P"], blank: ["Blank", "B"], notes: ["Notes", "N"],
        leave: ["Leave", "Escape"] },
  zh: { steps: ["问题", "预测", "播放", "揭晓"], of: (n, all) => `第 ${n} 课，共 ${all} 课`,
        back: ["← 返回", "Page Up"], next: ["继续 →", "Page Down"], play: ["播放", "P"],
        pause: ["暂停", "P"], blank: ["黑屏", "B"], notes: ["讲稿", "N"], leave: ["退出", "Escape"] },
};

class Lecture {
  constructor(state) {
    this.view = state;
    this.id = Math.random().toString(36).slice(2);
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => {
      if (data.hello) this.tell();
      else if (data.to === this.id) this.press(data.press);
    };
    this.hear = event => {
      const press = meant(event);
      if (!press) return;
      event.preventDefault();
      this.press(press);
    };
    this.fit = () => {
      const zoom = Math.min(innerWidth / WIDE, innerHeight / HIGH);
      const phone = innerWidth <= WIDE;
      document.documentElement.style.setProperty("--lecture-zoom", phone ? 1 : Math.max(zoom, 0.8));
    };
    this.gone = () => this.channel.postMessage({ from: this.id, state: null });
    document.addEventListener("keydown", this.hear);
    addEventListener("resize", this.fit);
    addEventListener("pagehide", this.gone);
    // Streamlit may clean up before it takes the bar off the page: look again until it is off.
    this.watch = setInterval(() => { if (!state.root.isConnected) this.leave(); }, 300);
    this.fit();
  }

  press(press) {
    const { verb } = press;
    if (verb === "blank" || this.screen) this.blank();   // any key brings the picture back
    else if (verb === "notes") this.notes();
    else this.view.component.setTriggerValue("press", press);
  }

  blank() {
    if (this.screen) { this.screen.remove(); this.screen = null; }
    else {
      this.screen = el("div", "lecture-blank", document.body);
      this.screen.style.cssText = BLANK;
      this.screen.onclick = () => this.blank();
    }
    this.tell();
  }

  notes() {
    const { language } = this.view.data;
    open(`${location.pathname}?notes=1&lang=${language}`, "playground-notes", "width=900,height=720");
  }

  tell() {
    this.channel.postMessage({ from: this.id, state: { ...this.view.data, blank: !!this.screen } });
  }

  leave() {
    lectures.delete(this.view.root);
    clearInterval(this.watch);
    document.removeEventListener("keydown", this.hear);
    removeEventListener("resize", this.fit);
    removeEventListener("pagehide", this.gone);
    if (!document.querySelector(".st-key-lecture"))
      document.documentElement.style.removeProperty("--lecture-zoom");
    this.screen?.remove();
    this.gone();
    this.channel.close();
  }
}

const lectures = new WeakMap();
function draw(state, data) {
  const { root } = state, words = WORDS[data.language] ?? WORDS.en;
  let lecture = lectures.get(root);
  if (!lecture) lectures.set(root, lecture = new Lecture(state));
  const shape = JSON.stringify(data);
  if (state.shape === shape) return;
  state.shape = shape;
  const focused = root.getRootNode().activeElement?.dataset.verb;
  root.replaceChildren();
  root.lang = data.language === "zh" ? "zh-CN" : "en";
  const bar = el("div", "bar", root), where = el("span", "", bar);
  words.steps.forEach((_, step) => el("i", step <= data.step ? "done" : "", where));
  const place = data.number ? ` · ${words.of(data.number, data.count)}` : "";
  where.append(` ${words.steps[data.step]}${place}`);
  const button = (name, verb, off = false) => {
    const [text, key] = words[name], node = el("button", "", bar, text);
    node.title = key;
    node.disabled = off;
    node.dataset.verb = verb;
    node.onclick = () => lecture.press({ verb });
    if (verb === focused) node.focus();
  };
  button("back", "back", data.first);
  button("next", "next", data.last);
  if (words.steps[data.step] === words.steps[2]) button(data.playing ? "pause" : "play", "play");
  button("blank", "blank");
  button("notes", "notes");
  button("leave", "leave");
  lecture.tell();
}

export default component => keep(component, CSS, draw);
