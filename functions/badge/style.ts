/**
 * The style of all pages. Colours are named once for light and once for dark; every pair of text and ground has a
 * contrast of 4.5 or more (test/browser). Nothing is loaded: fonts are the system's own.
 */
export const STYLE = `
:root{color-scheme:light dark;
--ground:#fbfbfa;--sheet:#fff;--sunk:#f3f3f1;--line:#e3e3df;--text:#1c1c1a;--soft:#5c5c57;
--accent:#4338ca;--green:#1a6e37;--blue:#0b5fb0;--red:#b42318;--grey:#5c5c57;
--green-wash:#e6f4ea;--blue-wash:#e5f0fb;--red-wash:#fdebe9;--grey-wash:#efefec;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media(prefers-color-scheme:dark){:root{
--ground:#131312;--sheet:#1b1b1a;--sunk:#232321;--line:#343431;--text:#ececea;--soft:#a5a59e;
--accent:#b4b8ff;--green:#7fd49a;--blue:#8bc3ff;--red:#ff9d92;--grey:#a5a59e;
--green-wash:#16301f;--blue-wash:#142a40;--red-wash:#3a1c19;--grey-wash:#2a2a28}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.55 var(--sans);-webkit-text-size-adjust:100%}
.top,main{max-width:66rem;margin:0 auto;padding:0 1.5rem}
.top{padding-top:1.5rem}
main{padding-bottom:5rem;outline:0}
a{color:var(--accent);text-underline-offset:.2em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:4px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;padding:.5rem .75rem;background:var(--sheet);z-index:1}
h1{font-size:1.875rem;line-height:1.2;letter-spacing:-.02em;margin:0}
h2{font-size:1.125rem;line-height:1.3;letter-spacing:-.01em;margin:3rem 0 1rem}
code,pre,.mono{font-family:var(--mono);font-size:.875em}
nav ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem .5rem;color:var(--soft)}
nav li+li::before{content:"/";margin-right:.5rem;color:var(--line)}
nav a{color:var(--soft);text-decoration:none}
nav a:hover{color:var(--accent);text-decoration:underline}
nav .home{font-weight:650;color:var(--text)}
.soft{color:var(--soft)}
`
