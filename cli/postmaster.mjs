#!/usr/bin/env node
// Plain JavaScript, so that an old Node gets as far as saying what is wrong.
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
    `postmaster needs Node ${neededMajor} or newer, this is ${process.versions.node}. Run \`npm ci\` here, or install a newer Node.\n`,
  )
  process.exitCode = 2
}
