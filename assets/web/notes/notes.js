// What the speaker sees in a second window: the notes of the lesson that the window of the lecture
// shows, and what comes next. A payload is {lessons, language}; where the lecture stands comes over a
// channel of the browser alone. Keys pressed here are the lecture's.
import { el, keep } from "../lib/common.js";
import { meant } from "../lecture/keys.js";
import { CHANNEL } from "../lecture/lecture.js";

const CSS = `
.view { padding: 16px 24px; font-size: 17px; line-height: 1.45; max-width: 900px; margin: auto }
header { display: flex; gap: 16px; align-items: baseline; color: var(--muted) }
header b { font-size: 28px; color: var(--st-text-color); font-weight: 600 }
header span:first-child { flex: 1 }
h1 { font-size: 24px; line-height: 1.25; margin: 8px 0 }
h2 { font-size: 13px; margin: 14px 0 2px; color: var(--muted); font-weight: 600 }
p, ol { margin: 0 } ol { padding-left: 24px }
.right { font-weight: 600 }
.steps { display: flex; gap: 6px; margin: 10px 0; padding: 0; list-style: none; font-size: 13px }
.steps li { flex: 1; padding: 3px 8px; border-radius: 6px; background: var(--st-secondary-background-color) }
.steps .now { background: var(--st-primary-color); color: #fff; font-weight: 600 }
.notes { padding: 8px 12px; border-left: 3px solid var(--st-primary-color); margin-top: 8px;
         background: var(--st-secondary-background-color); border-radius: 6px }
.dark { padding: 4px 12px; border-radius: 6px; background: #000; color: #fff }
button { border: 1px solid var(--st-border-color); border-radius: 6px; background: none;
         padding: 2px 10px; font-size: 13px; cursor: pointer }`;
const WORDS = {
  en: { waiting: "No lecture is open in this browser. Open a lesson in another window and press F: "
          + "its notes appear here.",
        steps: ["Question", "Prediction", "Play", "Reveal"], of: (n, all) => `lesson ${n} of ${all}`,
        minutes: n => `${n} min`, question: "Question", look: "What to look at", reveal: "Answer",
        cures: "So it is not true that", source: "Source", next: "Next lesson", end: "The end",
        notes: "For you", hall: "the hall said", blank: "The screen is blank.",
        zero: "From 0:00", since: "since the lecture began" },
  zh: { waiting: "这个浏览器里还没有打开的讲课。在另一个窗口打开一课并按 F，讲稿就会出现在这里。",
        steps: ["问题", "预测", "播放", "揭晓"], of: (n, all) => `第 ${n} 课，共 ${all} 课`,
        minutes: n => `${n} 分钟`, question: "问题", look: "看哪里", reveal: "答案",
        cures: "所以这句话不对：", source: "出处", next: "下一课", end: "结束", notes: "讲者提示",
        hall: "听众选择", blank: "屏幕已变黑。", zero: "从 0:00 计时", since: "讲课已进行" },
};

class Notes {
  constructor(state) {
    this.view = state;
    this.start = Date.now();
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => {
      if (!("state" in data)) return;
      if (data.state === null && data.from !== this.from) return;
      if (!this.from && data.state) this.start = Date.now();
      this.from = data.state ? data.from : undefined;
      this.where = data.state;
      this.show();
    };
    this.hear = event => {
      const press = meant(event);
      if (!press || !this.from || press.verb === "notes") return;
      event.preventDefault();
      this.channel.postMessage({ to: this.from, press });
    };
    document.addEventListener("keydown", this.hear);
    this.timer = setInterval(() => this.time(), 1000);
    this.channel.postMessage({ hello: true });
  }

  show() {
    const { root, data } = this.view, words = WORDS[data.language] ?? WORDS.en;
    root.replaceChildren();
    root.lang = data.language === "zh" ? "zh-CN" : "en";
    this.clock = null;
    const lesson = this.where && data.lessons.find(({ id }) => id === this.where.lesson);
    if (!lesson) { el("p", "", root, words.waiting); return; }
    this.head(root, words, lesson);
    if (this.where.blank) el("p", "dark", root, words.blank);
    el("h1", "", root, lesson.title);
    const steps = el("ul", "steps", root);
    words.steps.forEach((step, i) => el("li", i === this.where.step ? "now" : "", steps, step));
    const part = (name, text, kind = "") => {
      if (kind) el("p", kind, root, text);
      else { el("h2", "", root, words[name]); el("p", "", root, text); }
    };
    part("notes", lesson.notes, "notes");
    this.question(root, words, lesson);
    part("look", lesson.look);
    part("reveal", lesson.reveal);
    part("cures", lesson.cures);
    part("source", lesson.source);
    const next = data.lessons.find(({ id }) => id === this.where.next);
    part("next", next ? next.title : words.end);
  }

  head(root, words, lesson) {
    const head = el("header", "", root), { number, count } = this.where;
    const place = number ? [words.of(number, count)] : [];
    el("span", "", head, [...place, words.minutes(lesson.minutes)].join(" · "));
    this.clock = el("b", "clock", head);
    this.hour = el("span", "", head);
    const zero = el("button", "", head, words.zero);
    this.clock.title = words.since;
    zero.onclick = () => { this.start = Date.now(); this.time(); };
    this.time();
  }

  question(root, words, lesson) {
    el("h2", "", root, words.question);
    el("p", "", root, lesson.question);
    const list = el("ol", "", root);
    lesson.answers.forEach((answer, i) => {
      const hall = this.where.answer === i + 1 ? ` (${words.hall})` : "";
      el("li", i + 1 === lesson.right ? "right" : "", list,
        `${answer}${i + 1 === lesson.right ? " ✓" : ""}${hall}`);
    });
  }

  time() {
    if (!this.clock) return;
    const seconds = Math.floor((Date.now() - this.start) / 1000);
    this.clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.hour.textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  }

  leave() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.hear);
    this.channel.close();
  }
}

const windows = new WeakMap();
function draw(state) {
  if (!windows.has(state.root)) windows.set(state.root, new Notes(state));
  windows.get(state.root).show();
}

export default component => {
  const parent = component.parentElement, leave = keep(component, CSS, draw);
  const root = parent.querySelector(".view");
  return () => {
    leave();
    setTimeout(() => {
      if (parent.isConnected || !windows.has(root)) return;
      windows.get(root).leave();
      windows.delete(root);
    }, 0);
  };
};
