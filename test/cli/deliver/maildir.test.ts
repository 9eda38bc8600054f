import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MaildirReceiver } from '../../../cli/deliver/receiver/maildir.ts'
import { sampleLease } from '../../../cli/deliver/sample.ts'
import { AgentFolder } from './agent-run.ts'

let folder = undefined as unknown as AgentFolder
beforeEach(() => {
  folder = new AgentFolder()
  writeFileSync(folder.at('mail'), 'the mail')
})
afterEach(() => folder[Symbol.dispose]())

const deliver = (maildir = 'desk') =>
  new MaildirReceiver(folder.at(maildir)).deliver({ leased: sampleLease('Raw', 8, '', 'D.1'), file: folder.at('mail') })

describe('a Maildir', () => {
  it('the Maildir is created, and the mail is a file in new that only the owner and the group can read', async () => {
    expect(await deliver()).toEqual({ result: 'delivered' })
    expect(folder.read('desk/new/D.1')).toBe('the mail')
    expect(statSync(folder.at('desk/new/D.1')).mode & 0o007).toBe(0)
    expect(readdirSync(folder.at('desk/tmp'))).toEqual([])
  })

  it.each(['new/D.1', 'cur/D.1:2,S', 'cur/D.1'])('a mail that is already in %s is not written again', async (name) => {
    await deliver()
    renameSync(folder.at('desk/new/D.1'), folder.at(`desk/${name}`))
    expect(await deliver()).toMatchObject({ result: 'delivered', note: 'it was already in the Maildir' })
    expect([...readdirSync(folder.at('desk/new')), ...readdirSync(folder.at('desk/cur'))]).toHaveLength(1)
  })

  it('a mail that a person asked for again is written again, once', async () => {
    await deliver()
    for (const expected of [{ result: 'delivered' }, { note: 'it was already in the Maildir' }]) {
      const leased = { ...sampleLease('Raw', 8, '', 'D.1'), replays: 1 }
      const maildir = new MaildirReceiver(folder.at('desk'))
      expect(await maildir.deliver({ leased, file: folder.at('mail') })).toMatchObject(expected)
    }
    expect(readdirSync(folder.at('desk/new')).toSorted()).toEqual(['D.1', 'D.1.replay1'])
  })

  it('the unfinished file of a crashed agent is replaced', async () => {
    mkdirSync(folder.at('desk/tmp'), { recursive: true })
    writeFileSync(folder.at('desk/tmp/D.1'), 'the m')
    expect(await deliver()).toEqual({ result: 'delivered' })
    expect(folder.read('desk/new/D.1')).toBe('the mail')
  })

  it('a Maildir that cannot be written is a failure of the destination', async () => {
    writeFileSync(folder.at('file'), '')
    expect(await deliver('file')).toMatchObject({
      result: 'failed',
      failure: { scope: 'destination', code: 'maildir-not-writable', inDoubt: false },
    })
    chmodSync(folder.at('file'), 0o600)
    expect(existsSync(folder.at('mail'))).toBe(true)
  })
})
