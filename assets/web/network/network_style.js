// How the network looks.
import { NEGATIVE, POSITIVE, ZERO } from "../lib/common.js";

export const CSS = `
.links { position: absolute; inset: 0; overflow: visible }
.links path { fill: none; transition: opacity .12s }
.links.focus path:not(.on) { opacity: .12 }
.head { position: absolute; top: 0; width: max-content; transform: translateX(-50%);
  display: flex; flex-direction: column; align-items: center; gap: 3px }
.head .row { display: flex; align-items: center; gap: 3px; height: 24px }
.head b { font-weight: 600; font-size: 12px; white-space: nowrap }
.head .count { min-width: 18px; text-align: center; font-weight: 600 }
.row.close { gap: 0 }
.row.close .small { width: 20px }
.small, .add, .more { padding: 0; line-height: 1; cursor: pointer; color: var(--muted);
  background: var(--st-background-color); border: 1px solid var(--st-border-color) }
.small { width: 24px; height: 24px; border-radius: 6px }
.more { width: 24px; height: 18px; border: 0; border-radius: 4px; letter-spacing: 1px }
.add { position: absolute; width: 24px; height: 24px; border-radius: 50%; border-style: dashed;
  border-color: color-mix(in srgb, var(--st-text-color) 35%, transparent) }
:is(.small, .add, .more):hover { color: var(--st-text-color);
  border-color: var(--st-primary-color) }
:is(.small, .add):disabled { opacity: .4; cursor: default }
select { appearance: none; border: 0; padding: 2px 4px; font-size: 12px; text-align: center;
  color: var(--muted); background: none; cursor: pointer; border-bottom: 1px dashed
  color-mix(in srgb, var(--st-text-color) 35%, transparent) }
select:hover { color: var(--st-text-color) }
option { background: var(--st-background-color); color: var(--st-text-color) }
.neuron { position: absolute; padding: 0; border-radius: 5px; overflow: hidden; cursor: pointer;
  background: none; border: 1px solid color-mix(in srgb, var(--st-text-color) 30%, transparent) }
.neuron canvas { width: 100%; height: 100%; display: block }
.neuron:is(:hover, :focus-visible) { border-color: var(--st-primary-color);
  box-shadow: 0 0 0 2px color-mix(in srgb, var(--st-primary-color) 35%, transparent) }
.neuron .mark { position: absolute; right: 1px; top: 1px; width: 14px; height: 14px; padding: 1px;
  border-radius: 4px; background: var(--st-background-color); stroke: var(--st-text-color);
  fill: none; stroke-width: 1.6; stroke-linecap: round }
.neuron.dead canvas { opacity: .35 }
.label, .beyond { position: absolute; font-size: 12px; white-space: nowrap }
.beyond { color: var(--muted); transform: translateX(-50%) }
.tip, .editor, .menu { position: absolute; z-index: 3; padding: 4px 8px; font-size: 12px;
  white-space: nowrap; border: 1px solid var(--st-border-color); border-radius: 6px;
  background: var(--st-background-color); box-shadow: 0 2px 8px #0003 }
.tip { pointer-events: none }
.tip small { color: var(--muted); font-size: 12px }
.editor { padding: 8px 10px; display: flex; align-items: center; gap: 8px }
.editor input { width: 88px; margin-left: 6px; padding: 3px 6px; border-radius: 4px; background:
  var(--st-secondary-background-color); border: 1px solid var(--st-border-color) }
.menu { padding: 4px; display: flex; flex-direction: column }
.menu button { border: 0; background: none; text-align: left; padding: 5px 10px; cursor: pointer;
  border-radius: 4px }
.menu button:hover:enabled { background: var(--st-secondary-background-color) }
.menu button:disabled { opacity: .45 }
.menu hr { width: 100%; margin: 4px 0; border: 0; border-top: 1px solid var(--st-border-color) }
.legend { position: absolute; bottom: 0; left: 0; display: flex; flex-wrap: wrap; gap: 2px 18px;
  font-size: 12px; color: var(--muted) }
.legend span { display: flex; align-items: center; gap: 6px }
.ramp { width: 72px; height: 8px; border-radius: 2px;
  background: linear-gradient(90deg, ${NEGATIVE}, ${ZERO}, ${POSITIVE}) }
.legend .mark { width: 12px; height: 12px; stroke: currentColor; fill: none; stroke-width: 1.6;
  stroke-linecap: round }
.note { font-size: 12px; color: var(--muted); white-space: nowrap }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap }
@media (prefers-reduced-motion: reduce) { .links path { transition: none } }`;
