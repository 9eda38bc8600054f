import type { AccountType } from '../../account-types.ts'
import { accountTypes } from '../../account-types.ts'
import type { AccountDraft } from '../draft/draft.ts'
import type { TestedStep } from './run-test.ts'
import { testTexts } from './texts.ts'

/** A change of the form that may repair what a test found. */
export interface Repair {
  readonly text: string
  readonly fields: Partial<AccountDraft>
  /** Instead of testing again, the form shows where to enter the certificate. */
  readonly entersCa?: true
}

/** @returns the changes that a failed step suggests, the most likely first */
export const repairsOf = ({ code, facts = {} }: TestedStep, { type, port }: AccountDraft): Repair[] => {
  const repairs: Repair[] = []
  const standard = accountTypes[type].port
  if (code === 'wrong-type-for-port') {
    const fitting = typeFor(facts.speaks, facts.encrypted)
    if (fitting !== undefined)
      repairs.push({ text: testTexts.withType(fitting), fields: { type: fitting, port: port || String(standard) } })
  }
  if (mayBeWrongPort.has(code ?? '') && port !== '' && Number(port) !== standard)
    repairs.push({ text: testTexts.withPort(standard), fields: { port: '' } })
  if (Array.isArray(facts.nearest))
    repairs.push(...facts.nearest.map((folder) => ({ text: testTexts.withFolder(folder), fields: { folder } })))
  if (typeof facts.customCa === 'string')
    repairs.push({ text: testTexts.trustCa, fields: { customCa: facts.customCa } })
  else if (code === 'certificate-not-trusted') repairs.push({ text: testTexts.enterCa, fields: {}, entersCa: true })
  return repairs
}

const mayBeWrongPort = new Set([
  'wrong-type-for-port',
  'connection-refused',
  'connection-timed-out',
  'port-not-allowed',
])

/** @returns the type that fits a service, which encrypts in any case */
const typeFor = (speaks: unknown, encrypted: unknown): AccountType | undefined => {
  if (speaks === 'imap') return encrypted === true ? 'IMAPS' : 'IMAPTLS'
  if (speaks === 'pop3') return encrypted === true ? 'POP3S' : 'POP3TLS'
  return undefined
}
