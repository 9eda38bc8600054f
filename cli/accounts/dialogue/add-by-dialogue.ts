import { serverProposalsSchema } from '../../../lib/mailbox/server-proposals/server-proposals.ts'
import { type AccountAnswer, accountAnswerSchema } from '../../api/answers.ts'
import type { ApiClient } from '../../api/client.ts'
import { queryOf } from '../../api/listing.ts'
import { tolerant } from '../../api/tolerant.ts'
import { CliError } from '../../terminal/cli-error.ts'
import { interruptible } from '../../terminal/interruptible.ts'
import { askConnection } from './ask-connection.ts'
import { type DialogueServices, openDialogue } from './open-dialogue.ts'
import { prospectOf } from './prospect.ts'
import type { AccountDraft } from './settings/draft.ts'
import { folderSetting } from './settings/mailbox-settings.ts'
import { askMissing, type Dialogue } from './settings/setting.ts'
import { settingsAfterConnection } from './settings/settings.ts'
import { changeAnswers, givenUp, untilConnected } from './until-connected.ts'

/**
 * Asks for an account, tests it, shows what would be fetched, and saves it.
 * @param fixed the fields from options, which are not asked for
 * @throws CliError if the user gives up
 */
export const addByDialogue = async (services: DialogueServices, fixed: AccountDraft): Promise<AccountAnswer> => {
  let isSaving = false
  const outcome = () =>
    isSaving ? 'The account may have been saved. Check with: postmaster accounts list' : 'Nothing was saved.'
  return await interruptible(outcome, async () => {
    const dialogue = await openDialogue(services)
    let draft = await askAccount(fixed, services.api, dialogue)
    for (let preset: Next = 'save'; ; ) {
      const next = await afterProspect(draft, dialogue, preset)
      if (next === 'stop') throw givenUp()
      if (next === 'change') draft = await untilConnected(await changeAnswers(draft, dialogue), dialogue)
      else {
        isSaving = true
        const saved = await save(draft, services.api, dialogue)
        if (saved) return saved
        isSaving = false
      }
      preset = next === 'save' ? 'change' : 'save'
    }
  })
}

const proposalsSchema = tolerant(serverProposalsSchema)

const askAccount = async (
  fixed: AccountDraft,
  api: Pick<ApiClient, 'get'>,
  dialogue: Dialogue,
): Promise<AccountDraft> => {
  const propose = (address: string) => api.get(`/mail-server-proposals?${queryOf({ address })}`, proposalsSchema)
  const connection = await untilConnected(await askConnection(fixed, dialogue, propose), dialogue)
  // The server lists its folders only after the login. Another folder than INBOX must be tested as well.
  const withFolder = await untilConnected(await askMissing([folderSetting], connection, dialogue), dialogue)
  return await askMissing(settingsAfterConnection, withFolder, dialogue)
}

type Next = 'save' | 'change' | 'stop'

const afterProspect = async (draft: AccountDraft, { questions, say, tester }: Dialogue, preset: Next) => {
  say(prospectOf(tester.lastOf(draft), draft))
  const choices = [
    { value: 'save', name: 'save it' },
    { value: 'change', name: 'change an answer' },
    { value: 'stop', name: 'give up' },
  ] as const
  return await questions.choose<Next>('Save the account?', choices, preset)
}

/** @returns undefined if the API refuses the account. The reason is then shown. */
const save = async (
  draft: AccountDraft,
  api: Pick<ApiClient, 'post'>,
  { say, tester }: Dialogue,
): Promise<AccountAnswer | undefined> => {
  const test = tester.lastOf(draft)
  const receipt = test?.passed ? test.receipt : undefined
  const path = receipt === undefined ? '/accounts' : `/accounts?${queryOf({ receipt })}`
  try {
    return await api.post(path, draft, accountAnswerSchema)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    say(error.message)
    tester.dropReceipt()
    return undefined
  }
}
