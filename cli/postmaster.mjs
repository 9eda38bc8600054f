#!/usr/bin/env node
// Plain JavaScript, so that an old version of Node.js can still report the problem.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const neededMajor = 24
const major = Number(process.versions.node.split('.')[0])
const ownNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))

if (major >= neededMajor) {
  const { main } = await import('./main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else if (existsSync(ownNode)) {
  const { status } = spawnSync(ownNode, process.argv.slice(1), { stdio: 'inherit' })
  process.exitCode = status ?? 1
} else {
  process.stderr.write(
    `postmaster requires Node.js ${neededMajor} or later, but this is ${process.versions.node}. Run \`npm ci\` in this repository, or install a newer version of Node.js.\n`,
  )
  process.exitCode = 2
}
