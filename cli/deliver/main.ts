#!/usr/bin/env node
import { Command } from 'commander'
import { runProgram } from '../terminal/run-program.ts'
import { deliverCommand } from './command.ts'
import { agentVersion } from './version.ts'

/** The agent alone, for hosts without the other commands. Bundled to one file. */
runProgram(
  (output) =>
    new Command('postmaster')
      .description('Hands mail that Postmaster collected to the ticket system on this host.')
      .version(agentVersion)
      .option('--url <address>', 'address of the API')
      .option('--token-file <file>', 'file with a token of the destination, readable only by its owner')
      .addCommand(deliverCommand(output)),
  process.argv.slice(2),
).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    // A defect. The journal knows what was begun.
    process.stderr.write(`The agent has a defect and ends: ${error instanceof Error ? (error.stack ?? '') : ''}\n`)
    process.exitCode = 1
  },
)
