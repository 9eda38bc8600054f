/** Colours and basic rules that all pages share, in light and dark mode. */
export const palette = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f6f7f9;--line:#d9dde3;--ink:#1c2330;--soft:#586274;--link:#0b5cad;--mark:#b3261e;--good:#0b6b3a}
@media (prefers-color-scheme:dark){:root{--ground:#12161c;--raised:#1a2029;--line:#313a47;--ink:#e5e9ef;--soft:#9aa5b5;--link:#7db7f5;--mark:#ff9a91;--good:#6fd39a}}
*{box-sizing:border-box}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
`
