import { hostSchema } from '../../../../lib/accounts/fields/field-formats.ts'
import { type AccountType, accountTypeFacts, accountTypes } from '../../../../lib/mailbox/account-type.ts'
import { plain } from '../../../terminal/text.ts'
import { fieldsOfType } from './draft.ts'
import { asChecked } from './questions.ts'
import type { Setting } from './setting.ts'

const securityWords = {
  'implicit-tls': 'encrypted',
  starttls: 'encrypted with STARTTLS',
  clear: 'not encrypted',
} as const

/** Encrypted types come first, and IMAP before POP3. */
const rank = (type: AccountType): number => {
  const { security, protocol } = accountTypeFacts[type]
  return (security === 'clear' ? 2 : 0) + (protocol === 'imap' ? 0 : 1)
}

const sortedTypes = [...accountTypes].sort((a, b) => rank(a) - rank(b))

export const typeSetting: Setting = {
  name: 'Type',
  field: 'type',
  shown: ({ type = '' }) => type,
  ask: async (draft, { questions }) => {
    // An OAuth2 token is never sent without TLS.
    const types = sortedTypes.filter(
      (type) => draft.authentication !== 'oauth2' || accountTypeFacts[type].security !== 'clear',
    )
    const choices = types.map((value) => ({
      value,
      name: `${value}: ${securityWords[accountTypeFacts[value].security]}, port ${accountTypeFacts[value].defaultPort}`,
    }))
    return fieldsOfType(draft, await questions.choose('Protocol and encryption:', choices, draft.type))
  },
}

export const hostSetting: Setting = {
  name: 'Mail server',
  field: 'host',
  shown: ({ host = '' }) => plain(host),
  ask: async ({ host }, { questions }) => ({
    host: await questions.text('Mail server:', { preset: host, check: asChecked(hostSchema) }),
  }),
}

const portProblem = (answer: string) =>
  /^\d{1,5}$/.test(answer) && Number(answer) >= 1 && Number(answer) <= 65_535
    ? undefined
    : 'Enter a number from 1 to 65535.'

export const portSetting: Setting = {
  name: 'Port',
  field: 'port',
  shown: ({ port = '' }) => String(port),
  ask: async ({ type, port }, { questions }) => {
    const standard = type && accountTypeFacts[type].defaultPort
    const preset = String(port ?? standard ?? '')
    return { port: Number(await questions.text('Port:', { preset, check: portProblem })) }
  },
}
