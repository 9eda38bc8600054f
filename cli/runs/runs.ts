import { Command } from 'commander'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { listRunsCommand } from './list.ts'
import { showRunCommand } from './show.ts'

/** `postmaster runs …` */
export const runsCommand = (output: CommandOutput): Command =>
  new Command('runs')
    .description('fetch runs: see when they ran and what they did')
    .addCommand(listRunsCommand(output))
    .addCommand(showRunCommand(output))
