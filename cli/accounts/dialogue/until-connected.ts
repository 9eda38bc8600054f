import type { ConnectionTest } from '../../../lib/mailbox/probe/connection-test.ts'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { loginComesLater } from './prospect.ts'
import type { Tested } from './settings/connection-tester.ts'
import type { AccountDraft } from './settings/draft.ts'
import { customCaSetting, passwordSetting } from './settings/login-settings.ts'
import { folderSetting } from './settings/mailbox-settings.ts'
import type { Choice } from './settings/questions.ts'
import type { Dialogue } from './settings/setting.ts'
import { chooseSetting } from './settings/settings.ts'

/**
 * Tests the connection until it works or the user accepts the failure. A connection that has already been tested is not
 * tested again.
 * @throws CliError if the user gives up
 */
export const untilConnected = async (draft: AccountDraft, dialogue: Dialogue): Promise<AccountDraft> => {
  const { tester } = dialogue
  let current = draft
  while (!tester.isSettled(current)) {
    const test = await tester.test(current)
    if (test && (test.passed || loginComesLater(test))) tester.settle(current)
    else current = await afterFailure(current, test, dialogue)
  }
  return current
}

type Next = 'password' | 'folder' | 'trust' | 'ca-file' | 'change' | 'test' | 'go-on' | 'stop'

const afterFailure = async (
  draft: AccountDraft,
  test: Tested | undefined,
  dialogue: Dialogue,
): Promise<AccountDraft> => {
  const next = await dialogue.questions.choose<Next>('What do you want to do?', choicesAfter(test))
  switch (next) {
    case 'password':
      return { ...draft, ...(await passwordSetting.ask(draft, dialogue)) }
    case 'folder':
      return { ...draft, ...(await folderSetting.ask(draft, dialogue)) }
    case 'trust':
      return { ...draft, customCa: offeredCa(test) }
    case 'ca-file':
      return { ...draft, ...(await customCaSetting.ask(draft, dialogue)) }
    case 'change':
      return await changeAnswers(draft, dialogue)
    case 'go-on':
      dialogue.tester.settle(draft)
      return draft
    case 'test':
      return draft
    case 'stop':
      throw givenUp()
  }
}

export const givenUp = (): CliError => new CliError('Nothing was saved.', exitCodes.usage)

/** The most likely remedy comes first. */
const choicesAfter = (test: Tested | undefined): Choice<Next>[] => {
  const codes = new Set(test?.steps.map(({ code }) => code))
  const offers: [boolean, Choice<Next>][] = [
    [codes.has('credentials-rejected'), { value: 'password', name: 'enter the password again' }],
    [codes.has('folder-missing'), { value: 'folder', name: 'choose another folder' }],
    [
      offeredCa(test) !== undefined,
      { value: 'trust', name: 'trust the certificate authority shown above for this account, and test again' },
    ],
    [
      codes.has('certificate-not-trusted'),
      { value: 'ca-file', name: 'trust a certificate authority in a PEM file, and test again' },
    ],
    [true, { value: 'change', name: 'change an answer' }],
    [true, { value: 'test', name: 'test again without changes' }],
    // Without a response, the API has not checked the fields either.
    [test !== undefined, { value: 'go-on', name: 'continue even though the test failed' }],
    [true, { value: 'stop', name: 'give up' }],
  ]
  return offers.filter(([fits]) => fits).map(([, choice]) => choice)
}

const offeredCa = (test: ConnectionTest | undefined): string | undefined => {
  const found = test?.steps.map(({ facts }) => facts?.customCa).find((pem) => typeof pem === 'string')
  return typeof found === 'string' ? found : undefined
}

/** Lets the user change any of the answers so far. */
export const changeAnswers = async (draft: AccountDraft, dialogue: Dialogue): Promise<AccountDraft> => {
  const done: Choice<'done'> = { value: 'done', name: 'nothing else, continue' }
  let current = draft
  for (let preset: 'done' | undefined; ; preset = 'done') {
    const chosen = await chooseSetting(current, dialogue, [done], preset)
    if (chosen === 'done') return current
    current = { ...current, ...(await chosen.ask(current, dialogue)) }
  }
}
