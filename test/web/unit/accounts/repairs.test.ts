import { describe, expect, it } from 'vitest'
import { emptyDraft } from '../../../../web/accounts/form/draft/draft.ts'
import { repairsOf } from '../../../../web/accounts/form/testing/repairs.ts'

const failed = { step: 'connect', state: 'failed', detail: 'It failed.' } as const

describe('the repairs that a failed test offers', () => {
  it('are the fitting type with the same port, or the standard port', () => {
    const step = { ...failed, code: 'wrong-type-for-port', facts: { speaks: 'imap', encrypted: false } }

    expect(repairsOf(step, { ...emptyDraft, port: '1143' })).toEqual([
      { text: 'Use type IMAPTLS', fields: { type: 'IMAPTLS', port: '1143' } },
      { text: 'Use port 993', fields: { port: '' } },
    ])
  })

  it('keep the standard port of the former type, because the service is there', () => {
    const step = { ...failed, code: 'wrong-type-for-port', facts: { speaks: 'pop3', encrypted: true } }

    expect(repairsOf(step, emptyDraft)).toEqual([{ text: 'Use type POP3S', fields: { type: 'POP3S', port: '993' } }])
  })

  it('are the folders with similar names', () => {
    const facts = { nearest: ['Support', 'Sport'] }
    const step = { ...failed, step: 'folder', code: 'folder-missing', facts } as const

    expect(repairsOf(step, emptyDraft).map(({ fields }) => fields)).toEqual([
      { folder: 'Support' },
      { folder: 'Sport' },
    ])
  })

  it('are the certificate that the server sent', () => {
    const step = { ...failed, step: 'tls', code: 'certificate-not-trusted', facts: { customCa: 'PEM' } } as const

    expect(repairsOf(step, emptyDraft)).toEqual([
      { text: 'Trust this authority for this account', fields: { customCa: 'PEM' } },
    ])
  })

  it('lead to the field for the certificate if the server does not send that of its authority', () => {
    const step = { ...failed, step: 'tls', code: 'certificate-not-trusted' } as const

    expect(repairsOf(step, emptyDraft)).toEqual([
      { text: 'Enter the certificate of the authority', fields: {}, entersCa: true },
    ])
  })

  it('do not exist for a wrong password', () => {
    expect(repairsOf({ ...failed, step: 'login', code: 'credentials-rejected' }, emptyDraft)).toEqual([])
  })
})
