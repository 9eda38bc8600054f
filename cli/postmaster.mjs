#!/usr/bin/env node
// Plain JavaScript, so that an old version of Node.js can still report the problem.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const neededMajor = 24
const major = Number(process.versions.node.split('.')[0])
const ownNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

/** Runs the command line in the Node.js of this repository, and ends as it ends. */
const runInOwnNode = () => {
  const child = spawn(ownNode, process.argv.slice(1), { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both processes. A service manager may send SIGTERM to this one alone.
  process.on('SIGINT', () => undefined)
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

if (major >= neededMajor) {
  // Compiling takes most of the time of a command. The folder is within the repository, because other users could write
  // to the default folder, which contains code that would be executed.
  const { enableCompileCache } = await import('node:module')
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/postmaster', import.meta.url)))
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else if (existsSync(ownNode)) {
  runInOwnNode()
} else {
  process.stderr.write(
    `postmaster requires Node.js ${neededMajor} or later, but this is ${process.versions.node}. Run \`npm ci\` in this repository, or install a newer version of Node.js.\n`,
  )
  process.exitCode = 2
}
