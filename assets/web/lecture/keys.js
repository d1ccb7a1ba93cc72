// The keys of a lecture, and what they mean: a presenter's clicker sends Page Up and Page Down, and
// "." or B for a blank screen.
const MEANING = { ArrowRight: "next", PageDown: "next", ArrowLeft: "back", PageUp: "back",
  b: "blank", ".": "blank", n: "notes", p: "play", " ": "play", Escape: "leave",
  1: "answer", 2: "answer", 3: "answer" };
const TYPING = "input, textarea, select, [contenteditable]:not([contenteditable=false])";
const PRESSED = "button, a, [role=button], summary";

// {verb, number} of a key, or null: nothing is meant by it, or somebody types.
export function meant(event) {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return null;
  const [target] = event.composedPath();
  if (target.matches?.(TYPING)) return null;
  if (event.key === " " && target.closest?.(PRESSED)) return null;
  const verb = MEANING[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  return verb ? { verb, ...(verb === "answer" ? { number: Number(event.key) } : {}) } : null;
}
