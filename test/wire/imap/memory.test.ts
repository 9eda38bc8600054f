import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { hugeMessage } from '../../mail-server/corpus.ts'
import { serverWith, user } from './imap-wire.ts'

const reportSchema = z.object({ bytes: z.number(), sha256: z.string(), atRest: z.number(), peak: z.number() })

it('IMAP retrieval of a 100 MB message uses less than 120 MiB more memory than an idle process', async () => {
  const server = await serverWith()
  const message = hugeMessage(100_000_000)
  server.user(user.name).inbox.append(message)
  const script = fileURLToPath(new URL('./stream-one-message.ts', import.meta.url))
  const args = [script, `${server.port('IMAP')}`, user.name, user.password]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 })
  const report = reportSchema.parse(JSON.parse(stdout))
  console.log(`100 MB over IMAP: ${Math.round(report.atRest)} MiB at rest, ${Math.round(report.peak)} MiB at most`)
  expect(report.bytes).toBe(message.length)
  expect(report.sha256).toBe(createHash('sha256').update(message).digest('hex'))
  expect(report.peak - report.atRest).toBeLessThan(120)
})
