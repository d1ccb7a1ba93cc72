// The tour's guide: brings the part into sight, frames it, takes the keyboard, hears Escape.
import { decode } from "../lib/common.js";

const FRAME = "tour-frame";
let framed = null;

function frame(part) {
  framed?.classList.remove(FRAME);
  framed = part && document.querySelector(`.st-key-${part}`);
  framed?.classList.add(FRAME);
}

let end = () => {};                          // of the step before

// Streamlit asks for an end when the component goes, not before it gets the next step: each step
// ends the one before by itself.
export default function ({ data, parentElement, setTriggerValue }) {
  end();
  const host = parentElement instanceof ShadowRoot ? parentElement.host : parentElement;
  const { part, step } = decode(data);
  const place = () => {
    if (!host.isConnected) return;
    frame(part);
    const next = document.querySelector(".st-key-tour_next button");
    if (host.dataset.step === String(step)) {    // a button that was built anew has lost the focus
      if (document.activeElement === document.body) next?.focus({ preventScroll: true });
      return;
    }
    host.dataset.step = step;
    framed?.scrollIntoView({ block: innerWidth > 640 ? "nearest" : "start", behavior: "smooth" });
    next?.focus({ preventScroll: true });
  };
  const hear = event => { if (event.key === "Escape") setTriggerValue("skip", true); };
  const watch = setInterval(place, 300);       // the page may build the part anew
  document.addEventListener("keydown", hear);
  const mine = end = () => {
    clearInterval(watch);
    document.removeEventListener("keydown", hear);
  };
  requestAnimationFrame(place);
  return () => {
    mine();
    setTimeout(() => { if (!host.isConnected) frame(null); }, 0);
  };
}
