/** Colours and basic rules that all pages share, in light and dark mode. */
export const palette = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f6f7f9;--line:#d9dde3;--ink:#1c2330;--soft:#586274;--link:#0b5cad;--mark:#b3261e;--good:#0b6b3a}
@media (prefers-color-scheme:dark){:root{--ground:#12161c;--raised:#1a2029;--line:#313a47;--ink:#e5e9ef;--soft:#9aa5b5;--link:#7db7f5;--mark:#ff9a91;--good:#6fd39a}}
*{box-sizing:border-box}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
`

/** A single column that is readable on a phone. Its hash is part of the Content-Security-Policy. */
export const pageStyle = `${palette}
body{margin:0;background:var(--raised);color:var(--ink);font:17px/1.55 system-ui,sans-serif}
main{max-width:38rem;margin:0 auto;padding:clamp(1.25rem,5vw,2.5rem);background:var(--ground);border:1px solid var(--line);border-radius:10px;overflow-wrap:anywhere}
header,footer{max-width:38rem;margin:0 auto;padding:1.2rem clamp(1.25rem,5vw,2.5rem);color:var(--soft);font-size:.88rem}
header{font-weight:700}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .8rem}
h2{font-size:1rem;margin:1.6rem 0 .3rem}
p{margin:.6rem 0}
ul{margin:.4rem 0;padding-left:1.2rem}li{margin:.25rem 0}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.2rem;margin:1.2rem 0;padding:1rem;background:var(--raised);border-radius:8px}
dt{color:var(--soft)}dd{margin:0;font-weight:600}
blockquote{margin:.8rem 0;padding:.6rem 1rem;border-left:3px solid var(--line);color:var(--soft);font-size:.95rem}
code{font:.875em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
details{margin:1rem 0;font-size:.95rem}summary{cursor:pointer;color:var(--link)}
form{margin:1.6rem 0 .4rem}
button,.button{display:inline-block;border:0;border-radius:8px;padding:.75rem 1.4rem;background:var(--link);color:var(--ground);font:600 1rem/1.3 system-ui,sans-serif;cursor:pointer}
.button{margin:1rem 0 .4rem}
.good{color:var(--good)}.bad{color:var(--mark)}
@media (max-width:40rem){main{border-width:1px 0;border-radius:0}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}button,.button{width:100%;text-align:center}}
`
