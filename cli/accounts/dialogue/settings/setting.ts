import type { QueueAnswer } from '../../../api/answers.ts'
import type { ConnectionTester } from './connection-tester.ts'
import type { AccountDraft } from './draft.ts'
import type { OfferedProfile } from './offered-profiles.ts'
import type { Questions } from './questions.ts'

/** What the questions of a dialogue need. */
export interface Dialogue {
  readonly questions: Questions
  /** Prints one line between two questions. */
  readonly say: (line: string) => void
  readonly tester: ConnectionTester
  readonly profiles: readonly OfferedProfile[]
  /** The queues that an account can be dispatched to. */
  readonly queues: readonly QueueAnswer[]
}

/** One setting of an account: a line on the reference product's screen. */
export interface Setting {
  readonly name: string
  /** The field that shows whether the setting is known. */
  readonly field: keyof AccountDraft
  /** False if the account has no such setting, for example a folder with POP3. */
  readonly applies?: (draft: AccountDraft, dialogue: Dialogue) => boolean
  readonly shown: (draft: AccountDraft, dialogue: Dialogue) => string
  /** Asks with the present value as the default. @returns the changed fields */
  readonly ask: (draft: AccountDraft, dialogue: Dialogue) => Promise<AccountDraft>
}

/** Asks for the settings that are not known yet. */
export const askMissing = async (
  settings: readonly Setting[],
  draft: AccountDraft,
  dialogue: Dialogue,
): Promise<AccountDraft> => {
  let current = draft
  for (const { field, applies, ask } of settings)
    if (current[field] === undefined && (applies?.(current, dialogue) ?? true))
      current = { ...current, ...(await ask(current, dialogue)) }
  return current
}
