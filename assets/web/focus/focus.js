// Gives the keyboard back to a button that the page has built anew. While rows change places,
// Streamlit may show one twice between two of its own updates; React then drops the one that had
// the focus, and the next Enter would go nowhere.
import { decode } from "../lib/common.js";

const KEY = /\bst-key-\S+/;

export default function ({ data, parentElement }) {
  const host = parentElement instanceof ShadowRoot ? parentElement.host : parentElement;
  host.forget?.();
  const place = document.querySelector(`.st-key-${decode(data).place}`);
  let last = null;                             // the key of the button that had the focus, and it
  const note = ({ target }) => {
    const key = target.closest?.("[class*=st-key-]")?.className.match(KEY)?.[0];
    last = key && target.matches("button") && place.contains(target) ? { key, target } : null;
  };
  const leave = ({ target }) => { if (!place.contains(target)) last = null; };
  const mend = () => {
    if (!last || last.target.isConnected || document.activeElement !== document.body) return;
    place.querySelector(`.${last.key} button`)?.focus({ preventScroll: true });
  };
  const watch = new MutationObserver(mend);
  watch.observe(place, { childList: true, subtree: true });
  document.addEventListener("focusin", note);
  document.addEventListener("pointerdown", leave, true);
  host.forget = () => {
    watch.disconnect();
    document.removeEventListener("focusin", note);
    document.removeEventListener("pointerdown", leave, true);
  };
  return host.forget;
}
