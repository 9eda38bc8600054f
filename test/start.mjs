// This file is plain JavaScript, because an older Node cannot parse the TypeScript sources.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const wanted = 24
const ownNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= wanted) await import('./run.ts')
else if (existsSync(ownNode)) {
  const child = spawn(ownNode, process.argv.slice(1), { stdio: 'inherit' })
  // The suite stops its own processes and reports it before this process ends. The suite receives Ctrl-C from the
  // terminal directly.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  process.exitCode = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
} else {
  console.error(
    `Postmaster's tests require Node ${wanted} or newer, but this is ${process.version}. Run \`npm ci\`, which installs it, and then \`npm test\`.`,
  )
  process.exitCode = 3
}
