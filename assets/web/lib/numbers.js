// How numbers are written for people: a true minus, no −0, and ∞ for what is too large. No other
// script turns a number that is read into text.

const written = text => text.replace(/^-(0(\.0*)?)$/, "$1").replace(/-/g, "−")
  .replace("Infinity", "∞");

/** So many digits behind the point. */
export const fixed = (value, digits) => written(value.toFixed(digits));

/** So many digits that count. */
export const short = (value, digits) => written(value.toPrecision(digits));

/** What fits a small cell: two digits behind the point, fewer for large numbers. */
export function compact(value) {
  const size = Math.abs(value);
  return fixed(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

/** Four digits that count, as a power of ten where there would be many noughts. */
export const exact = value => value === 0 ? "0"
  : Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5 ? written(value.toExponential(2))
    : short(value, 4);

/** Three digits behind the point at most; whole numbers have none. */
export const brief = value => written(String(+value.toFixed(3)));

/** A whole number, in groups of three. */
export const count = value => value.toLocaleString("en");

/** For a field of the browser's, which knows no true minus. */
export const field = value => value.toFixed(3);
