import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The colours of the dashboard: measured there, and the same here. */
const tokens = readFileSync(fileURLToPath(import.meta.resolve('@repo/ui/tokens.css')), 'utf8')

/** Charts of the dashboard have colours of their own, which no page uses. */
const unused = /^\s*--(?:series|heat)-.*$/gm

const [light = '', dark = ''] = [...tokens.matchAll(/\{([^}]*)\}/g)].map(([, body = '']) => body.replaceAll(unused, ''))

/** The whole style of a page, which stands in it: a page is one request and its script. */
export const style = compact(`
:root{${light}}
[data-theme='dark']{${dark}}
@media (prefers-color-scheme:dark){[data-theme='auto']{${dark}}}
*{box-sizing:border-box;margin:0}
body{background:var(--bg);color:var(--fg);font:15px/1.5 'Hanken Grotesk',system-ui,sans-serif;-webkit-font-smoothing:antialiased}
main,header,footer{max-width:780px;margin:0 auto;padding:0 16px}
header{display:flex;align-items:center;justify-content:space-between;gap:16px;padding-block:32px 20px}
header h1{font-size:18px;letter-spacing:-.01em}
h2{font-size:14px;color:var(--muted);font-weight:600;margin:32px 0 10px}
.card{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:0 20px}
.banner{border-radius:14px;padding:22px 24px;display:flex;gap:16px;align-items:center}
.banner strong{font-size:22px;line-height:1.25;letter-spacing:-.02em}
.none{background:var(--up-tint);color:var(--up-fg)}
.minor{background:var(--degraded-tint);color:var(--degraded-fg)}
.major,.critical{background:var(--down-tint);color:var(--down-fg)}
.maintenance{background:var(--maintenance-tint);color:var(--maintenance-fg)}
.unknown{background:var(--unknown-tint);color:var(--unknown-fg)}
.component{padding:18px 0}
.component+.component{border-top:1px solid var(--line)}
.name{display:flex;align-items:baseline;gap:8px}
.name h3{font-size:15px;font-weight:500}
.name .num{margin-left:auto}
.num{font-family:ui-monospace,'JetBrains Mono',monospace;font-size:13px;color:var(--muted);font-variant-numeric:tabular-nums}
.bars{display:block;width:100%;height:34px;margin-top:8px}
.ends{display:flex;justify-content:space-between;font-size:12px;color:var(--muted);margin-top:6px}
.door{max-width:380px;padding-top:18vh}
.door h1{font-size:22px;letter-spacing:-.02em;margin-bottom:20px}
.door form{display:grid;gap:8px}
.door label{font-size:14px;font-weight:500}
.door input{font:inherit;color:inherit;background:var(--surface);border:1px solid var(--control);border-radius:8px;padding:9px 12px;min-height:44px}
.door button{font:inherit;font-weight:600;color:var(--bg);background:var(--fg);border:0;border-radius:8px;min-height:44px;margin-top:8px;cursor:pointer}
.door [role=alert]{color:var(--down-fg);font-size:14px}
footer{display:flex;flex-wrap:wrap;gap:8px 16px;font-size:13px;color:var(--muted);padding-block:28px 40px}
`)

function compact(css: string): string {
  return css.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\s*\n\s*/g, '')
}
