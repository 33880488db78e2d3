export const style = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #1b1f26; --quiet: #667085; --line: #e2e5eb;
  --a: #64748b; --b: #0d8577; --mark: #fff1b8; --token: #eef1f6; --token-line: #d9dfe8;
  --carry: #2f9e62; --interpolate: #d18a12; --new: #3a78e0; --dropped: #98a1b0; --not: #cf3f58; }
@media (prefers-color-scheme: dark) { :root { --ground: #12151a; --card: #1a1f26; --ink: #e6e9ee; --quiet: #96a0b0;
  --line: #2c333d; --a: #94a3b8; --b: #3fc1ad; --mark: #54471a; --token: #222933; --token-line: #303947;
  --carry: #3fb377; --interpolate: #e0a33a; --new: #6b9cf0; --dropped: #6c7686; --not: #e8657b; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 4rem; background: var(--ground);
  color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
code { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; unicode-bidi: isolate;
  overflow-wrap: anywhere; }
h1 { margin: .4rem 0 .25rem; font-size: clamp(1.5rem, 4.5vw, 2.25rem); line-height: 1.2; letter-spacing: -.02em;
  overflow-wrap: anywhere; unicode-bidi: isolate; }
h2 { margin: 2.75rem 0 .75rem; font-size: 1.25rem; letter-spacing: -.01em; }
h3 { margin: 0 0 .75rem; font-size: 1rem; }
h4 { margin: 0; font-size: .875rem; }
.arrow, .note, .count, .same, .place, .percent { color: var(--quiet); font-weight: 400; }
.count, .same { margin-left: .35rem; font-size: .875rem; letter-spacing: 0; }
.note { font-size: .875rem; margin: 0; }
section > .note { margin: -.35rem 0 .75rem; max-width: 44rem; }
.verdict { display: inline-block; margin: 0; padding: .15rem .7rem; border-radius: 2rem; background: var(--tone);
  color: #fff; font-size: .8125rem; font-weight: 700; letter-spacing: .06em; }
.identical { --tone: #2a8a56; } .plan { --tone: #1d7fa3; } .loadable { --tone: #a86e08; } .retrain { --tone: #a13a8a; }
.interface { --tone: #c02f49; }
.meaning { margin: 0 0 1rem; font-size: 1.0625rem; max-width: 48rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem .6rem; margin: 0; }
dt { align-self: baseline; font-weight: 700; } dd { margin: 0; }
dt.a, .a > h4, .time.a > b { color: var(--a); } dt.b, .b > h4, .time.b > b { color: var(--b); }
.card { padding: 1rem 1.125rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
.card > p { margin: .25rem 0; } .card > p:first-child { margin-top: 0; }
.scroll { overflow-x: auto; padding: .35rem 1.125rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: .5rem .9rem .5rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-top: 0; color: var(--quiet); font-size: .8125rem; font-weight: 500; }
tbody th { font-weight: 500; } tbody tr:first-child > * { border-top-color: var(--line); }
.number { text-align: right; white-space: nowrap; }
td.changed { font-weight: 600; }
.place { display: block; font-size: .8125rem; overflow-wrap: anywhere; }
mark { background: var(--mark); color: inherit; border-radius: .25rem; padding: .05em .15em; margin: 0 -.15em; }
td.bars { width: 22%; min-width: 6rem; } .bars svg { display: block; width: 100%; height: 1rem; margin-top: .25rem; }
.bar-a { fill: var(--a); } .bar-b { fill: var(--b); }
.percent { display: inline-block; min-width: 4.5rem; }
details { margin-top: .75rem; } summary { cursor: pointer; color: var(--quiet); padding: .15rem 0; }
details[open] > summary { color: var(--ink); margin-bottom: .5rem; } summary:hover { color: var(--ink); }
.stages { display: grid; gap: 1rem; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem 2rem; }
.tilings { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: 1rem 1.25rem; margin-top: .75rem; }
figure { margin: 0; max-width: 13rem; } figcaption b { display: block; } figcaption { margin-top: .4rem; font-size: .875rem; line-height: 1.4; }
.tiling { display: block; width: 100%; max-height: 20rem; overflow: visible; }
.tiling path, .tiling .border { fill: none; vector-effect: non-scaling-stroke; }
.tokens { fill: var(--token); } .token-lines { stroke: var(--token-line); stroke-width: .75; }
.window-lines { stroke: var(--tint); stroke-width: 1.5; } .border { stroke: var(--tint); stroke-width: 2; }
.sample { fill: var(--tint); opacity: .55; } .masked { opacity: .45; } pattern rect { fill: var(--ink); } .padding { fill: var(--card); }
.a { --tint: var(--a); } .b { --tint: var(--b); } .both { --tint: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 .75rem; padding: 0; list-style: none; }
.legend i, summary i { display: inline-block; width: .7rem; height: .7rem; margin-right: .4rem; border-radius: .2rem; }
.strips { display: grid; grid-template-columns: auto 1fr; gap: .4rem .75rem; align-items: center; font-size: .875rem; }
.strip { display: flex; gap: 2px; min-width: 0; } .strip i { flex: 1 1 0; min-width: 1.6rem; padding: .1rem .3rem;
  border-radius: .25rem; color: #fff; font-size: .75rem; font-style: normal; text-align: center; overflow: hidden; }
i.carry { background: var(--carry); } i.interpolate { background: var(--interpolate); } i.new { background: var(--new); }
i.dropped { background: var(--dropped); } i.notTransferable { background: var(--not); }
input[type=search] { width: min(100%, 24rem); margin-bottom: .5rem; padding: .4rem .75rem; border: 1px solid var(--line);
  border-radius: .5rem; background: var(--card); color: inherit; font: inherit; font-size: .9375rem; }
.matrix td, .matrix tbody th { white-space: nowrap; } .matrix thead th { white-space: normal; vertical-align: bottom; }
#matrix { margin-top: 2rem; } .matrix .verdict { font-size: .6875rem; padding: .05rem .55rem; }
.matrix .strip { min-width: 10rem; }
.gained { color: var(--carry); } .lost { color: var(--not); }
.time { display: grid; grid-template-columns: 1rem minmax(8rem, 1fr) auto; gap: .75rem; align-items: center; margin: .35rem 0; }
.time svg { width: 100%; height: 1.5rem; background: var(--token); border-radius: .25rem; } .interval { fill: var(--tint); opacity: .3; }
.time path { stroke: var(--tint); stroke-width: 1; opacity: .5; vector-effect: non-scaling-stroke; }
.time path.median { stroke-width: 2.5; opacity: 1; }
@media (max-width: 40rem) {
  .fields thead { display: none; } .fields tr { display: block; padding: .6rem 0; border-top: 1px solid var(--line); }
  .fields tr:first-child { border-top: 0; } .fields th, .fields td { display: block; padding: .1rem 0; border: 0; }
  .fields td { padding-left: 1.5rem; position: relative; }
  .fields td::before { content: attr(data-side); position: absolute; left: 0; color: var(--tint); font-weight: 700; }
  .tilings { grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); }
  .figures thead { display: none; } .percent { display: block; min-width: 0; }
  .figures tr { display: grid; grid-template-columns: 1fr 1fr 1fr; padding: .5rem 0; border-top: 1px solid var(--line); }
  .figures tr:first-child { border-top: 0; } .figures th, .figures td { padding: 0; border: 0; }
  .figures th, .figures td.bars { grid-column: 1 / -1; width: auto; } .figures td.bars { order: 1; }
  .figures td.number { text-align: left; } .figures td:last-child { text-align: right; }
  .time { grid-template-columns: 1rem 1fr; } .time > span { grid-column: 2; }
}
@media print {
  :root { --ground: #fff; --card: #fff; --ink: #000; } body { max-width: none; padding: 0; font-size: 11pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .card, figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; } input[type=search] { display: none; } .scroll { overflow: visible; }
}
`;
