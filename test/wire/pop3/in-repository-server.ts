import type { AccountType } from '../../../lib/accounts/account-type.ts'
import type { MailboxSettings } from '../../../lib/mailbox/mailbox.ts'
import type { ContractServer } from '../../contracts/mailbox-contract.ts'
import { type CertificateAuthority, createCertificates } from '../../mail-server/certificates.ts'
import type { Fault } from '../../mail-server/faults.ts'
import { asSentByPop3 } from '../../mail-server/pop3/dot-stuffing.ts'
import { startMailServer } from '../../mail-server/server.ts'

const password = 'correct horse'
let authority: Promise<CertificateAuthority> | undefined

/** The in-repository server for the contract suite, a user for each mailbox. */
export const startContractServer = async (faults: readonly Fault[] = []): Promise<ContractServer> => {
  authority ??= createCertificates()
  const users = Array.from({ length: 60 }, (_, index) => ({ name: `user${index}`, password }))
  const server = await startMailServer({ users, faults, authority: await authority })
  let taken = 0
  return {
    async newMailbox() {
      const name = `user${taken}`
      taken += 1
      const user = server.user(name)
      return {
        settings: (type: AccountType): MailboxSettings => ({
          type,
          host: 'localhost',
          port: server.port(type),
          folder: 'INBOX',
          credential: { method: 'password', username: name, password },
          customCa: server.caPem,
        }),
        deliver: async (messages) => {
          for (const message of messages) user.inbox.append(message)
        },
        createFolder: () => Promise.reject(new Error('POP3 has no folders')),
        count: async () => user.inbox.messages.length,
      }
    },
    served: (bytes) => asSentByPop3(bytes),
    ports: Object.values(server.ports),
    hierarchySeparator: '/',
    close: () => server.stop(),
  }
}
