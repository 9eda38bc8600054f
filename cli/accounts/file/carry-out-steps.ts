import type { ApiClient } from '../../api/client.ts'
import type { CommandOutput } from '../../terminal/cli-error.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { plain } from '../../terminal/text.ts'
import type { AccountStep } from './account-diff.ts'
import { applyStep } from './apply-step.ts'
import { stepText } from './diff-text.ts'

/** Prints the diff with its totals, and changes nothing. */
export const showSteps = (steps: readonly AccountStep[], { out }: CommandOutput): void => {
  for (const text of steps.map(stepText)) if (text !== undefined) out(text)
  out(
    `To create: ${counted(steps, 'create')}, to change: ${counted(steps, 'change')}, to delete: ${counted(steps, 'delete')}, ${restOf(steps)}.`,
  )
}

/**
 * Carries out the steps one after the other and prints each when it is done.
 * @throws CliError if any step failed; the successful steps are not undone
 */
export const applySteps = async (
  steps: readonly AccountStep[],
  passwords: ReadonlyMap<string, string>,
  api: ApiClient,
  { out, err }: CommandOutput,
  textOf = stepText,
): Promise<void> => {
  const done: AccountStep[] = []
  let [failed, exitCode]: [number, number] = [0, exitCodes.done]
  let fetched = 0
  for (const step of steps) {
    try {
      const saved = await applyStep(step, passwords, api)
      if (saved?.fetch?.state === 'queued') fetched += 1
      done.push(step)
      const text = textOf(step)
      if (text !== undefined) out(text)
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      failed += 1
      exitCode = error.exitCode
      err(`${plain(step.name)} failed: ${error.message}\n`)
      // Every further step would fail in the same way.
      if (exitCode === exitCodes.unreachable) break
    }
  }
  out(
    `Created: ${counted(done, 'create')}, changed: ${counted(done, 'change')}, deleted: ${counted(done, 'delete')}, ${restOf(done)}.`,
  )
  if (fetched > 0)
    out(
      `${accounts(fetched)} ${fetched === 1 ? 'is' : 'are'} fetched within seconds. See how it goes:\n  postmaster runs list`,
    )
  if (failed === 0) return
  const missed = steps.length - done.length - failed
  throw new CliError(
    `${accounts(failed)} failed${missed === 0 ? '' : `, ${missed} not tried`}. Fix the problem and apply the file again.`,
    exitCode,
  )
}

export const counted = (steps: readonly AccountStep[], kind: AccountStep['kind']) =>
  steps.filter((step) => step.kind === kind).length

const restOf = (steps: readonly AccountStep[]): string => {
  const same = steps.filter((step) => step.kind === 'nothing' && step.described).length
  const others = counted(steps, 'nothing') - same
  return `unchanged: ${same}${others === 0 ? '' : `, not in the file and left alone: ${others}`}`
}

export const accounts = (count: number) => `${count} ${count === 1 ? 'account' : 'accounts'}`
