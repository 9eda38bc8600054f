import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Leased } from '../../lib/handover/agents/agent-protocol.ts'
import { CliError, type CommandOutput, exitCodes } from '../terminal/cli-error.ts'
import { plain } from '../terminal/text.ts'
import { argvFor } from './receiver/arguments.ts'
import type { Receiver } from './receiver/receiver.ts'

/** A mail without a person's address. `example.com` never receives mail (RFC 2606), so an automatic reply has no effect. */
const sampleMail = (id: string, date: Date): string =>
  [
    'From: Postmaster sample <sample@example.com>',
    'To: service-desk@example.com',
    'Subject: Sample mail of Postmaster',
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@postmaster.example.com>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'An admin tested the hand-over of mail with `postmaster deliver --sample`.',
    'This ticket can be closed. The letters ä, ö and € show that the charset is right.',
    '',
  ].join('\r\n')

export const sampleLease = (queue: string, size: number, sha256: string, id = 'sample'): Leased => ({
  deliveryId: id,
  lease: 'sample',
  until: '',
  attempt: 1,
  possiblyDoubled: false,
  replays: 0,
  messageId: id,
  queue,
  trusted: false,
  loop: false,
  size,
  sha256,
  subject: 'Sample mail of Postmaster',
})

/**
 * Hands a harmless mail to the ticket system, without the API, and prints what happens.
 * @throws CliError if the ticket system did not take it
 */
export const handOverSample = async (
  receiver: Receiver,
  { queue, argv }: { readonly queue: string; readonly argv: readonly string[] },
  output: CommandOutput,
): Promise<void> => {
  const started = new Date()
  const id = `sample.${started.getTime().toString(36)}`
  const mail = Buffer.from(sampleMail(id, started))
  const leased = sampleLease(queue, mail.length, createHash('sha256').update(mail).digest('hex'), id)
  if (argv.length > 0)
    output.out(
      `command     ${argvFor(argv, leased)
        .map((word) => plain(JSON.stringify(word)))
        .join(' ')}`,
    )
  output.out(`queue       ${plain(queue)}, as untrusted mail, ${mail.length} bytes`)
  const refusal = receiver.refusal?.(leased)
  if (refusal) throw new CliError(`${refusal.detail} ${refusal.remedy}`, exitCodes.usage)
  const folder = mkdtempSync(join(tmpdir(), 'postmaster-sample-'))
  try {
    const file = join(folder, id)
    writeFileSync(file, mail, { mode: 0o600 })
    const verdict = await receiver.deliver({ leased, file }, ({ pid }) => output.out(`process     ${pid}`))
    output.out(`time        ${((Date.now() - started.getTime()) / 1000).toFixed(1)} s`)
    if (verdict.result === 'failed')
      throw new CliError(
        `The ticket system did not take the sample (${verdict.failure.code}). ${plain(verdict.failure.detail)}\n${verdict.failure.remedy}`,
        exitCodes.failed,
      )
    output.out(`result      delivered${verdict.ticket === undefined ? '' : `, ticket ${plain(verdict.ticket)}`}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
