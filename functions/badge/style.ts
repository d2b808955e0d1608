import { SHAPES } from './shapes.ts'

/**
 * The style of all pages. Colours are named once for light and once for dark; every pair of text and ground has a
 * contrast of 4.5 or more (test/browser). Nothing is loaded: fonts are the system's own.
 */
export const STYLE = `${SHAPES}
:root{color-scheme:light dark;
--ground:#faf9f7;--sheet:#fff;--sunk:#f2f1ee;--line:#e4e2dd;--edge:#8b8983;--text:#1d1c1a;--soft:#605e58;
--accent:#4036b8;--on-accent:#fff;--green:#1a6b38;--blue:#0b5cab;--red:#b3261e;--grey:#605e58;
--green-wash:#e4f3e8;--blue-wash:#e4eefa;--red-wash:#fcebe9;--grey-wash:#eeece8;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media(prefers-color-scheme:dark){:root{
--ground:#141413;--sheet:#1c1c1a;--sunk:#252422;--line:#34332f;--edge:#7d7b74;--text:#edece8;--soft:#a9a69e;
--accent:#b7b5ff;--on-accent:#17162e;--green:#7fd49a;--blue:#8ec5ff;--red:#ffa198;--grey:#a9a69e;
--green-wash:#15301f;--blue-wash:#132b42;--red-wash:#3b1d1a;--grey-wash:#2b2a27}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.55 var(--sans);-webkit-text-size-adjust:100%;overflow-wrap:break-word}
.top,main{max-width:68rem;margin:0 auto;padding:0 1.5rem}
.top{padding-top:1.75rem}
main{padding-bottom:6rem;outline:0}
a{color:var(--accent);text-underline-offset:.2em;text-decoration-thickness:1px;text-decoration-color:color-mix(in srgb,currentColor 40%,transparent)}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:4px}
.skip,.unseen{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;padding:.5rem .75rem;background:var(--sheet);z-index:1}
h1{font-size:2rem;line-height:1.2;letter-spacing:-.025em;font-weight:650;margin:0;min-width:0}
h2{font-size:1.1875rem;line-height:1.3;letter-spacing:-.01em;font-weight:620;margin:3.5rem 0 1rem}
h3{font-size:.875rem;font-weight:500;color:var(--soft);margin:0}
p{margin:.5rem 0}
small{font-size:.8125rem;color:var(--soft)}
code,pre,.mono,.version,[href*="/commit/"]{font-family:var(--mono);font-size:.875em;font-variant-ligatures:none}
.soft{color:var(--soft)}
nav ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem .5rem;color:var(--soft);font-size:.9375rem}
nav li+li::before{content:"/";margin-right:.5rem;color:var(--edge)}
nav a{color:var(--soft);text-decoration:none}
nav a:hover{color:var(--accent);text-decoration:underline}
nav .home{font-weight:650;color:var(--text)}
.head{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1rem;margin:3rem 0 .75rem}
.head p{margin:0}
.head img{align-self:center}
img{max-width:100%;vertical-align:middle}
.green{color:var(--green)}.blue{color:var(--blue)}.red{color:var(--red)}.grey{color:var(--grey)}
.state{display:inline-flex;align-items:center;gap:.4rem;font-weight:550;font-size:.9375rem}
.state::before{content:"";width:.9375rem;height:.9375rem;flex:none;background:currentColor;mask-size:100%;forced-color-adjust:none}
.badge{display:inline-flex;font:.75rem/1.25rem Verdana,"DejaVu Sans",var(--sans);border-radius:4px;overflow:hidden;white-space:nowrap;max-width:100%}
.badge>*{padding:0 .4375rem;font-weight:400;color:#fff;background:#4d4d4d;overflow:hidden;text-overflow:ellipsis}
.badge .green{background:#2f7a16}.badge .blue{background:#0068a8}.badge .red{background:#b83b2b}.badge .grey{background:#6b6b6b}
.services{list-style:none;margin:2rem 0 0;padding:0;background:var(--sheet);border:1px solid var(--line);border-radius:12px}
.services li{display:grid;grid-template-columns:minmax(11rem,16rem) minmax(0,1fr) auto;gap:.25rem 2rem;padding:1.125rem 1.5rem;align-items:start}
.services li+li{border-top:1px solid var(--line)}
.services h2{font-size:1.0625rem;margin:0;display:inline;overflow-wrap:anywhere}
.services h2 a{color:var(--text);text-decoration:none}
.services h2 a:hover{color:var(--accent);text-decoration:underline}
.services .version{margin-left:.625rem;color:var(--soft)}
.services .state{display:flex;margin-top:.25rem}
.from small{display:block;font-size:.875rem}
.from p{margin:.25rem 0 0;font-size:.875rem;overflow-wrap:anywhere}
.when{display:flex;flex-direction:column;align-items:flex-end;gap:.375rem;text-align:right;font-size:.9375rem}
time small{display:block}
.lead{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:center;margin:0}
.lead time small{display:inline}
.lead .soft{font-size:.9375rem}
.note{margin:1.25rem 0 0;padding:.75rem 1rem;border-radius:8px;color:var(--text);overflow-wrap:anywhere}
.note.red{background:var(--red-wash)}.note.blue{background:var(--blue-wash)}.note.grey{background:var(--grey-wash)}
.sheet{background:var(--sheet);border:1px solid var(--line);border-radius:12px;padding:1.25rem 1.5rem 1.5rem}
.sheet>p:first-child{margin:0;color:var(--soft)}
dl{display:flex;flex-wrap:wrap;gap:1.25rem 3rem;margin:0 -1.5rem 1.25rem;padding:0 1.5rem 1.25rem;border-bottom:1px solid var(--line)}
dt{font-size:.875rem;color:var(--soft)}
dd{margin:.125rem 0 0;overflow-wrap:anywhere}
dd.big{font-weight:620;font-size:1.125rem}
.wide{flex-basis:100%}
dd.mono{font-size:.8125rem}
dd time small{display:inline;margin-left:.25rem}
.take{display:grid;grid-template-columns:minmax(0,1fr) auto;align-items:center;gap:.375rem .75rem;margin-top:1rem}
.take h3{grid-column:1/-1}
.take pre{margin:0;padding:.625rem .875rem;background:var(--sunk);border-radius:8px;overflow-x:auto;white-space:pre}
button{font:inherit;font-size:.875rem;font-weight:550;padding:.5rem .875rem;border:1px solid var(--edge);border-radius:8px;background:var(--sheet);color:var(--text);cursor:pointer;min-width:5rem}
button:hover{border-color:var(--accent);color:var(--accent)}
.charts:not(:empty){display:flex;flex-wrap:wrap;gap:1.5rem 3rem;margin-bottom:1.5rem}
figure{margin:0;flex:1 1 18rem;min-width:0}
figcaption{font-size:.875rem;color:var(--soft);margin-bottom:.5rem}
figcaption b{color:var(--text);font-weight:600;margin:0 .5rem}
figure svg{display:block;width:100%;height:3.5rem;border-bottom:1px solid var(--line)}
rect{width:9px;rx:1.5px;fill:color-mix(in srgb,var(--green) 65%,var(--sheet))}
rect.blue,rect.grey{fill:color-mix(in srgb,currentColor 65%,var(--sheet))}
rect.red{fill:none;stroke:currentColor;stroke-width:1.5;width:7.5px;transform:translate(.75px,.75px)}
table{width:100%;border-collapse:separate;border-spacing:0;background:var(--sheet);border:1px solid var(--line);border-radius:12px;font-size:.9375rem}
th{text-align:left;font-weight:550;overflow-wrap:anywhere;min-width:5.5rem}
thead th{font-weight:500;font-size:.8125rem;color:var(--soft);padding:.625rem .75rem;min-width:0;white-space:nowrap}
tbody th,td{padding:.75rem;border-top:1px solid var(--line);vertical-align:top}
tr>:first-child{padding-left:1.5rem}
tr>:last-child{padding-right:1.5rem}
td .state{font-size:inherit}
td small{display:block}
td p{margin:.25rem 0 0;font-size:.875rem;color:var(--soft);overflow-wrap:anywhere}
td:nth-child(n+4){white-space:nowrap;font-variant-numeric:tabular-nums}
tr>:nth-last-child(-n+2){text-align:right}
section>p:last-child{margin-top:1rem}
.alone{max-width:36rem;margin:4rem 0}
.alone h1{margin-bottom:1rem}
form{margin:1.5rem 0}
label{display:block;font-size:.875rem;font-weight:550;margin-bottom:.375rem}
.ask{display:flex;gap:.5rem;flex-wrap:wrap}
input{font:inherit;flex:1 1 14rem;min-width:0;padding:.5rem .75rem;border:1px solid var(--edge);border-radius:8px;background:var(--sheet);color:var(--text)}
form button{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
form button:hover{color:var(--on-accent);filter:brightness(1.08)}
@media(max-width:48rem){
.top,main{padding-left:1rem;padding-right:1rem}
.head{margin-top:2rem}
h1{font-size:1.75rem}
h2{margin-top:2.5rem}
.services li{grid-template-columns:minmax(0,1fr);padding:1rem}
.when{flex-direction:row;flex-wrap:wrap;align-items:center;text-align:left;gap:.375rem .75rem;margin-top:.375rem}
.when time small{display:inline}
.sheet{padding:1rem}
dl{gap:1rem 2rem;margin:0 -1rem 1rem;padding:0 1rem 1rem}
table,tbody{display:block}
thead{position:absolute;left:-99rem}
tr{display:flex;flex-wrap:wrap;align-items:baseline;gap:.125rem .75rem;padding:.875rem 1rem}
tr+tr{border-top:1px solid var(--line)}
tbody tr>*{border:0;padding:0!important;min-width:0}
td small{display:inline;margin-left:.5rem}
td:nth-child(3){flex-basis:100%;order:1}
td:nth-child(n+4){order:2;font-size:.875rem;color:var(--soft)}
td time small{display:none}
td:nth-child(5)::before{content:"took "}}
@media(prefers-reduced-motion:no-preference){a,button{transition:color .12s,border-color .12s}}
@media print{.skip,button,form{display:none}}
`
