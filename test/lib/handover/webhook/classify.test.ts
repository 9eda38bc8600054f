import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../../../../lib/handover/webhook/classify.ts'
import type { HttpAnswer, HttpFailure } from '../../../../lib/network/http-exchange.ts'
import { networkErrors } from '../../../../lib/network/network-error.ts'
import { redaction } from '../../../../lib/redaction/redaction.ts'

const now = new Date('2026-03-02T08:00:00.000Z')
const redact = redaction([{ text: 'correct horse battery' }])
const answered = (status: number, change: Partial<HttpAnswer> = {}) =>
  outcomeOf({ status, body: Buffer.from('Not today'), bytes: 17, ...change }, redact, now)
const failed = (code: HttpFailure['code'], sent: HttpFailure['sent']) =>
  outcomeOf({ code, sent, bytes: 17 }, redact, now)

describe('Webhook answers', () => {
  it.each([
    [200, 'delivered', 'message', 'delivered'],
    [201, 'delivered', 'message', 'delivered'],
    [202, 'delivered', 'message', 'delivered'],
    [204, 'delivered', 'message', 'delivered'],
    [299, 'delivered', 'message', 'delivered'],
    [300, 'temporary', 'destination', 'redirected'],
    [301, 'temporary', 'destination', 'redirected'],
    [302, 'temporary', 'destination', 'redirected'],
    [303, 'temporary', 'destination', 'redirected'],
    [304, 'temporary', 'destination', 'redirected'],
    [307, 'temporary', 'destination', 'redirected'],
    [308, 'temporary', 'destination', 'redirected'],
    [400, 'permanent', 'message', 'refused'],
    [401, 'temporary', 'destination', 'not-authorized'],
    [402, 'temporary', 'destination', 'receiver-unavailable'],
    [403, 'temporary', 'destination', 'not-authorized'],
    [404, 'temporary', 'destination', 'wrong-address'],
    [405, 'temporary', 'destination', 'wrong-address'],
    [406, 'temporary', 'destination', 'wrong-form'],
    [407, 'temporary', 'destination', 'not-authorized'],
    [408, 'temporary', 'message', 'try-later'],
    [409, 'temporary', 'message', 'try-later'],
    [410, 'temporary', 'destination', 'gone'],
    [411, 'temporary', 'destination', 'wrong-form'],
    [412, 'permanent', 'message', 'refused'],
    [413, 'permanent', 'message', 'too-large-for-receiver'],
    [415, 'temporary', 'destination', 'wrong-form'],
    [417, 'temporary', 'destination', 'wrong-form'],
    [421, 'temporary', 'destination', 'wrong-address'],
    [422, 'permanent', 'message', 'refused'],
    [423, 'temporary', 'message', 'try-later'],
    [424, 'temporary', 'message', 'try-later'],
    [425, 'temporary', 'message', 'try-later'],
    [426, 'temporary', 'destination', 'wrong-form'],
    [429, 'temporary', 'destination', 'too-many-requests'],
    [431, 'temporary', 'destination', 'wrong-form'],
    [451, 'permanent', 'message', 'refused'],
    [499, 'permanent', 'message', 'refused'],
    [500, 'temporary', 'message', 'receiver-failed'],
    [501, 'temporary', 'destination', 'wrong-address'],
    [502, 'temporary', 'destination', 'receiver-unavailable'],
    [503, 'temporary', 'destination', 'receiver-unavailable'],
    [504, 'temporary', 'destination', 'receiver-unavailable'],
    [505, 'temporary', 'destination', 'wrong-form'],
    [507, 'temporary', 'destination', 'receiver-unavailable'],
    [511, 'temporary', 'destination', 'not-authorized'],
    [599, 'temporary', 'message', 'receiver-failed'],
    [999, 'temporary', 'message', 'receiver-failed'],
  ] as const)('Webhook answer %i means: %s, %s, %s', (status, result, scope, code) => {
    const outcome = answered(status)
    expect(outcome).toMatchObject({ result, scope, code, bytes: 17, answered: true })
    expect(outcome.detail).toBe(`The receiver responded with status ${status}: Not today`)
    expect(outcome.remedy).not.toBe('')
    expect(outcome.suspend).toBe(status === 410 ? true : undefined)
  })

  it.each([
    ['seconds', 429, '120', '2026-03-02T08:02:00.000Z'],
    ['seconds', 503, '1', '2026-03-02T08:00:01.000Z'],
    ['seconds', 500, '60', '2026-03-02T08:01:00.000Z'],
    ['a date (RFC 1123)', 429, 'Mon, 02 Mar 2026 09:00:00 GMT', '2026-03-02T09:00:00.000Z'],
    ['a date (RFC 850)', 429, 'Monday, 02-Mar-26 09:00:00 GMT', '2026-03-02T09:00:00.000Z'],
    ['a date (asctime)', 429, 'Mon Mar  2 09:00:00 2026', '2026-03-02T09:00:00.000Z'],
    ['a pause of more than a day', 429, '9999999999', '2026-03-03T08:00:00.000Z'],
    ['a date after more than a day', 429, 'Fri, 31 Dec 2999 09:00:00 GMT', '2026-03-03T08:00:00.000Z'],
    ['zero', 429, '0', undefined],
    ['a date in the past', 429, 'Sun, 01 Mar 2026 09:00:00 GMT', undefined],
    ['a negative number', 429, '-5', undefined],
    ['a fraction', 429, '1.5', undefined],
    ['another text', 429, 'soon', undefined],
    ['a number beyond the year 275760', 429, '99999999999', undefined],
    ['a date that does not exist', 429, 'Mon, 99 Mar 2026 09:00:00 GMT', undefined],
    ['nothing', 429, '', undefined],
    ['no header', 429, undefined, undefined],
  ])('Webhook answer with Retry-After: %s (%i, %j)', (_, status, retryAfter, expected) => {
    expect(answered(status, { retryAfter }).retryAfter).toBe(expected)
  })

  it('Webhook answer without a body is explained by its status', () => {
    expect(answered(500, { body: Buffer.alloc(0) }).detail).toBe('The receiver responded with status 500.')
  })

  it('Webhook answer is quoted without secrets, on one line and at most 500 characters', () => {
    const body = Buffer.from(`\x1b[31mbad\r\nkey correct horse battery \u202e${'x'.repeat(4000)}`)
    const { detail } = answered(400, { body })
    expect(detail).toMatch(/^The receiver responded with status 400: \[31mbad key … x+$/)
    expect(detail.length).toBeLessThanOrEqual(500)
  })

  it('Webhook answer in another charset is quoted with replacement characters', () => {
    const body = Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x00, 0x07, 0x9b, 0x1b, 0x5d])
    expect(answered(400, { body }).detail).toBe('The receiver responded with status 400: Gr��e � ]')
  })
})

describe('Webhook receivers report tickets', () => {
  const remote = (answer: unknown) =>
    answered(200, { body: Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer)) }).remote

  it.each([
    [
      { ticket: '4711', url: 'https://tickets.example.com/4711', result: 'new' },
      { ticket: '4711', url: 'https://tickets.example.com/4711', result: 'new' },
    ],
    [{ ticket: 4711 }, { ticket: '4711' }],
    [{ url: 'http://tickets.local/1' }, { url: 'http://tickets.local/1' }],
    [{ ticket: '1', url: 'javascript:alert(1)' }, { ticket: '1' }],
    [{ ticket: '1', url: 'file:///etc/passwd' }, { ticket: '1' }],
    [{ ticket: '1', url: 'https://user:pw@tickets.example.com/' }, { ticket: '1' }],
    [{ ticket: '1', url: `https://x.example/${'a'.repeat(500)}` }, { ticket: '1' }],
    [{ ticket: '1', url: '/relative' }, { ticket: '1' }],
    [{ ticket: 'a\r\nb\x1b[0m' }, { ticket: 'a b [0m' }],
    [{ ticket: 'x'.repeat(200) }, { ticket: 'x'.repeat(100) }],
    [{ ticket: 'key correct horse battery' }, { ticket: 'key …' }],
    [{ ticket: { nested: true }, result: 'new' }, { result: 'new' }],
    [{ ticket: '', url: '', result: ' ' }, undefined],
    [{ other: 'field' }, undefined],
    ['ok', undefined],
    ['', undefined],
    ['[]', undefined],
    ['null', undefined],
    ['{"ticket":"cut', undefined],
    ['{"__proto__":{"ticket":"1"}}', undefined],
  ])('Webhook answer %j reports %j', (answer, expected) => {
    expect(remote(answer)).toEqual(expected)
  })

  it('Webhook answer that refuses the message reports no ticket', () => {
    expect(answered(422, { body: Buffer.from('{"ticket":"1"}') }).remote).toBeUndefined()
  })
})

describe('Webhook failures without an answer', () => {
  it.each([
    ['no-answer-in-time', 'all', 'in-doubt', 'destination', 'no-answer-in-time'],
    ['no-answer-in-time', 'part', 'temporary', 'message', 'sent-too-slowly'],
    ['connection-lost', 'all', 'in-doubt', 'message', 'connection-lost'],
    ['connection-lost', 'part', 'temporary', 'message', 'connection-lost'],
    ['connection-lost', 'nothing', 'temporary', 'destination', 'connection-lost'],
    ['body-not-readable', 'part', 'temporary', 'message', 'mail-not-readable'],
    ['answer-not-http', 'all', 'temporary', 'destination', 'answer-not-http'],
  ] as const)('Webhook failure %s after %s of the request means: %s, %s, %s', (failure, sent, result, scope, code) => {
    const outcome = failed(failure, sent)
    expect(outcome).toMatchObject({ result, scope, code, bytes: 17 })
    expect(outcome).not.toHaveProperty('answered')
    expect(outcome.detail).toMatch(/\.$/)
    expect(outcome.remedy).toMatch(/\.$/)
  })

  it.each(Object.keys(networkErrors).filter((code) => code !== 'connection-lost') as HttpFailure['code'][])(
    'Webhook failure %s concerns the destination, and a repeat is harmless',
    (code) => {
      const outcome = failed(code, 'nothing')
      expect(outcome).toMatchObject({ result: 'temporary', scope: 'destination', code })
      expect(outcome.remedy).toMatch(/\.$/)
    },
  )
})
