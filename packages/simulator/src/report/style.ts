/** Two hues and a red that are told apart with any kind of colour blindness, in the light and in the dark. Red is for what is wrong alone. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1b2430; --muted: #5b6675; --line: #dfe3e9;
  --first: #2563c9; --second: #d98a1f; --bad: #c62828; --bad-page: #fdecec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1a2028; --text: #e6eaf0; --muted: #98a3b3; --line: #303945;
    --first: #6ea3f5; --second: #e6a94e; --bad: #ff7a70; --bad-page: #3b1a1a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 17px; line-height: 1.3; margin: 0; }
header p { margin: 0 0 24px; color: var(--muted); }
.banner, .note { border-radius: 10px; padding: 16px 20px; margin: 0 0 20px; }
.banner { background: var(--bad-page); border: 2px solid var(--bad); color: var(--bad); }
.banner h2 { font-size: 20px; }
.note { background: var(--card); border: 1px solid var(--line); }
.banner p, .note p { margin: 6px 0 0; }
.note p { color: var(--muted); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 0 0 20px; }
.tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.tiles dd { margin: 0; font-size: 25px; font-weight: 650; letter-spacing: -0.01em; white-space: nowrap; }
.tiles dt { color: var(--muted); font-size: 14px; }
.tiles .bad { border-color: var(--bad); }
.tiles .bad dd { color: var(--bad); }
.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; margin: 0 0 20px; }
figure, .facts, details { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin: 0; }
figure.wide { grid-column: 1 / -1; }
figcaption p { margin: 2px 0 12px; color: var(--muted); font-size: 14px; }
figure svg { display: block; width: 100%; height: auto; }
.nothing { color: var(--muted); }
.facts, details { margin: 0 0 16px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin-top: 10px; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 6px 16px 6px 0; border-top: 1px solid var(--line); vertical-align: top; font-weight: 400; }
.facts th[scope=row] { width: 45%; max-width: 300px; color: var(--muted); }
.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; align-items: start; }
.points th { color: var(--muted); font-weight: 600; border-top: 0; white-space: nowrap; }
.points td.number, .points th.number { text-align: right; white-space: nowrap; }
.points td:first-child { white-space: nowrap; }
.points tr.best td { font-weight: 600; }
.points tr.bad td { color: var(--bad); }
a { color: var(--first); }
summary { cursor: pointer; font-weight: 600; }
pre { overflow: auto; max-height: 480px; font: 13px/1.45 ui-monospace, 'DejaVu Sans Mono', monospace; }
@media (max-width: 760px) { .figures, .columns { grid-template-columns: minmax(0, 1fr); gap: 12px; } main { padding: 24px 14px; } }
@media (max-width: 760px) { figure.wide { overflow-x: auto; } figure.wide svg { min-width: 720px; } }
@media print { body { background: none; } figure, .facts { break-inside: avoid; } details { display: none; } }
`
