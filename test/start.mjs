// Plain JavaScript: an older Node cannot even read the rest.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const wanted = 24
const ownNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= wanted) await import('./run.ts')
else if (existsSync(ownNode)) {
  process.exitCode = spawnSync(ownNode, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1
} else {
  console.error(
    `Postmaster's tests need Node ${wanted} or newer and this is ${process.version}; run \`npm ci\` and then \`npm test\`, which brings its own.`,
  )
  process.exitCode = 3
}
