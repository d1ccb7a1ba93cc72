// Translates what is drawn in the browser: every text and every label that a page or a view of ours
// shows, as it appears or changes, before it is painted. Views write English and know nothing of
// this. The rules are those of playground/languages/catalogue.py; tests hold both to the same cases.

const SOURCE = "en", DEEPEST = 8, LOOSE = 10, WEAK = 5, LONGEST = 2000;
const WITHIN = String.raw`(?:(?![.?!;] |\n|\*\*|:\w+[\[/]|\]).)*?`, DIGITS = String.raw`[−-]?[\d.,]+(?:e[−+-]?\d+)?`;
const ENDING = "[a-z]{0,4}(?: [a-z]+)?";
const ENGLISH = /\b[a-z]{2,}\b/;
const MARK = /:\w+(?:\/\w+:|\[)/g;
const WORD = /[a-z]+/g;
const ANY = `(?:${WITHIN}|` + String.raw`(?:(?!:\w+[\[/]|\]).)*?(?<=[.?!*])\s*)`;   // or whole sentences
const NUMBER = /^([\d,.]+ ?[%k]?) (\D+)$/;
const FIELD = /\{(\w+)\}/g;
const LEVELS = [
  String.raw`\n+`,
  String.raw`:material/\w+:\s*|:\w+\[|\]`,
  String.raw`(?<=[.?!])\s+|(?<=[.?!]\*\*)\s+`,
  String.raw`\*\*`,
  String.raw`^\|\s+|\s+\|$|\s+[·—–|/→+]\s+|;\s+`,
  String.raw`:\s+`,
  String.raw`,\s+|\s*[()]\s*|[“”]|(?<=\d)\s+`,
].map(level => ({ parts: new RegExp(`(${level})`), whole: new RegExp(`^(?:${level})$`) }));
const TYPE = { ",": "，", ";": "；", ":": "：", ".": "。" };   // beside Chinese letters
const CHINESE = /[\u3000-\u9fff]/;
const SAID = ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"];
const SILENT = "script, style, noscript, textarea, code, pre, [translate=no], [contenteditable=true]";

// One language: messages by their English text.
export class Catalogue {
  constructor(messages) {
    this.messages = { ...messages };
    for (const [message, translation] of Object.entries(messages))
      if (message.search(FIELD) < 0) this.messages[unescaped(message)] = unescaped(translation);
    this.known = new Map();
    const pairs = Object.entries(messages).filter(([message]) => message.search(FIELD) >= 0);
    this.templates = new Map();                // by a word that each of them has
    for (const loose of [false, true])
      for (const pair of pairs) {
        const one = template(...pair, loose);
        if (loose && one.weight < LOOSE) continue;
        if (!this.templates.has(one.word)) this.templates.set(one.word, []);
        this.templates.get(one.word).push(one);
      }
  }

  translate(text) {
    let found = this.known.get(text);
    if (found === undefined) {
      if (this.known.size > 20000) this.known.clear();
      this.known.set(text, found = this.say(text, 0));
    }
    return found;
  }

  say(text, depth) {
    const bare = text.trim();
    if (!/[A-Za-z]/.test(bare)) return text;
    if (bare.length > LONGEST)               // somebody's own text, or many paragraphs
      return text.replace(bare, () => bare.split("\n")
        .map(one => one.length > LONGEST ? one : this.say(one, depth)).join("\n"));
    let found = this.whole(bare, depth);
    const last = TYPE[bare.at(-1)];
    if (found === undefined && last) {
      const short = this.whole(bare.slice(0, -1), depth);
      if (short !== undefined) found = short + last;
    }
    if (found !== undefined) return text.replace(bare, () => found);
    return depth < DEEPEST ? this.pieces(text, depth) : text;
  }

  whole(text, depth) {
    const first = text[0], other = first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase();
    for (const spelt of [text, other + text.slice(1)])
      if (Object.hasOwn(this.messages, spelt)) return this.messages[spelt];
    if (depth >= DEEPEST) return undefined;
    return this.filled(text, depth, true) || this.counted(text) || this.filled(text, depth);
  }

  filled(text, depth, strong = false) {
    const words = new Set(["", ...text.toLowerCase().match(WORD) ?? []]);
    const known = [...words].flatMap(word => this.templates.get(word) ?? []);
    known.sort((a, b) => a.loose - b.loose || b.weight - a.weight ||
      b.length - a.length || (a.translation < b.translation ? -1 : 1));
    for (const { shape, names, translation, weight } of known) {
      if ((weight >= WEAK) !== strong) continue;
      const match = shape.exec(text);
      if (!match) continue;
      const values = match.slice(1).map(value => this.say(value, depth + 1));
      if (!strong && values.some(value => !value || ENGLISH.test(value))) continue;
      return unescaped(translation.replace(FIELD, (all, name) => values[names.indexOf(name)] ?? ""));
    }
    return undefined;
  }

  counted(text) {
    const [, number, words] = NUMBER.exec(text) ?? [];
    return Object.hasOwn(this.messages, words) ? `${number} ${this.messages[words]}` : undefined;
  }

  pieces(text, depth) {
    for (const { parts, whole } of LEVELS) {
      const pieces = text.split(parts).filter(Boolean);
      if (pieces.length < 2) continue;
      const said = pieces.map(one => whole.test(one) ? one : this.say(one, depth + 1));
      return said.map((one, i) => {
        const beside = said.slice(Math.max(0, i - 1), i + 2).some(piece => CHINESE.test(piece));
        if (one === " " && /[。？！]$/.test(said[i - 1] ?? "")) return "";
        return whole.test(pieces[i]) && beside ? TYPE[one.trim()] ?? one : one;
      }).join("");
    }
    return text;
  }
}

const unescaped = text => text.replaceAll("{{", "{").replaceAll("}}", "}");

function template(message, translation, loose) {
  const parts = message.split(FIELD);
  const fixed = parts.filter((_, i) => i % 2 === 0), names = parts.filter((_, i) => i % 2);
  const plain = fixed.map(unescaped);
  const within = (name, part) => name === "number" ? DIGITS
    : /[A-Za-z]$/.test(part) ? ENDING : loose ? ANY : WITHIN;
  // between two fields that may be sentences
  const edge = (part, i) => loose && i && !part.trim() ? "(?<=[.?!*])" : "";
  let shape = plain.map((part, i) => edge(part, i) + part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") +
    (i < names.length ? `(${within(names[i], part)})` : "")).join("");
  const first = plain[0][0] ?? "";
  if (/[A-Za-z]/.test(first)) shape = `[${first.toLowerCase()}${first.toUpperCase()}]${shape.slice(1)}`;
  // a word that touches a field may go on in it
  const lower = plain.map(part => part.toLowerCase());
  const touching = new Set(lower.flatMap((part, i) => [
    i && part.match(/^[a-z]+/)?.[0], i < lower.length - 1 && part.match(/[a-z]+$/)?.[0],
  ]));
  const word = lower.flatMap(part => part.match(WORD) ?? []).filter(one => !touching.has(one))
    .reduce((a, b) => b.length > a.length ? b : a, "");
  const weight = (plain.join(" ").replace(MARK, "").match(/[A-Za-z]/g) ?? []).length;
  return { word, names, translation, weight, length: plain.join("").length, loose, shape: new RegExp(`^${shape}$`, "s") };
}

let language = SOURCE, catalogue = null;
const roots = new Map();                       // what is watched, and by whom
const texts = new WeakMap(), labels = new WeakMap();   // English, and what stands there instead

// The pages' language from now on.
export async function speak(wanted, base) {
  if (wanted === language) return;
  language = wanted;
  document.documentElement.lang = wanted;
  for (const [root, watch] of roots) { watch.disconnect(); restore(root); }
  catalogue = null;
  if (wanted === SOURCE) return;
  const answer = await fetch(`${base}languages/${wanted}.json`);
  if (!answer.ok || wanted !== language) return;
  catalogue = new Catalogue(await answer.json());
  follow(document.body);
  for (const root of roots.keys()) attach(root);
}

// For what is painted on a canvas, where there is no text to watch.
export const said = text => catalogue ? catalogue.translate(text) : text;

// Watch a view's own root as well: a shadow tree is no part of the page's tree.
export function follow(root) {
  for (const one of roots.keys()) if (!one.isConnected) { roots.get(one).disconnect(); roots.delete(one); }
  if (roots.has(root)) return;
  roots.set(root, new MutationObserver(changes => changes.forEach(hear)));
  if (catalogue) attach(root);
}

function attach(root) {
  read(root);
  roots.get(root).observe(root, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: SAID,
  });
}

function hear({ type, target, addedNodes, attributeName }) {
  if (type === "childList") addedNodes.forEach(read);
  else if (type === "characterData") put(target);
  else label(target, attributeName);
}

function each(root, onText, onLabel) {
  if (root.nodeType === Node.TEXT_NODE) return onText(root);
  if (root.nodeType !== Node.ELEMENT_NODE && root.nodeType !== Node.DOCUMENT_FRAGMENT_NODE) return;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walk.currentNode; node; node = walk.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) onText(node);
    else if (node.nodeType === Node.ELEMENT_NODE)
      for (const name of SAID) if (node.hasAttribute(name)) onLabel(node, name);
  }
}

const read = root => each(root, put, label);

function put(node) {
  const now = node.nodeValue, known = texts.get(node);
  if (known?.shown === now || node.parentElement?.closest(SILENT)) return;
  const shown = catalogue.translate(now);
  if (shown === now) return;
  texts.set(node, { english: now, shown });
  node.nodeValue = shown;
}

function label(node, name) {
  const known = labels.get(node) ?? {}, now = node.getAttribute(name);
  if (now === null || known[name]?.shown === now || node.closest(SILENT)) return;
  const shown = catalogue.translate(now);
  if (shown === now) return;
  labels.set(node, { ...known, [name]: { english: now, shown } });
  node.setAttribute(name, shown);
}

function restore(root) {
  each(root, node => {
    const known = texts.get(node);
    if (known?.shown === node.nodeValue) node.nodeValue = known.english;
  }, (node, name) => {
    const known = labels.get(node)?.[name];
    if (known?.shown === node.getAttribute(name)) node.setAttribute(name, known.english);
  });
}
