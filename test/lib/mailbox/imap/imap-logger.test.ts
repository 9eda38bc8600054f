import { describe, expect, test } from 'vitest'
import { imapLogger } from '../../../../lib/mailbox/imap/imap-logger.ts'

const heardOf = (entry: unknown, listening = true): string[] => {
  const lines: string[] = []
  const logger = imapLogger({
    listening,
    sent: (line) => lines.push(`> ${line}`),
    received: (line) => lines.push(`< ${line}`),
  })
  logger.debug(entry)
  return lines
}

describe('the transcript from imapflow’s log', () => {
  test.each<[string, unknown, string[]]>([
    ['a command', { src: 'c', msg: '3 SELECT INBOX', cid: 'x' }, ['> 3 SELECT INBOX']],
    ['a response', { src: 's', msg: '3 OK [READ-WRITE] done' }, ['< 3 OK [READ-WRITE] done']],
    [
      'a SASL response that imapflow has already masked',
      { src: 'c', msg: 'AGFsaWNl', comment: 'Encoded response for AUTH=PLAIN' },
      ['> (credential)'],
    ],
    [
      'a body as a quoted string',
      { src: 's', msg: '* 1 FETCH (UID 7 BODY[] "From: \\"a\\" secret text" FLAGS (\\Seen))' },
      ['< * 1 FETCH (UID 7 BODY[] (23 characters) FLAGS (\\Seen))'],
    ],
    [
      'a part of a body as a quoted string',
      { src: 's', msg: '* 1 FETCH (BODY[HEADER]<0> "x" RFC822.SIZE 12)' },
      ['< * 1 FETCH (BODY[HEADER]<0> (1 characters) RFC822.SIZE 12)'],
    ],
    [
      'a part of a body whose section quotes field names',
      { src: 's', msg: '* 1 FETCH (BODY[HEADER.FIELDS ("To" FROM)] "secret" UID 7)' },
      ['< * 1 FETCH (BODY[HEADER.FIELDS ("To" FROM)] (6 characters) UID 7)'],
    ],
    [
      'a body whose name is in lower case',
      { src: 's', msg: '* 1 FETCH (body[text] "secret" rfc822.text "secret")' },
      ['< * 1 FETCH (body[text] (6 characters) rfc822.text (6 characters))'],
    ],
    [
      'a body that is not closed',
      { src: 's', msg: '* 1 FETCH (BODY[] "secret \\' },
      ['< * 1 FETCH (BODY[] (8 characters)'],
    ],
    [
      'the literals that imapflow replaced, with their size',
      { src: 's', msg: '* 1 FETCH (BODY[] "(* 48231B literal *)" UID 7 X "(* 120B string *)")' },
      ['< * 1 FETCH (BODY[] (48231 bytes) UID 7 X (120 characters))'],
    ],
    ['a command with a literal', { src: 'c', msg: '3 SELECT "(* 12B literal *)"' }, ['> 3 SELECT (12 bytes)']],
    [
      'a body that imitates a replaced literal',
      { src: 's', msg: '* 1 FETCH (BODY[] "a\\" \\"(* 5B literal *)\\" secret" UID 7)' },
      ['< * 1 FETCH (BODY[] (31 characters) UID 7)'],
    ],
    [
      'strings that are not content',
      { src: 's', msg: '* 1 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN" NIL) X-GM-LABELS ("a" "b") RFC822.SIZE 12 X "c")' },
      ['< * 1 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN" NIL) X-GM-LABELS ("a" "b") RFC822.SIZE 12 X "c")'],
    ],
    [
      'a line that could not be parsed',
      { src: 's', msg: 'secret text of a mail', err: new Error('x') },
      ['< (unreadable line: 21 bytes)'],
    ],
    ['something else', { msg: 'Connected', host: 'x' }, []],
    ['not an entry', 'text', []],
  ])('imapLogger converts %s', (_title, entry, expected) => {
    expect(heardOf(entry)).toEqual(expected)
  })

  test('imapLogger passes nothing on if the transcript no longer listens', () => {
    expect(heardOf({ src: 'c', msg: 'NOOP' }, false)).toEqual([])
    const silent = { listening: false, sent: () => undefined, received: () => undefined }
    expect(imapLogger(silent).isLevelEnabled()).toBe(false)
  })
})
