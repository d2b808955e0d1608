/**
 * The style of a log. `c` and an SGR code is what a terminal makes of that code; the 16 colours are chosen so that
 * text stays readable on the page's ground, light and dark.
 */
export const LOG_STYLE = `
.version{font-weight:400;color:var(--soft)}
.note.big{font-size:1.125rem;overflow-wrap:anywhere}
.logbar{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1rem;margin:3rem 0 0;padding:.6rem .9rem;background:var(--sunk);border:1px solid var(--line);border-radius:8px 8px 0 0;font-size:.9375rem}
.logbar h2{margin:0;font-size:1rem}
.logbar .push{margin-left:auto}
.logbar form{display:flex;gap:.4rem;align-items:center;margin:0}
.logbar input{width:5.5rem}
.logbar input,.logbar button,.button{font:inherit;font-size:.875rem;padding:.25rem .65rem;color:var(--text);background:var(--sheet);border:1px solid var(--line);border-radius:6px;text-decoration:none;cursor:pointer}
.logbar [aria-pressed=true]{color:var(--sheet);background:var(--accent);border-color:var(--accent)}
.logbar button[hidden]{display:none}
.log{--c0:#5c5c57;--c1:#b42318;--c2:#1a6e37;--c3:#8a5300;--c4:#0b5fb0;--c5:#8a2b8a;--c6:#0a6b74;--c7:#1c1c1a;
margin:0;padding:.6rem 0;background:var(--sheet);border:1px solid var(--line);border-top:0;border-radius:0 0 8px 8px;font:.8125rem/1.55 var(--mono);overflow-wrap:anywhere;white-space:pre-wrap;tab-size:4}
@media(prefers-color-scheme:dark){.log{--c0:#a5a59e;--c1:#ff9d92;--c2:#7fd49a;--c3:#e3b458;--c4:#8bc3ff;--c5:#e5a3e5;--c6:#6fd3dc;--c7:#ececea}}
.log div{position:relative;min-height:1.55em;padding:0 .9rem 0 4.6rem;scroll-margin:40vh 0}
.log div>a{position:absolute;left:0;width:3.9rem;text-align:right;color:var(--soft);text-decoration:none;user-select:none;-webkit-user-select:none}
.log div>a:hover{color:var(--accent);text-decoration:underline}
.log div:hover{background:var(--sunk)}
.log div:target,.log .here{background:var(--blue-wash);box-shadow:inset 3px 0 var(--blue)}
.log .step{margin-top:.5em;font-weight:650}
.log .end{color:var(--soft)}
.log .bad{color:var(--red);font-weight:650}
.log h3{margin:1.2rem .9rem .4rem;padding-top:.8rem;border-top:1px solid var(--line);font:650 .9375rem/1.4 var(--sans)}
.log h3:first-child{margin-top:.2rem;padding-top:0;border-top:0}
.log .none{margin:0;padding:.6rem .9rem;color:var(--soft);font-family:var(--sans)}
.ways{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.6rem 0;font-size:.9375rem}
.c1{font-weight:700}.c2{opacity:.75}.c3{font-style:italic}.c4{text-decoration:underline}.c9{text-decoration:line-through}
.c7{color:var(--sheet);background:var(--text)}
${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `.c3${n},.c9${n}{color:var(--c${n})}.c4${n},.c10${n}{background:var(--c${n});color:var(--sheet)}`).join('\n')}
@media(max-width:40rem){.log{font-size:.75rem}.log div{padding-left:3.2rem;padding-right:.5rem}.log div>a{width:2.6rem}}
`
