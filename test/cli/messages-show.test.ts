import { describe, expect, it } from 'vitest'
import type { MessageView } from '../../lib/messages/view/message-view.ts'
import { scriptedApi } from './scripted-api.ts'

const view = (more: Partial<MessageView>): MessageView => ({
  messageId: '5f3a000000000000000000000000000000000000000000000000000000000000',
  header: { subject: 'Printer' },
  attachments: [],
  ...more,
})

const shown = async (more: Partial<MessageView>): Promise<string> => {
  await using api = await scriptedApi(() => ({ body: view(more) }))
  return (await api.cli('messages', 'show', '5f3a000000000000000000000000000000000000000000000000000000000000')).out
}

describe('postmaster messages show', () => {
  it('messages show reports that the text comes from HTML, and makes it safe for a terminal', async () => {
    const text = { content: 'It burns\u001b[31m <https://example.org/>', truncated: false }
    expect(await shown({ text, textFrom: 'html' })).toBe(
      'Subject\tPrinter\n\n(HTML was converted to text.)\n\nIt burns [31m <https://example.org/>\n',
    )
    expect(await shown({ text })).not.toContain('HTML')
  })

  it('messages show reports that a message has no text', async () => {
    expect(await shown({})).toContain(
      '(The message has no text. Use `postmaster messages raw` to get the whole message.)',
    )
  })

  it('messages show notes that a message is signed', async () => {
    const text = { content: 'It burns', truncated: false }
    const detail = 'The message is signed.'
    expect(await shown({ text, signed: { detail } })).toBe('Subject\tPrinter\n\n(The message is signed.)\n\nIt burns\n')
  })
})
