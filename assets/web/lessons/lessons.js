// All lessons as cards by theme; a tick where one is done, a star where its goal was reached. A
// payload is {themes: [{name, lessons: [{id, title, minutes}]}], language, done, chosen}. The event
// "open" is {lesson: its id}. Where `chosen` is a list, a click ticks a lesson for a lecture instead:
// the event "choose" is {lessons: their ids in order}.
import { el, keep } from "../lib/common.js";
import { add } from "../progress/progress.js";

const CSS = `
.themes { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 6px 16px;
          align-items: start }
section { min-width: 0 }
h2 { font-size: 13px; font-weight: 600; margin: 6px 0; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 6px }
a { display: block; min-height: 72px; padding: 8px 10px; border-radius: 6px; text-decoration: none;
    color: inherit; background: var(--st-secondary-background-color);
    border: 1px solid transparent; font-size: 13px; line-height: 1.3 }
a:hover { border-color: var(--st-primary-color) }
small { display: block; margin-top: 4px; font-size: 11.5px; color: var(--muted) }
button { display: block; width: 100%; min-height: 72px; padding: 8px 10px; border-radius: 6px; text-align: left;
    background: var(--st-secondary-background-color); border: 1px solid transparent; cursor: pointer;
    line-height: 1.3 }
button:hover, button[aria-pressed=true] { border-color: var(--st-primary-color) }
b { float: right; min-width: 20px; margin-left: 6px; border-radius: 10px; text-align: center;
    background: var(--st-primary-color); color: #fff; font-size: 12px; line-height: 20px }
.done small { color: var(--st-link-color); font-weight: 600 }
p { margin: 10px 0 0; color: var(--muted); font-size: 12px }
@media (max-width: 640px) { .themes { grid-template-columns: 1fr } a { min-height: 44px } }`;
const WORDS = {
  en: { minutes: n => `${n} min`, seen: "✓ done", reached: "★ goal reached",
        sum: (n, all) => `${n} of ${all} done. What is done is kept in this browser alone.` },
  zh: { minutes: n => `${n} 分钟`, seen: "✓ 已完成", reached: "★ 目标达成",
        sum: (n, all) => `已完成 ${n} / ${all}。进度只保存在这个浏览器里。` },
};

function card(lesson, done, words, component) {
  const item = el("li"), link = el("a", done ? "done" : "", item, lesson.title);
  link.href = `?lesson=${encodeURIComponent(lesson.id)}`;
  link.dataset.lesson = lesson.id;
  const mark = ["", words.seen, words.reached][done ?? 0];
  el("small", "", link, [words.minutes(lesson.minutes), mark].filter(Boolean).join(" · "));
  link.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    component.setTriggerValue("open", { lesson: lesson.id });
  };
  return item;
}

// A card to be ticked, with its place in the lecture.
function box(lesson, state) {
  const item = el("li"), button = el("button", "", item), place = state.chosen.indexOf(lesson.id) + 1;
  if (place) el("b", "", button, place);
  button.append(lesson.title);
  button.setAttribute("aria-pressed", place > 0);
  button.dataset.lesson = lesson.id;
  button.onclick = () => {
    state.chosen = place ? state.chosen.filter(id => id !== lesson.id) : [...state.chosen, lesson.id];
    state.component.setTriggerValue("choose", { lessons: state.chosen });
    draw(state, state.data);
  };
  return item;
}

function draw(state, { themes, language, done, chosen }) {
  const all = add(done), words = WORDS[language] ?? WORDS.en;
  state.chosen = chosen && (state.chosen ?? chosen);   // what was ticked here is ahead of Python
  const shape = JSON.stringify([language, all, state.chosen]);
  if (state.shape === shape) return;
  state.shape = shape;
  const focused = state.root.getRootNode().activeElement?.dataset.lesson;
  state.root.replaceChildren();
  state.root.lang = language === "zh" ? "zh-CN" : "en";
  const grid = el("div", "themes", state.root);
  for (const theme of themes) {
    const section = el("section", "", grid);
    el("h2", "", section, theme.name);
    const list = el("ul", "", section);
    for (const lesson of theme.lessons)
      list.append(state.chosen ? box(lesson, state)
        : card(lesson, all[lesson.id], words, state.component));
  }
  if (focused) state.root.querySelector(`[data-lesson="${focused}"]`)?.focus();
  const ids = themes.flatMap(theme => theme.lessons.map(lesson => lesson.id));
  el("p", "", state.root, words.sum(ids.filter(id => all[id]).length, ids.length));
}

export default component => keep(component, CSS, draw);
