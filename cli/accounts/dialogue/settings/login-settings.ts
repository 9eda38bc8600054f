import { passwordSchema, usernameSchema } from '../../../../lib/accounts/fields/field-formats.ts'
import { accountTypeFacts } from '../../../../lib/mailbox/account-type.ts'
import { readCaFile } from '../../../terminal/ca-file.ts'
import { plain } from '../../../terminal/text.ts'
import { askLogin } from './ask-login.ts'
import type { AccountDraft } from './draft.ts'
import { asChecked } from './questions.ts'
import { typeSetting } from './server-settings.ts'
import type { Dialogue, Setting } from './setting.ts'

export const loginSetting: Setting = {
  name: 'Login',
  field: 'authentication',
  // With a single possibility, there is nothing to ask.
  applies: ({ authentication }, { profiles }) => profiles.length > 0 || authentication === 'oauth2',
  shown: ({ authentication, profileId }, { profiles }) => {
    if (authentication !== 'oauth2') return 'with a password'
    const name = profiles.find(({ profile }) => profile.profileId === profileId)?.profile.name
    return `with OAuth2, profile ${plain(name ?? '?')}`
  },
  ask: async (draft, dialogue) => {
    const chosen = { ...draft, ...(await askLogin(draft, dialogue)) }
    const { authentication, type } = chosen
    if (authentication === 'password')
      return draft.authentication === 'password'
        ? chosen
        : { ...chosen, ...(await passwordSetting.ask(chosen, dialogue)) }
    // An OAuth2 token is never sent without TLS.
    const isClear = type !== undefined && accountTypeFacts[type].security === 'clear'
    return isClear ? { ...chosen, ...(await typeSetting.ask(chosen, dialogue)) } : chosen
  },
}

/** True for an application that signs in as itself. It opens the mailbox by its address, and no one consents. */
export const signsInAsItself = ({ profileId }: AccountDraft, { profiles }: Dialogue): boolean =>
  profiles.some(({ profile }) => profile.profileId === profileId && profile.grant === 'client_credentials')

export const usernameSetting: Setting = {
  name: 'User name',
  field: 'username',
  shown: ({ username = '' }) => plain(username),
  ask: async (draft, dialogue) => {
    const message =
      draft.authentication !== 'oauth2'
        ? 'User name:'
        : signsInAsItself(draft, dialogue)
          ? 'Address of the mailbox:'
          : 'User who signs in and gives consent:'
    return {
      username: await dialogue.questions.text(message, { preset: draft.username, check: asChecked(usernameSchema) }),
    }
  },
}

export const mailboxSetting: Setting = {
  name: 'Shared mailbox',
  field: 'mailbox',
  applies: (draft, dialogue) => draft.authentication === 'oauth2' && !signsInAsItself(draft, dialogue),
  shown: ({ mailbox }) => plain(mailbox ?? 'none'),
  ask: async ({ mailbox }, { questions }) => {
    const check = asChecked(usernameSchema)
    const answer = await questions.text('Address of the shared mailbox (- for the user’s own mailbox):', {
      preset: mailbox ?? '-',
      check,
    })
    return { mailbox: answer === '-' ? null : answer }
  },
}

export const passwordSetting: Setting = {
  name: 'Password',
  field: 'password',
  applies: ({ authentication }) => authentication !== 'oauth2',
  shown: ({ password }) => (password === undefined ? 'not changed' : 'not shown'),
  ask: async (_draft, { questions, say }) => {
    const check = asChecked(passwordSchema)
    for (;;) {
      const password = await questions.secret('Password (not shown):')
      const problem = check(password)
      if (problem === undefined) return { password }
      say(problem)
    }
  },
}

export const customCaSetting: Setting = {
  name: 'Certificate authority',
  field: 'customCa',
  shown: ({ customCa }) => (customCa ? 'its own' : 'those of the system'),
  ask: async (_draft, { questions }) => {
    const check = (file: string) =>
      file === '-' || readCaFile(file) !== undefined ? undefined : 'The file cannot be read.'
    const file = await questions.text('PEM file of the certificate authority (- for those of the system):', { check })
    return { customCa: file === '-' ? null : readCaFile(file) }
  },
}
