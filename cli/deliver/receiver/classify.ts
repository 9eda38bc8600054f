import { cutTo } from '../../../lib/text/printable.ts'
import { plain } from '../../terminal/text.ts'
import type { CommandRun } from './command-run.ts'
import type { Preset, Rule } from './exit-codes.ts'
import { type Failure, failed, type Verdict } from './receiver.ts'

/** The part of the output that is reported. In characters. */
const outputInDetail = 350

/** @returns what the end of a command means */
export const verdictOf = (preset: Preset, run: CommandRun, repeatable: boolean): Verdict => {
  const failure = failureOf(preset, run)
  if (failure) return failed({ ...failure, inDoubt: failure.inDoubt && !repeatable })
  const ticket = ticketIn(preset, run)
  return { result: 'delivered', ...(ticket !== undefined && { ticket }) }
}

const failureOf = (preset: Preset, run: CommandRun): Failure | undefined => {
  if (run.refused !== undefined)
    return { ...startRule(run.refused), detail: `The command cannot be started: ${run.refused}.` }
  // A command that ends after SIGTERM may or may not have finished, whatever its exit code.
  if (run.timedOut) return { ...tooSlow, detail: detailOf('The command did not end within its time-out', run) }
  if (run.code === undefined) return { ...killed, detail: detailOf(`The signal ${run.signal} ended the command`, run) }
  const lines = linesOf(run)
  for (const { begins, rule } of preset.texts ?? []) {
    const line = lines.find((one) => one.startsWith(begins))
    if (line !== undefined)
      return { ...answered(rule), detail: `${endOf(run.code)}: ${cutTo(plain(line), outputInDetail)}` }
  }
  if (run.code === 0) return undefined
  return { ...answered(preset.exits?.[run.code] ?? otherExit), detail: detailOf(endOf(run.code), run) }
}

/** A command that reports a lost answer, for example of its server, says nothing about the ticket system. */
const answered = (rule: Rule) => (rule.inDoubt ? rule : { ...rule, answered: true as const })

const endOf = (code: number) => `The command ended with exit code ${code}`

const otherExit: Rule = {
  scope: 'message',
  permanent: false,
  inDoubt: false,
  code: 'command-failed',
  remedy: 'Read the output in the detail and the log of the ticket system.',
}
const tooSlow: Rule = {
  scope: 'message',
  permanent: false,
  inDoubt: true,
  code: 'command-timed-out',
  remedy: 'Check that the ticket system is fast enough, or increase --timeout.',
}
const killed: Rule = {
  scope: 'message',
  permanent: false,
  inDoubt: true,
  code: 'command-killed',
  remedy: 'Check that the host has enough memory, and check whether the mail has arrived in the ticket system.',
}

/** The command never ran, so no mail can have arrived. */
const startRule = (refused: string): Rule => {
  const rule = { scope: 'destination', permanent: false, inDoubt: false } as const
  if (refused === 'ENOENT')
    return {
      ...rule,
      code: 'command-not-found',
      remedy: 'Correct the path of the command, and check its working folder.',
    }
  if (refused === 'EACCES')
    return { ...rule, code: 'command-not-executable', remedy: 'Make the command executable for the agent’s user.' }
  return { ...rule, code: 'command-not-started', remedy: 'Check that the host has enough memory and processes.' }
}

const linesOf = ({ stdout, stderr }: CommandRun): string[] => [...stdout.split('\n'), ...stderr.split('\n')]

/** The error output comes first, because the reason of a failure is there. */
const detailOf = (sentence: string, { stdout, stderr }: CommandRun): string => {
  const output = cutTo(plain(`${stderr} ${stdout}`), outputInDetail)
  return output === '' ? `${sentence}.` : `${sentence}: ${output}`
}

const ticketIn = ({ ticket }: Preset, run: CommandRun): string | undefined => {
  if (ticket === undefined) return undefined
  for (const line of linesOf(run)) {
    const found = ticket.exec(line.trimEnd())?.[1]
    if (found !== undefined) return plain(found)
  }
  return undefined
}
