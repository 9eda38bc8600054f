import { expect } from 'vitest'
import type { Questions } from '../../../../cli/accounts/dialogue/settings/questions.ts'

/** Presses Enter: the proposed answer. */
export const enter = Symbol('the proposed answer')
export type Given = string | symbol

export interface Asked {
  readonly message: string
  readonly preset: unknown
  readonly choices?: string[]
}

/** A user who gives these answers in order. A choice is given by the start of its name. */
export const person = (...answers: Given[]) => {
  const asked: Asked[] = []
  const next = (message: string): Given => {
    const answer = answers.shift()
    if (answer === undefined) throw new Error(`no answer to ${message}`)
    return answer
  }
  const questions: Questions = {
    text: async (message, { preset, check } = {}) => {
      asked.push({ message, preset })
      const given = next(message)
      const answer = given === enter ? (preset ?? '') : String(given)
      expect(check?.(answer), `${message} ${answer}`).toBeUndefined()
      return answer
    },
    secret: async (message) => {
      asked.push({ message, preset: undefined })
      const given = next(message)
      return given === enter ? '' : String(given)
    },
    choose: async (message, choices, preset) => {
      asked.push({ message, preset, choices: choices.map(({ name }) => name) })
      const given = next(message)
      const chosen =
        given === enter
          ? (choices.find(({ value }) => preset !== undefined && value === preset) ?? choices[0])
          : choices.find(({ name }) => name.startsWith(String(given)))
      if (!chosen) throw new Error(`${message} has no ${String(given)}`)
      return chosen.value
    },
  }
  return { questions, asked, left: answers }
}
