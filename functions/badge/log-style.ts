const COLORS = [0, 1, 2, 3, 4, 5, 6, 7]
  .map(
    (n) => `.c3${n},.c9${n}{color:var(--c${n})}.c4${n},.c10${n}{background:var(--c${n});color:var(--sheet)}`,
  )
  .join('\n')

/**
 * The style of a log. `c` and an SGR code is what a terminal makes of that code; the 16 colours are chosen so that
 * text stays readable on the page's ground, light and dark.
 */
export const LOG_STYLE = `
.head .version{font-weight:400;color:var(--soft);font-size:1em}
.head .button{margin-left:auto;align-self:center}
.head .button+.button{margin-left:0}
.lead+.lead{margin-top:.375rem}
.note.big{font-size:1.125rem}
.about{margin-top:1.5rem}
.about dl:last-child{margin-bottom:0;padding-bottom:0;border:0}
.logbox{margin-top:2rem;background:var(--sheet);border:1px solid var(--line);border-radius:12px}
.logbar{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;align-items:center;gap:.375rem 1rem;min-height:3.25rem;padding:.5rem 1rem;background:var(--sunk);border-bottom:1px solid var(--line);border-radius:12px 12px 0 0;font-size:.9375rem}
.logbar h2{margin:0;font-size:1.0625rem}
.push{margin-left:auto}
#now{display:inline-flex}
.logbar form{display:flex;gap:.5rem;align-items:center;margin:0}
.logbar label{margin:0;font-weight:400;color:var(--soft)}
.logbar input{flex:none;width:6rem;padding:.25rem .5rem}
.logbar button,.button{font:inherit;font-size:.875rem;font-weight:550;min-width:0;padding:.25rem .75rem;color:var(--text);background:var(--sheet);border:1px solid var(--edge);border-radius:8px;text-decoration:none}
.logbar [aria-pressed=true]{color:var(--on-accent);background:var(--accent);border-color:var(--accent)}
[hidden]{display:none!important}
.log{--c0:#605e58;--c1:#b3261e;--c2:#1a6b38;--c3:#875000;--c4:#0b5cab;--c5:#8a2b8a;--c6:#0a6670;--c7:#1d1c1a;--d:3;
padding:.75rem 0;font:.8125rem/1.55 var(--mono);font-variant-ligatures:none;overflow-wrap:anywhere;white-space:pre-wrap;tab-size:4}
.d4{--d:4}.d5{--d:5}.d6{--d:6}.d7{--d:7}
@media(prefers-color-scheme:dark){.log{--c0:#a9a69e;--c1:#ffa198;--c2:#7fd49a;--c3:#e3b458;--c4:#8ec5ff;--c5:#e5a3e5;--c6:#6fd3dc;--c7:#edece8}}
.log div{position:relative;min-height:1.55em;padding:0 1rem 0 calc(var(--d)*1ch + 2rem);scroll-margin:40vh 0}
.log div>a{position:absolute;left:1rem;width:calc(var(--d)*1ch);text-align:right;white-space:nowrap;font-weight:400;color:var(--soft);text-decoration:none;user-select:none;-webkit-user-select:none}
.log div>a:hover{color:var(--accent);text-decoration:underline}
.log div:hover{background:var(--sunk)}
.log div:target{background:var(--blue-wash);box-shadow:inset 3px 0 var(--blue)}
.log i{font-style:normal;font-weight:400;color:var(--soft)}
.log .step{padding-top:.6em;font-weight:650}
.log .end{color:var(--soft)}
.log .bad{color:var(--red);font-weight:650}
.log h3{margin:1.25rem 0 .25rem;padding:1rem 1rem 0;border-top:1px solid var(--line);font:620 .9375rem/1.4 var(--sans);color:var(--text)}
.log h3:first-child{margin-top:0;padding-top:0;border-top:0}
.log .none{margin:0;padding:.25rem 1rem;color:var(--soft);font-family:var(--sans);font-size:.9375rem}
.ways{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:.625rem 1rem;font-size:.875rem}
.ways a{color:var(--accent);text-decoration:underline}
.logbar+.ways{border-bottom:1px solid var(--line)}
.log+.ways{border-top:1px solid var(--line)}
.c1{font-weight:700}.c2{color:var(--soft)}.c3{font-style:italic}.c4{text-decoration:underline}.c9{text-decoration:line-through}
.c7{color:var(--sheet);background:var(--text)}
${COLORS}
@media(max-width:48rem){.log{font-size:.75rem}.log div{padding:0 .5rem 0 calc(var(--d)*1ch + 1.25rem)}.log div>a{left:.5rem}.logbar,.ways{padding-left:.75rem;padding-right:.75rem}}
@media print{.log div:hover{background:none}}
`
