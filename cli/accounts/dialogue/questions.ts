import { input, password, select } from '@inquirer/prompts'
import { forTerminal } from '../../terminal/text.ts'

export interface Choice<T> {
  readonly value: T
  readonly name: string
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
  readonly check?: (answer: string) => string | undefined
}

export const terminalQuestions: Questions = {
  text: async (message, { preset, check } = {}) =>
    (
      await input({
        message: forTerminal(message),
        ...(preset !== undefined && { default: preset }),
        validate: (answer) => check?.(answer.trim()) ?? true,
      })
    ).trim(),
  secret: (message) => password({ message: forTerminal(message) }),
  choose: (message, choices, preset) =>
    select({
      message: forTerminal(message),
      choices: choices.map(({ name, value }) => ({ name: forTerminal(name), value })),
      ...(preset !== undefined && { default: preset }),
      pageSize: 12,
    }),
}
