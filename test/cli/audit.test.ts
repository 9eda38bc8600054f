import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '../../lib/audit/audit-entry.ts'
import { scriptedApi } from './scripted-api.ts'

const entry = (entryId: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  entryId,
  at: '2026-03-02T08:10:04.218Z',
  who: 'jane@example.com',
  action: 'change',
  subject: '/accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC',
  name: 'support at mail.example.com',
  version: 4,
  outcome: 'made',
  changes: [{ field: 'folder', from: 'INBOX', to: 'Desk\u001b[31m' }],
  ...more,
})

describe('postmaster audit list', () => {
  it('audit list sends its filters and follows the pages', async () => {
    await using api = await scriptedApi((_, count) => ({
      body: count === 1 ? { items: [entry('e1')], next: 'more' } : { items: [entry('e2')] },
    }))
    const { code, out } = await api.cli(
      ...['audit', 'list', '--subject', '/accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC', '--by', 'jane@example.com'],
      ...['--from', '2026-03-01', '--to', '2026-03-03', '--json'],
    )
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject([{ entryId: 'e1' }, { entryId: 'e2' }])
    const query = new URL(api.asked[0]?.path ?? '', api.url)
    expect(query.pathname).toBe('/audit')
    expect(Object.fromEntries(query.searchParams)).toEqual({
      limit: '100',
      subject: '/accounts/01JNBZ4ZQ0V7M3T9H2K5W8XACC',
      who: 'jane@example.com',
      from: '2026-03-01',
      to: '2026-03-03',
    })
    expect(api.asked[1]?.path).toContain('next=more')
  })

  it('audit list shows the changes of each field, without secrets or characters that control a terminal', async () => {
    const created = entry('e2', {
      action: 'create',
      outcome: 'unconfirmed',
      changes: [
        { field: 'password', secret: true },
        { field: 'dispatching', to: { by: 'to-field' } },
        { field: 'comment', from: 'x'.repeat(200) },
      ],
    })
    await using api = await scriptedApi(() => ({ body: { items: [entry('e1'), created] } }))
    const { out } = await api.cli('audit', 'list')
    expect(out).toContain('folder: INBOX → Desk')
    expect(out).not.toContain('\u001b')
    expect(out).toContain('create, unconfirmed')
    expect(out).toContain('password changed; dispatching = {"by":"to-field"}; comment: xxx')
    expect(out).toContain(`${'x'.repeat(200)} → none`)
    const { out: table } = await api.terminal(100, 'audit', 'list')
    expect(Math.max(...table.split('\n').map(({ length }) => length))).toBe(100)
  })

  it('audit list reports that no entry matches or that there are more entries', async () => {
    await using none = await scriptedApi(() => ({ body: { items: [] } }))
    expect(await none.cli('audit', 'list')).toMatchObject({ out: '', err: 'There are no entries.\n' })
    await using two = await scriptedApi(() => ({ body: { items: [entry('e1'), entry('e2')] } }))
    expect((await two.cli('audit', 'list', '--limit', '1')).err).toBe(
      'Only the first entry is shown. Use --limit or --all to see more.\n',
    )
  })
})
