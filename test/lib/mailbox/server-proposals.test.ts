import { describe, expect, it } from 'vitest'
import { mailProviders } from '../../../lib/mailbox/server-proposals/mail-providers.ts'
import {
  proposalAddressSchema,
  proposeServers,
  serverProposals,
} from '../../../lib/mailbox/server-proposals/server-proposals.ts'

describe('the mail servers proposed for an address', () => {
  it.each([
    ['a@gmail.com', 'imap.gmail.com'],
    ['a@Outlook.com', 'outlook.office365.com'],
    ['a@yahoo.de', 'imap.mail.yahoo.com'],
    ['a@icloud.com', 'imap.mail.me.com'],
    ['a@gmx.net', 'imap.gmx.net'],
    ['a@web.de', 'imap.web.de'],
    ['a@fastmail.com', 'imap.fastmail.com'],
    ['a@zoho.eu', 'imap.zoho.eu'],
    ['a@mailbox.org', 'imap.mailbox.org'],
    ['a@posteo.net', 'posteo.de'],
  ])('the address %s has exactly one proposed server: %s', (address, host) => {
    expect(serverProposals(address)).toMatchObject({ certain: true, items: [{ type: 'IMAPS', host, port: 993 }] })
  })

  it('a customer’s own domain has the usual host names proposed first, then the providers that host such domains', () => {
    const { certain, items } = serverProposals('desk@Example.com')
    expect(certain).toBe(false)
    const server = { type: 'IMAPS', port: 993 }
    expect(items.slice(0, 2)).toEqual([
      { ...server, host: 'imap.example.com' },
      { ...server, host: 'mail.example.com' },
    ])
    expect(items.slice(2).map(({ provider }) => provider)).toEqual(
      mailProviders.filter(({ runsOthers }) => runsOthers).map(({ name }) => name),
    )
    expect(items).toContainEqual(
      expect.objectContaining({ host: 'outlook.office365.com', oauth2: 'microsoft', note: expect.any(String) }),
    )
  })

  it('the servers that a domain publishes replace the usual host names, with what is known about their provider', () => {
    const { certain, items } = serverProposals('desk@Example.com', [
      { type: 'IMAPS', host: 'outlook.office365.com', port: 993 },
      { type: 'POP3S', host: 'pop.example.net', port: 1995 },
    ])
    expect(certain).toBe(false)
    expect(items[0]).toMatchObject({ oauth2: 'microsoft', note: expect.any(String), publishedBy: 'example.com' })
    expect(items[1]).toEqual({ type: 'POP3S', host: 'pop.example.net', port: 1995, publishedBy: 'example.com' })
    expect(items.filter(({ host }) => host.endsWith('.example.com'))).toEqual([])
    expect(items.filter(({ host }) => host === 'outlook.office365.com')).toHaveLength(1)
  })

  it('the domain of a known provider is not looked up', async () => {
    const looked: string[] = []
    const publishedIn = async (domain: string) => {
      looked.push(domain)
      return []
    }
    expect((await proposeServers('a@gmail.com', publishedIn)).certain).toBe(true)
    await proposeServers('a@Example.com', publishedIn)
    expect(looked).toEqual(['example.com'])
  })

  it('every domain in the list of mail providers belongs to one provider only', () => {
    const domains = mailProviders.flatMap((provider) => provider.domains)
    expect(new Set(domains).size).toBe(domains.length)
  })

  it.each(['', 'desk', 'desk@', '@example.com', 'desk@example', 'a b@example.com', 'desk@example..com', 'desk@.com'])(
    'the text “%s” is not an address for which servers are proposed',
    (text) => {
      expect(proposalAddressSchema.safeParse(text).success).toBe(false)
    },
  )
})
