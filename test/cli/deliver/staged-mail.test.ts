import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleLease } from '../../../cli/deliver/sample.ts'
import { stageMail } from '../../../cli/deliver/state/staged-mail.ts'
import { AgentFolder } from './agent-run.ts'

let folder = undefined as unknown as AgentFolder
beforeEach(() => {
  folder = new AgentFolder()
  mkdirSync(folder.state)
})
afterEach(() => folder[Symbol.dispose]())

const mail = 'Subject: x\r\n\r\nThe body.\r\n'
const leased = sampleLease('Raw', mail.length, createHash('sha256').update(mail).digest('hex'), 'D.1')

async function* parts(texts: readonly string[], error?: Error) {
  for (const text of texts) yield Buffer.from(text)
  if (error) throw error
}
const stage = (texts: readonly string[], error?: Error) => stageMail(folder.state, leased, parts(texts, error))
const systemError = (code: string) => Object.assign(new Error(code), { code })

describe('the file of a mail that is handed over', () => {
  it('a complete mail is written to a file that only the agent’s user can read', async () => {
    expect(await stage([mail.slice(0, 5), mail.slice(5)])).toEqual({ file: folder.at('state/D.1') })
    expect(folder.read('state/D.1')).toBe(mail)
    expect(statSync(folder.at('state/D.1')).mode & 0o077).toBe(0)
  })

  it.each([
    ['is too short', [mail.slice(1)], undefined, 'mail-differs', 'message'],
    ['is too long', [mail, 'x'], undefined, 'mail-differs', 'message'],
    ['has another byte', [mail.replace('body', 'Body')], undefined, 'mail-differs', 'message'],
    ['does not fit on the disk', [mail], systemError('ENOSPC'), 'disk-full', 'destination'],
    ['exceeds a quota', [mail], systemError('EDQUOT'), 'disk-full', 'destination'],
    ['cannot be written', [mail], systemError('EIO'), 'state-not-writable', 'destination'],
    ['breaks off', [mail.slice(0, 5)], new TypeError('terminated'), 'download-failed', 'destination'],
  ] as const)('a mail that %s leaves no file', async (_name, texts, error, code, scope) => {
    expect(await stage(texts, error)).toMatchObject({ failure: { code, scope, permanent: false, inDoubt: false } })
    expect(readdirSync(folder.state)).toEqual([])
  })

  it('a mail of any length is not written further than the lease says', async () => {
    let taken = 0
    async function* endless() {
      for (;;) {
        taken += 1
        yield Buffer.alloc(1000)
      }
    }
    expect(await stageMail(folder.state, leased, endless())).toMatchObject({ failure: { code: 'mail-differs' } })
    expect(taken).toBe(1)
  })
})
