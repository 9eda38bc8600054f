import type { CommandOutput } from '../../cli/terminal/cli-error.ts'
import { colours } from '../../cli/terminal/colours.ts'
import { plain, plainLines } from '../../cli/terminal/text.ts'
import type { Leftover } from './clean-up.ts'
import type { JournalListener, StepResult } from './journal.ts'
import type { Outcome } from './outcome.ts'

const marks = {
  passed: colours.green('✓'),
  failed: colours.red('✗'),
  skipped: colours.yellow('–'),
  'not-tried': colours.dim('·'),
} as const

/** Prints each step when it ends. On a terminal, it also shows the step that is in progress. */
export const liveReport = (output: CommandOutput, onTerminal: boolean): JournalListener => ({
  began: ({ title }) => {
    if (onTerminal) output.err(`  ${title} …`)
  },
  ended: (result) => {
    if (onTerminal) output.err('\r\u001b[K')
    output.err(`${linesOf(result).join('\n')}\n`)
  },
})

const linesOf = ({ state, title, proves, seconds, detail, reason }: StepResult): string[] => [
  `${marks[state]} ${title} ${colours.dim(`${seconds.toFixed(1)} s`)}`,
  ...(state === 'passed' ? [`    ${colours.dim(proves)}`] : []),
  ...(detail === undefined ? [] : [`    ${plain(detail)}`]),
  ...(reason === undefined
    ? []
    : [
        ...plainLines(reason.detail)
          .split('\n')
          .map((line) => `    ${line}`),
        `    ${plain(reason.remedy)} [${plain(reason.code)}]`,
      ]),
]

/** @returns the summary below the steps */
export const summaryOf = ({ passed, steps, leftovers, remains, seconds }: Outcome): string => {
  const of = (state: StepResult['state']) => steps.filter((step) => step.state === state)
  const notProved = [...of('failed'), ...of('skipped'), ...of('not-tried')]
  return [
    '',
    `${of('passed').length} of ${steps.length} steps passed in ${Math.round(seconds)} s.`,
    ...(notProved.length === 0
      ? []
      : ['Not proved:', ...notProved.map(({ state, title }) => `${marks[state]} ${title} (${state})`)]),
    ...remains.map((text) => plain(text)),
    leftoverText(leftovers),
    passed ? colours.green('This deployment works.') : colours.red('This deployment has not been verified.'),
  ].join('\n')
}

/** @returns what a person has to remove, each with its command */
export const leftoverText = (leftovers: readonly (Pick<Leftover, 'what' | 'command'> & Partial<Leftover>)[]): string =>
  leftovers.length === 0
    ? 'Everything that the command created has been removed.'
    : [
        'These were not removed. Remove them with the commands below:',
        ...leftovers.flatMap(({ what, command, reason }) => [
          `  ${plain(what)}${reason === undefined ? '' : `: ${plain(reason.detail)}`}`,
          `    ${plain(command)}`,
        ]),
      ].join('\n')
