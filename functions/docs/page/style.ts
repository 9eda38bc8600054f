import { palette } from '../../shared/page/page-style.ts'

/** The page's only style. The Content-Security-Policy contains its hash. */
export const style = `${palette}
:root{--get:#0b6b3a;--post:#0b5cad;--put:#8a4b00;--patch:#6a3fa0;--delete:#b3261e}
@media (prefers-color-scheme:dark){:root{--get:#6fd39a;--post:#7db7f5;--put:#f0b46a;--patch:#c3a3f0;--delete:#ff9a91}}
html{scroll-padding-top:4rem}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
header{position:sticky;top:0;z-index:1;display:flex;justify-content:space-between;align-items:center;padding:.5rem 1rem;background:var(--raised);border-bottom:1px solid var(--line)}
.brand{font-weight:700;font-size:1.1rem;color:var(--ink)}
button{font:600 .8rem/1.4 system-ui,sans-serif;color:var(--link);background:var(--ground);border:1px solid var(--line);border-radius:6px;padding:.25rem .7rem;cursor:pointer}
nav{inset:0 0 0 auto;width:min(20rem,88vw);height:100dvh;max-height:none;margin:0;padding:1.2rem 1rem 3rem;overflow-y:auto;border:0;border-left:1px solid var(--line);background:var(--raised);color:var(--ink);font-size:.9rem}
nav::backdrop{background:rgb(0 0 0/.4)}
nav h2,nav summary{font-size:.78rem;font-weight:700;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.4rem 0 .3rem}
nav ul{list-style:none;margin:0;padding:0}
nav li a{display:flex;gap:.5rem;align-items:baseline;padding:.18rem .4rem;border-radius:4px;color:var(--ink);overflow-wrap:anywhere}
nav li a:hover{background:var(--line);text-decoration:none}
nav input{width:100%;margin-top:.9rem;padding:.4rem .6rem;font:inherit;color:var(--ink);background:var(--ground);border:1px solid var(--soft);border-radius:6px}
#found{margin:.3rem 0 0;min-height:1.5em;color:var(--soft);font-size:.85rem}
main{padding:2rem clamp(1rem,4vw,3.5rem) 6rem;max-width:68rem}
h1{font-size:2rem;line-height:1.2;margin:0 0 .5rem}
main h2{font-size:1.5rem;margin:3.5rem 0 .5rem;padding-top:1rem;border-top:2px solid var(--line)}
h3{font-size:1.2rem;margin:2rem 0 .4rem}section>h3{margin-top:0}h3 a{color:var(--ink)}
h4{font-size:.95rem;margin:1.4rem 0 .4rem}
p{margin:.6rem 0;max-width:46rem}
code,pre{font:.875em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
code{background:var(--raised);border-radius:3px;padding:.05em .3em;overflow-wrap:anywhere}
pre{background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow-x:auto;margin:.4rem 0}
pre{padding-right:4.5rem}.code{position:relative;max-width:none}.code button{position:absolute;top:.45rem;right:.45rem}
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
td:nth-child(2){min-width:9rem}
.needed{color:var(--mark);font-weight:700}
.aside{color:var(--soft);font-size:.85rem;font-weight:400}
td .aside{display:block}td:first-child .aside{display:inline}
.status{font:700 .85em ui-monospace,Menlo,Consolas,monospace}
.problems{font-size:.85rem;color:var(--soft);max-width:none}
.problem{display:inline-block;margin:.15rem .3rem .15rem 0;padding:.05rem .5rem;border:1px solid var(--line);border-radius:1rem}
figure{margin:1rem 0}figcaption{font-size:.85rem;color:var(--soft)}
summary{cursor:pointer;font-size:.9rem;padding:.2rem 0;color:var(--link)}
p a{text-decoration:underline}.problems a{text-decoration:none}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;z-index:2;background:var(--ground);padding:.5rem}
@media (min-width:56rem){
html{scroll-padding-top:1rem}
header{display:none}
body{display:grid;grid-template-columns:19rem minmax(0,1fr)}
nav{display:block;position:sticky;inset:0 auto auto 0;width:auto;height:100vh;border:0;border-right:1px solid var(--line)}
td:first-child{white-space:nowrap}
}
@media not (min-width:56rem){
thead{display:none}
tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}
td{display:block;padding:.1rem 0;border:0}
}
@media print{nav,header,button{display:none}body{display:block}}
`
