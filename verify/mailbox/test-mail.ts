import { randomUUID } from 'node:crypto'

/** @returns the subject by which the test mail is found */
export const subjectOf = (mark: string): string => `Postmaster verification ${mark}`

/**
 * @returns a mail that shows changed bytes: UTF-8 in the body, a line that begins with a dot (RFC 1939 section 3), and
 *   spaces at the end of a line
 */
export const testMailOf = (mark: string, mailbox: string, now: Date): Buffer =>
  Buffer.from(
    [
      'From: Postmaster verification <postmaster-verify@example.com>',
      `To: ${mailbox.includes('@') ? mailbox : `${mailbox}@example.com`}`,
      `Subject: ${subjectOf(mark)}`,
      `Date: ${now.toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${randomUUID()}@postmaster-verify.example.com>`,
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'This mail verifies a deployment of Postmaster. You can delete it.',
      '. This line begins with a dot, ends with spaces, and contains äöü.  ',
      '',
    ].join('\r\n'),
  )
