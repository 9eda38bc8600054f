import { describe, expect, it } from 'vitest'
import type { MessageView } from '../../lib/messages/view/message-view.ts'
import { scriptedApi } from './scripted-api.ts'

const view = (more: Partial<MessageView>): MessageView => ({
  messageId: '5f3a',
  header: { subject: 'Printer' },
  attachments: [],
  ...more,
})

const shown = async (more: Partial<MessageView>): Promise<string> => {
  await using api = await scriptedApi(() => ({ body: view(more) }))
  return (await api.cli('messages', 'show', '5f3a')).out
}

describe('postmaster messages show', () => {
  it('says that a text was made from HTML, and shows it harmlessly', async () => {
    const text = { content: 'It burns\u001b[31m <https://example.org/>', truncated: false }
    expect(await shown({ text, textFrom: 'html' })).toBe(
      'Subject: Printer\n\n(no plain text; this is what its HTML says)\n\nIt burns [31m <https://example.org/>\n',
    )
    expect(await shown({ text })).not.toContain('HTML')
  })

  it('says so where there is no text at all', async () => {
    expect(await shown({})).toContain('(no text; `postmaster messages raw` has what there is)')
  })
})
