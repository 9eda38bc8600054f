import type { OAuth2Finding } from '../oauth2-error.ts'
import { type ExaminedStep, type ExaminedStepName, examinedSteps } from './examination.ts'

export type Facts = NonNullable<ExaminedStep['facts']>

/** The results of an examination's steps so far. */
export class ExaminationLog {
  readonly #steps = new Map<ExaminedStepName, ExaminedStep>()

  passed(step: ExaminedStepName, detail: string, facts?: Facts): void {
    this.#steps.set(step, { step, state: 'passed', detail, ...(facts && { facts }) })
  }

  failed(step: ExaminedStepName, { code, detail }: Pick<OAuth2Finding, 'code' | 'detail'>, facts?: Facts): void {
    this.#steps.set(step, { step, state: 'failed', detail, code, ...(facts && { facts }) })
  }

  skipped(step: ExaminedStepName, detail: string, facts?: Facts): void {
    this.#steps.set(step, { step, state: 'skipped', detail, ...(facts && { facts }) })
  }

  /** The first step without a result. An error that occurs now belongs to it. */
  get current(): ExaminedStepName {
    return examinedSteps.find((step) => !this.#steps.has(step)) ?? 'mail-server'
  }

  /** All steps in order. Steps without a result are reported as not reached. */
  get steps(): ExaminedStep[] {
    return examinedSteps.map((step) => this.#steps.get(step) ?? { step, state: 'skipped', detail: 'Not reached.' })
  }
}

/** Removes facts that are unknown or empty. */
export const factsOf = (facts: Readonly<Record<string, Facts[string] | undefined>>): Facts => {
  const known: Facts = {}
  for (const [name, value] of Object.entries(facts))
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) known[name] = value
  return known
}
