import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { secretVersionOf } from '../../support/account-rows.ts'
import { hasPseudoTerminal } from '../run-cli.ts'
import { type AccountsWorld, startAccountsWorld } from './file/accounts-world.ts'

let world: AccountsWorld
let accountId: string
beforeEach(async () => {
  world = await startAccountsWorld()
  accountId = (await world.api.create({ host: 'old.example.org' })).body.accountId
})
afterEach(async () => {
  await world.stop()
})

const edit = (...args: string[]) => world.cli('accounts', 'edit', accountId, ...args)
const storedPassword = async () => {
  const row = await world.api.services.accounts.read(accountId)
  return row && (await world.api.secrets.store.read(accountId, secretVersionOf(row)))
}

describe('postmaster accounts edit', () => {
  it.runIf(hasPseudoTerminal)(
    'accounts edit prompts for the password if the stored one cannot be used for the new host',
    async () => {
      const answers = [{ after: 'Password (not shown):', text: 'given again\r' }]
      const moved = await world.atTerminal(['accounts', 'edit', accountId, '--host', 'new.example.org'], answers)
      expect(moved.code, moved.out).toBe(0)
      expect(moved.out.replace(/\s+/g, ' ')).toContain(
        'The password is required again, because a stored password is never sent to another host.',
      )
      expect(moved.out).not.toContain('given again')
      expect((await world.api.get(accountId)).body.host).toBe('new.example.org')
      expect(await storedPassword()).toBe('given again')
    },
  )

  it('accounts edit without a terminal suggests --password-stdin and changes nothing', async () => {
    for (const change of [
      ['--host', 'new.example.org'],
      ['--type', 'IMAP'],
    ]) {
      const { code, err } = await edit(...change)
      expect(code).toBe(2)
      expect(err).toContain('The password is required again, because ')
      expect(err).toContain('--password-stdin')
    }
    expect(world.changes).toEqual([])
  })

  it('accounts edit needs no password for another spelling of the host, another encrypted type or an invalid host', async () => {
    expect((await edit('--host', 'OLD.example.org.')).code).toBe(0)
    expect((await edit('--type', 'POP3S')).code).toBe(0)
    expect((await edit('--host', 'imaps://new.example.org')).err).toContain('--host: must be a host name')
    expect(await storedPassword()).toBe('correct horse battery staple')
  })
})
