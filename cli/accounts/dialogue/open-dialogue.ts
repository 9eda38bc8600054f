import { queueAnswerSchema } from '../../api/answers.ts'
import type { ApiClient } from '../../api/client.ts'
import { ConnectionTester } from './settings/connection-tester.ts'
import type { AccountDraft } from './settings/draft.ts'
import { offeredProfiles } from './settings/offered-profiles.ts'
import type { Questions } from './settings/questions.ts'
import type { Dialogue } from './settings/setting.ts'

export interface DialogueServices {
  readonly api: Pick<ApiClient, 'get' | 'post' | 'all'>
  readonly questions: Questions
  readonly say: (line: string) => void
}

/** The account that a dialogue changes. */
export interface StoredDraft {
  readonly accountId: string
  readonly draft: AccountDraft
}

/** Reads what the questions offer. */
export const openDialogue = async (
  { api, questions, say }: DialogueServices,
  stored?: StoredDraft,
): Promise<Dialogue> => {
  const [profiles, queues] = await Promise.all([offeredProfiles(api), api.all('/queues?limit=100', queueAnswerSchema)])
  return {
    questions,
    say,
    profiles,
    queues: queues.filter(({ validity }) => validity === 'valid'),
    tester: new ConnectionTester({ api, say, ...(stored && { accountId: stored.accountId }) }, stored?.draft),
  }
}
