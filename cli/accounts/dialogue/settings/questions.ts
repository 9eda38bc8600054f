import { input, password, select } from '@inquirer/prompts'
import type * as z from 'zod'
import { forTerminal } from '../../../terminal/text.ts'

export interface Choice<T> {
  readonly value: T
  readonly name: string
  /** Shown instead of the name once it is chosen. */
  readonly short?: string
}

/** Asks the user at a terminal. Tests supply the answers themselves. */
export interface Questions {
  /** Asks again as long as `check` returns a problem with the answer. */
  text(message: string, options?: TextOptions): Promise<string>
  /** Does not show the typed text. */
  secret(message: string): Promise<string>
  choose<T>(message: string, choices: ReadonlyArray<Choice<T>>, preset?: T): Promise<T>
}

export interface TextOptions {
  readonly preset?: string | undefined
  /** Receives the answer without surrounding spaces. */
  readonly check?: (answer: string) => string | undefined
}

/** Standard output is for the result, which may go to a file. */
const context = { output: process.stderr }

export const terminalQuestions: Questions = {
  text: async (message, { preset, check } = {}) =>
    (
      await input(
        {
          message: forTerminal(message),
          ...(preset !== undefined && { default: preset }),
          validate: (answer) => check?.(answer.trim()) ?? true,
        },
        context,
      )
    ).trim(),
  secret: (message) => password({ message: forTerminal(message) }, context),
  choose: (message, choices, preset) =>
    select(
      {
        message: forTerminal(message),
        choices: choices.map(({ name, short = name, value }) => ({
          ...{ name: forTerminal(name), short: forTerminal(short), value },
        })),
        ...(preset !== undefined && { default: preset }),
        pageSize: 14,
      },
      context,
    ),
}

/** @returns a check that accepts what the API accepts */
export const asChecked =
  (schema: z.ZodType) =>
  (answer: string): string | undefined => {
    if (answer === '' && !schema.safeParse('').success) return 'Enter a value.'
    const [issue] = schema.safeParse(answer).error?.issues ?? []
    return issue && `It ${issue.message}.`
  }
