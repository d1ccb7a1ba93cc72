// Which language this visit reads: everything drawn in the browser follows.
import { decode } from "../lib/common.js";
import { speak } from "../lib/language.js";

export default function ({ data }, base) {
  speak(decode(data).language, base);
}
