import { palette } from '../../shared/page/page-style.ts'

/** The page's only style. The Content-Security-Policy contains its hash. */
export const style = `${palette}
:root{--get:#0b6b3a;--post:#0b5cad;--put:#8a4b00;--patch:#6a3fa0;--delete:#b3261e}
@media (prefers-color-scheme:dark){:root{--get:#6fd39a;--post:#7db7f5;--put:#f0b46a;--patch:#c3a3f0;--delete:#ff9a91}}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,sans-serif;display:grid;grid-template-columns:19rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;padding:1.5rem 1rem 3rem;background:var(--raised);border-right:1px solid var(--line);font-size:.9rem}
nav h2{font-size:.78rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.4rem 0 .3rem}
nav ul{list-style:none;margin:0;padding:0}
nav li a{display:flex;gap:.5rem;align-items:baseline;padding:.18rem .4rem;border-radius:4px;color:var(--ink)}
nav li a:hover{background:var(--line);text-decoration:none}
nav .brand{font-weight:700;font-size:1.1rem;color:var(--ink)}
main{padding:2rem clamp(1rem,4vw,3.5rem) 6rem;max-width:68rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}
main h2{font-size:1.5rem;margin:3.5rem 0 .5rem;padding-top:1rem;border-top:2px solid var(--line)}
h3{font-size:1.2rem;margin:0}h3 a{color:var(--ink)}
h4{font-size:.95rem;margin:1.4rem 0 .4rem}
p{margin:.6rem 0;max-width:46rem}
code,pre{font:.875em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
code{background:var(--raised);border-radius:3px;padding:.05em .3em;overflow-wrap:anywhere}
pre{background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow-x:auto;margin:.4rem 0}
pre code{background:none;padding:0;overflow-wrap:normal}
.operation,.schema,.problem-entry{padding:1.4rem 0;border-top:1px solid var(--line)}
h2+p+.operation,h2+.schema,h2+p+.problem-entry{border-top:0}
:target>h3{text-decoration:underline;text-decoration-thickness:3px}
.route{font-size:1.05rem}
.method{display:inline-block;min-width:3.6rem;font:700 .72rem/1 ui-monospace,Menlo,Consolas,monospace}
.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.patch{color:var(--patch)}.delete{color:var(--delete)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;color:var(--soft);font-weight:600;font-size:.8rem}
th,td{padding:.4rem .8rem .4rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
td:first-child{white-space:nowrap}td:nth-child(2){min-width:9rem}
.needed{color:var(--mark);font-weight:700}
.aside{color:var(--soft);font-size:.85rem;font-weight:400}
td .aside{display:block}td:first-child .aside{display:inline}
.status{font:700 .85em ui-monospace,Menlo,Consolas,monospace}
.problems{font-size:.85rem;color:var(--soft);max-width:none}
.problem{display:inline-block;margin:.15rem .3rem .15rem 0;padding:.05rem .5rem;border:1px solid var(--line);border-radius:1rem}
figure{margin:1rem 0}figcaption{font-size:.85rem;color:var(--soft)}
summary{cursor:pointer;font-size:.9rem;color:var(--link)}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--ground);padding:.5rem}
@media (max-width:56rem){body{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}td:first-child{white-space:normal}}
@media print{nav{display:none}body{display:block}}
`
