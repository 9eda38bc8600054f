// Plain JavaScript: an older Node cannot even read the rest.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const wanted = 24
const ownNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= wanted) await import('./run.ts')
else if (existsSync(ownNode)) {
  const child = spawn(ownNode, process.argv.slice(1), { stdio: 'inherit' })
  // The suite ends its processes and says so before this one ends. Ctrl-C reaches it from the terminal as well.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  process.exitCode = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
} else {
  console.error(
    `Postmaster's tests need Node ${wanted} or newer and this is ${process.version}; run \`npm ci\` and then \`npm test\`, which brings its own.`,
  )
  process.exitCode = 3
}
