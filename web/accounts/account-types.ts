import type { components } from '../api/schema.d.ts'

export type Account = components['schemas']['Account']
export type AccountType = Account['type']

interface TypeFacts {
  readonly isImap: boolean
  readonly isEncrypted: boolean
  /** The port that IANA has registered for the type. */
  readonly port: number
  readonly words: string
}

/** The types, the recommended ones first. */
export const accountTypes: Readonly<Record<AccountType, TypeFacts>> = {
  IMAPS: { isImap: true, isEncrypted: true, port: 993, words: 'IMAP, encrypted with TLS' },
  IMAPTLS: { isImap: true, isEncrypted: true, port: 143, words: 'IMAP, encrypted with STARTTLS' },
  POP3S: { isImap: false, isEncrypted: true, port: 995, words: 'POP3, encrypted with TLS' },
  POP3TLS: { isImap: false, isEncrypted: true, port: 110, words: 'POP3, encrypted with STARTTLS' },
  IMAP: { isImap: true, isEncrypted: false, port: 143, words: 'IMAP, not encrypted' },
  POP3: { isImap: false, isEncrypted: false, port: 110, words: 'POP3, not encrypted' },
}

export const isAccountType = (value: string | undefined): value is AccountType =>
  value !== undefined && Object.hasOwn(accountTypes, value)

/** @returns the type and what it means, such as "IMAPS (IMAP, encrypted with TLS)" */
export const typeText = (type: AccountType): string => `${type} (${accountTypes[type].words})`
