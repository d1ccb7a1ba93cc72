// Translates what is drawn in the browser: every text and every label that a page or a view of ours
// shows, as it appears or changes, before it is painted. Views write English and know nothing of
// this. The rules are those of playground/languages/catalogue.py; tests hold both to the same cases.

const SOURCE = "en", DEEPEST = 5;
const FIELD = /\{(\w+)\}/g;
const BETWEEN = new RegExp(
  String.raw`(\n+|(?<=[.?!:;,])\s+|\s+[·—–|/→+]\s+|:material/\w+:\s*|\*\*|\s*[()]\s*|(?<=\d)\s+|` +
  String.raw`:\w+\[|\]|[“”]|\s+(?=[(\[]))`);
const WHOLE = new RegExp(`^${BETWEEN.source}$`);
const SAID = ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"];
const SILENT = "script, style, textarea, code, pre, [translate=no], [contenteditable=true]";

// One language: messages by their English text.
export class Catalogue {
  constructor(messages) {
    this.messages = messages;
    this.known = new Map();
    this.templates = Object.entries(messages)
      .filter(([message]) => message.search(FIELD) >= 0)
      .map(([message, translation]) => template(message, translation))
      .sort((a, b) => b.shape.source.length - a.shape.source.length);
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
    const found = this.whole(bare, depth);
    if (found !== undefined) return text.replace(bare, () => found);
    return depth < DEEPEST ? this.pieces(text, depth) : text;
  }

  whole(text, depth) {
    const first = text[0], other = first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase();
    for (const spelt of [text, other + text.slice(1)])
      if (Object.hasOwn(this.messages, spelt)) return this.messages[spelt];
    if (depth >= DEEPEST) return undefined;
    for (const { anchor, shape, names, translation } of this.templates) {
      const match = text.includes(anchor) && shape.exec(text);
      if (!match) continue;
      return translation.replace(FIELD, (all, name) =>
        this.say(match[1 + names.indexOf(name)] ?? "", depth + 1));
    }
    return undefined;
  }

  pieces(text, depth) {
    const pieces = text.split(BETWEEN).filter(Boolean);
    if (pieces.length < 2) return text;
    return pieces.map(one => WHOLE.test(one) ? one : this.say(one, depth + 1)).join("");
  }
}

function template(message, translation) {
  const parts = message.split(FIELD);
  const fixed = parts.filter((_, i) => i % 2 === 0), names = parts.filter((_, i) => i % 2);
  const plain = fixed.map(part => part.replaceAll("{{", "{").replaceAll("}}", "}"));
  const shape = plain.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.*?)");
  const anchor = plain.reduce((a, b) => b.length > a.length ? b : a);
  return { anchor, names, translation, shape: new RegExp(`^${shape}$`, "s") };
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
