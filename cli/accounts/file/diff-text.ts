import { X509Certificate } from 'node:crypto'
import { defaultMaxMessageSize } from '../../../lib/accounts/account.ts'
import { certificatesOf } from '../../../lib/accounts/fields/custom-ca.ts'
import { plain } from '../../terminal/text.ts'
import { type AccountStep, type ChangeableField, changeableFields, whyPassword } from './account-diff.ts'
import { fileAccountOf } from './account-file-schema.ts'
import type { DescribedAccount } from './described-account.ts'

/** @returns lines marked `+` (created), `~` (changed) or `-` (deleted), or undefined for an unchanged account */
export const stepText = (step: AccountStep): string | undefined => {
  switch (step.kind) {
    case 'create':
      return [`+ ${plain(step.name)}`, ...createdLines(step.wanted)].join('\n')
    case 'change':
      return [
        `~ ${plain(step.name)}`,
        ...step.fields.map((field) => `    ${field}: ${shown(step.current, field)} → ${shown(step.wanted, field)}`),
        ...passwordLine(whyPassword(step.current, step.wanted)),
        ...consentLine(step.wanted, step.fields),
      ].join('\n')
    case 'delete':
      return `- ${plain(step.name)}`
    case 'nothing':
      return undefined
  }
}

/** @returns the first line of `stepText`, for a step whose details are on the screen already */
export const stepLine = (step: AccountStep): string | undefined => stepText(step)?.split('\n')[0]

const passwordLine = (again: string | undefined): string[] => (again === undefined ? [] : [`    password: ${again}`])

const consentLine = ({ oauth2Profile }: DescribedAccount, fields: readonly ChangeableField[]): string[] =>
  oauth2Profile && (fields.includes('oauth2Profile') || fields.includes('username'))
    ? ['    consent: needed; see `postmaster oauth2 connect`']
    : []

const createdLines = (account: DescribedAccount): string[] => {
  const said = fileAccountOf(account)
  return [
    ...changeableFields
      .filter((field) => field === 'port' || field === 'queue' || field in said)
      // The first line of the step already contains the mailbox.
      .filter((field) => field !== 'mailbox' && (field !== 'username' || account.mailbox !== undefined))
      .map((field) => `    ${field}: ${shown(account, field)}`),
    ...consentLine(account, ['oauth2Profile']),
  ]
}

const shown = (account: DescribedAccount, field: ChangeableField): string => {
  switch (field) {
    case 'oauth2Profile':
      return account.oauth2Profile === undefined ? 'a password' : plain(account.oauth2Profile.name)
    case 'mailbox':
      return plain(account.mailbox ?? 'the user’s own')
    case 'queue':
      return account.queue === undefined ? 'by the To field' : plain(account.queue.name)
    case 'afterFetch':
    case 'tooLarge': {
      const choice = account[field]
      return choice.action === 'move' ? `move to ${plain(choice.folder)}` : choice.action
    }
    case 'startFrom':
      return typeof account.startFrom === 'string' ? account.startFrom : `since ${plain(account.startFrom.since)}`
    case 'maxMessageSize':
      return `${account.maxMessageSize} bytes${account.maxMessageSize === defaultMaxMessageSize ? ' (default)' : ''}`
    case 'customCa':
      return account.customCa === undefined ? "the system's certificate authorities" : fingerprintsOf(account.customCa)
    case 'comment':
      return account.comment === '' ? '(none)' : plain(account.comment)
    default:
      return plain(String(account[field]))
  }
}

/** @returns fingerprints as certificate viewers show them, because people cannot compare PEM blocks */
const fingerprintsOf = (pem: string): string =>
  certificatesOf(pem)
    .map((block) => `SHA-256 ${new X509Certificate(block).fingerprint256.slice(0, 23)}…`)
    .join(', ')
