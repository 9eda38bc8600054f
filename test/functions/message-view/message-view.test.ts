import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { messageViewSchema } from '../../../lib/messages/view/message-view.ts'
import { mail, wholeMail } from '../../lib/messages/view/sample-mails.ts'
import { opensslBer, signed, signedMail } from '../../lib/messages/view/signed/signed-samples.ts'
import { callHttp, readerClaims } from '../../support/http-event.ts'
import { startMessageFunction } from '../../support/message-world.ts'
import { messageOf } from '../../support/messages.ts'

const world = await startMessageFunction('message-view')
const { client, raw, store, handler } = world
afterAll(world.stop)

const never = new AbortController().signal
const put = async (name: string, bytes: Buffer | AsyncIterable<Buffer>): Promise<string> => {
  const { messageId } = await store.create(messageOf(name))
  await raw.put(messageId, bytes, never)
  return messageId
}
const get = async (path: string, query: Record<string, string> = {}) =>
  await callHttp(handler, { method: 'GET', path, claims: readerClaims, query })
const view = async (messageId: string, query: Record<string, string> = {}) => {
  const { status, body } = await get(`/messages/${messageId}/view`, query)
  expect({ status, body }).toMatchObject({ status: 200 })
  return messageViewSchema.parse(body)
}
const download = async (messageId: string, index: string) => {
  const { status, headers } = await get(`/messages/${messageId}/attachments/${index}`)
  expect(status).toBe(303)
  const link = new URL(headers.location ?? '')
  const answer = await fetch(link)
  return { link, answer, bytes: Buffer.from(await answer.arrayBuffer()) }
}

describe('the message view', () => {
  let messageId: string
  beforeAll(async () => {
    messageId = await put('whole', wholeMail)
  })

  test('the message view contains text and attachments, and HTML only if it is requested', async () => {
    const shown = await view(messageId)
    expect(shown).toMatchObject({
      messageId,
      header: { subject: 'Printer on fire' },
      text: { content: 'It burns 🔥, see the photo.', truncated: false },
    })
    expect(shown).not.toHaveProperty('html')
    expect(shown.attachments.map(({ index, name }) => `${index} ${name}`)).toEqual([
      '1 fire.jpg',
      '2 attachment-2.ics',
      '3 attachment-3.eml',
      '4 Rächnung.bin',
    ])
  })

  test('the message view returns HTML sanitised, with remote content, or as source', async () => {
    expect((await view(messageId, { html: 'sanitised' })).html).toEqual({
      content: '<p>It <b>burns</b>: <img src="cid:photo1@example.org" /><img /></p>',
      truncated: false,
      form: 'sanitised',
      remoteContentRemoved: 1,
      remoteContentHosts: ['track.example.net'],
    })
    const remote = (await view(messageId, { html: 'sanitised', remoteContent: 'true' })).html?.content
    expect(remote).toContain('<img src="https://track.example.net/p.gif" />')
    expect((await view(messageId, { html: 'source' })).html?.content).toContain('<p onclick="x()">')
    expect((await view(messageId, { html: 'none' })).html).toBeUndefined()
  })

  test('the message view names at most 20 hosts of remote images and counts all images', async () => {
    const images = Array.from({ length: 30 }, (_, i) => `<img src="https://${i}.example.net/p.gif">`)
    const { html } = await view(await put('images', mail('Content-Type: text/html', '', ...images)), {
      html: 'sanitised',
    })
    expect(html).toMatchObject({ remoteContentRemoved: 30 })
    expect(html?.remoteContentHosts).toEqual(Array.from({ length: 20 }, (_, i) => `${i}.example.net`))
  })

  test('the message view shows an attached message and extends its attachment indexes', async () => {
    const inner = await view(messageId, { attachment: '3', html: 'sanitised' })
    expect(inner).toMatchObject({ attachment: '3', header: { subject: 'Grüße', from: 'Joe <joe@example.org>' } })
    expect(inner.html?.content).toBe('<p>inner </p>')
    expect(inner.attachments).toMatchObject([{ index: '3.1', name: 'plan.pdf', size: 10 }])
    const { bytes } = await download(messageId, '3.1')
    expect(bytes.toString()).toBe('%PDF inner')
  })

  test('the message view converts HTML to text if the plain text is missing or blank', async () => {
    expect(await view(messageId)).not.toHaveProperty('textFrom')
    const made = { text: { content: 'inner', truncated: false }, textFrom: 'html' }
    expect(await view(messageId, { attachment: '3' })).toMatchObject(made)
    const html =
      '<p>It burns, see <a href="https://example.org/fire">here</a>.<img src="https://track.example.net/p.gif">'
    const content = 'It burns, see here <https://example.org/fire>.'
    const only = await put('html only', mail('Content-Type: text/html', '', html))
    expect(await view(only)).toMatchObject({ text: { content, truncated: false }, textFrom: 'html' })
    const blank = mail(
      ...['Content-Type: multipart/alternative; boundary=a', '', '--a', 'Content-Type: text/plain', '', ' \u00a0'],
      ...['--a', 'Content-Type: text/html', '', html, '--a--'],
    )
    expect(await view(await put('blank text', blank))).toMatchObject({ text: { content }, textFrom: 'html' })
    const deep = await put('deep', mail('Content-Type: text/html', '', '<b>'.repeat(600), 'x'))
    expect(await view(deep)).not.toHaveProperty('text')
  })

  test('the message view converts 5 MB of HTML to text in bounded time and marks the text as truncated', async () => {
    const large = await put(
      'large',
      mail('Content-Type: text/html', '', '<p>burning <b>printer</b>\r\n'.repeat(180_000)),
    )
    const started = performance.now()
    const { text, textFrom } = await view(large)
    expect(performance.now() - started).toBeLessThan(10_000)
    expect({ textFrom, truncated: text?.truncated }).toEqual({ textFrom: 'html', truncated: true })
    expect(text?.content.startsWith('burning printer\n\nburning printer\n\n')).toBe(true)
    expect(Buffer.byteLength(JSON.stringify(text?.content))).toBeLessThanOrEqual(1024 * 1024)
  })

  test('the message view contains every field of the header only if it is requested', async () => {
    expect(await view(messageId)).not.toHaveProperty('fields')
    const { fields = [] } = await view(messageId, { fields: 'true' })
    expect(fields.find(({ name }) => name === 'subject')).toEqual({ name: 'subject', value: 'Printer on fire' })
    const inner = await view(messageId, { fields: 'true', attachment: '3' })
    expect(inner.fields?.find(({ name }) => name === 'subject')).toEqual({ name: 'subject', value: 'Grüße' })
    expect((await get(`/messages/${messageId}/view`, { fields: 'yes' })).status).toBe(400)
  })

  test('the message view is always JSON, never an HTML page', async () => {
    const { headers } = await get(`/messages/${messageId}/view`, { html: 'source' })
    expect(headers['content-type']).toBe('application/json')
    expect(headers['x-content-type-options']).toBe('nosniff')
  })

  test('the message view does not change any stored data', async () => {
    await view(messageId, { html: 'sanitised' })
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'raw-mail', Key: messageId }))
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(wholeMail)).toBe(true)
  })

  test('the message view of a repeat shows the originally stored bytes', async () => {
    const repeat = await store.create(messageOf('repeat', { sameAs: messageId }))
    expect((await view(repeat.messageId)).header.subject).toBe('Printer on fire')
  })
})

describe('the view of a signed message', () => {
  const detail = 'The message or a part of it is signed. Postmaster does not verify signatures.'

  test('the view of a signed message shows the content of the signature and its attachments', async () => {
    const bytes = signedMail(opensslBer)
    const messageId = await put('signed', bytes)
    expect(await view(messageId)).toMatchObject({
      text: { content: 'Signed text.' },
      attachments: [{ index: '1', name: 'plan.pdf', size: 4 }],
      signed: { detail },
    })
    expect((await download(messageId, '1')).bytes.toString()).toBe('%PDF')
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'raw-mail', Key: messageId }))
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true)
  })

  test('the view of a signed message shows the messages inside it', async () => {
    const messageId = await put('signed whole', signedMail(signed(wholeMail)))
    const shown = await view(messageId, { html: 'sanitised' })
    expect(shown).toMatchObject({ text: { content: 'It burns 🔥, see the photo.' }, signed: { detail } })
    expect(shown.html?.content).toContain('<b>burns</b>')
    expect(await view(messageId, { attachment: '3' })).toMatchObject({ header: { subject: 'Grüße' } })
    expect((await download(messageId, '3.1')).bytes.toString()).toBe('%PDF inner')
  })

  test('the view of a signed message notes a signature beside the text, and only then', async () => {
    const beside = mail(
      ...['Content-Type: multipart/signed; boundary=a', '', '--a', 'Content-Type: text/plain', '', 'Signed text.'],
      ...['--a', 'Content-Type: application/pkcs7-signature; name=smime.p7s', '', 'x', '--a--'],
    )
    expect(await view(await put('beside', beside))).toMatchObject({
      text: { content: 'Signed text.' },
      signed: { detail },
    })
    expect(await view(await put('unsigned', wholeMail))).not.toHaveProperty('signed')
    const broken = await view(await put('broken', signedMail(opensslBer.subarray(0, 200))))
    expect(broken).toMatchObject({ attachments: [{ index: '1', name: 'smime.p7m', size: 200 }] })
    expect(broken).not.toHaveProperty('signed')
  })
})

describe('the attachment download', () => {
  test('the attachment download always saves a file, whatever type the sender declared', async () => {
    const messageId = await put(
      'page',
      mail(
        'Content-Type: multipart/mixed; boundary=a',
        '',
        '--a',
        "Content-Type: text/html; name*=utf-8''R%C3%A4ch%22nung.html",
        'Content-Disposition: attachment',
        '',
        '<script>alert(1)</script>',
        '--a--',
      ),
    )
    const { link, answer, bytes } = await download(messageId, '1')
    expect(bytes.toString()).toBe('<script>alert(1)</script>')
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    // The link requests this content type. The emulator ignores the request, but S3 follows it.
    expect(link.searchParams.get('response-content-type')).toBe('application/octet-stream')
    expect(link.searchParams.get('response-cache-control')).toBe('no-store')
    expect(link.searchParams.get('response-content-disposition')).toBe(
      `attachment; filename="Rach_nung.html"; filename*=UTF-8''R%C3%A4ch_nung.html`,
    )
  })

  test('the attachment download is a link in the body if the request asks for it', async () => {
    const messageId = await put('linked', wholeMail)
    const { status, body } = await get(`/messages/${messageId}/attachments/4`, { as: 'link' })
    expect(status).toBe(200)
    const link = new URL(z.object({ url: z.string() }).parse(body).url)
    expect(link.searchParams.get('response-content-disposition')).toContain('attachment; filename="Rachnung.bin"')
    expect((await fetch(link)).status).toBe(200)
  })

  test('the attachment download is stored apart from the messages, and its link expires after five minutes', async () => {
    const messageId = await put('apart', wholeMail)
    const { headers } = await get(`/messages/${messageId}/attachments/4`)
    const link = new URL(headers.location ?? '')
    expect(link.searchParams.get('X-Amz-Expires')).toBe('300')
    expect(link.pathname).toBe(`/raw-mail/views/${messageId}/4`)
    const { ContentLength } = await client.send(
      new HeadObjectCommand({ Bucket: 'raw-mail', Key: `views/${messageId}/4` }),
    )
    expect(ContentLength).toBe(3000)
  })

  test('the attachment download keeps content that needs several upload parts intact', async () => {
    const line = `${Buffer.alloc(57, 'postmaster').toString('base64')}\r\n`
    const lines = Math.ceil((12 * 1024 * 1024) / 57)
    async function* large() {
      yield mail(
        'Content-Type: multipart/mixed; boundary=a',
        '',
        '--a',
        'Content-Type: application/zip',
        'Content-Transfer-Encoding: base64',
        '',
        '',
      )
      const block = Buffer.from(line.repeat(1_000))
      for (let at = 0; at < lines; at += 1_000) yield block.subarray(0, Math.min(1_000, lines - at) * line.length)
      yield Buffer.from('--a--\r\n')
    }
    const messageId = await put('large', large())
    const { bytes } = await download(messageId, '1')
    expect(bytes.length).toBe(lines * 57)
    expect((await view(messageId)).attachments).toMatchObject([{ size: lines * 57 }])
  })
})

describe('the message view and the attachment download: errors', () => {
  test('missing messages and attachments are reported with a problem code', async () => {
    const messageId = await put('plain', mail('Subject: a', '', 'b'))
    const { messageId: gone } = await store.create(messageOf('gone'))
    const { messageId: nobody } = messageOf('nobody')
    const answers = await Promise.all(
      [
        `/messages/${messageId}/attachments/1`,
        `/messages/${messageId}/attachments/1.1`,
        `/messages/${gone}/view`,
        `/messages/${gone}/attachments/1`,
        `/messages/${nobody}/view`,
        `/messages/${messageId}/attachments/0`,
        `/messages/${messageId}/attachments/1.1.1.1.1.1`,
        `/messages/x/view`,
      ].map(async (path) => await get(path)),
    )
    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual([
      '404 not-found',
      '404 not-found',
      '410 raw-mail-expired',
      '410 raw-mail-expired',
      '404 not-found',
      '400 invalid-request',
      '400 invalid-request',
      '400 invalid-request',
    ])
    const whole = await put('whole-again', wholeMail)
    expect((await get(`/messages/${whole}/view`, { attachment: '1' })).body).toMatchObject({
      status: 404,
      detail: 'Attachment 1 is a file, not a message.',
    })
    const { body } = await get(`/messages/${whole}/view`, {
      html: 'raw',
      remoteContent: 'yes',
      attachment: 'x',
      a: 'b',
    })
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'a',
      'attachment',
      'html',
      'remoteContent',
    ])
  })

  test('a message with too many parts is shown up to the limit, and later attachments cannot be downloaded', async () => {
    const part = '--a\r\nContent-Type: image/png\r\n\r\nx'
    const messageId = await put(
      'many',
      mail('Content-Type: multipart/mixed; boundary=a', '', ...Array(1_100).fill(part)),
    )
    const shown = await view(messageId)
    expect(shown.attachments).toHaveLength(1_000)
    expect(shown.incomplete?.code).toBe('too-complex')
    expect((await get(`/messages/${messageId}/attachments/1050`)).body).toMatchObject({
      status: 422,
      code: 'attachment-unreadable',
    })
  })

  test('the message view cuts HTML before sanitising if escaping would make it too long', async () => {
    const messageId = await put('long', mail('Content-Type: text/html', '', `<p>${'&'.repeat(900_000)}</p>`))
    const { html } = await view(messageId, { html: 'sanitised' })
    expect(html?.truncated).toBe(true)
    expect(html?.content).toMatch(/^<p>(&amp;)+<\/p>$/)
    const deep = await put('deep', mail('Content-Type: text/html', '', '<b>'.repeat(10_000)))
    expect(await view(deep, { html: 'sanitised' })).toMatchObject({ htmlLeftOut: expect.stringContaining('500') })
  })

  test('callers without a token or a group cannot read messages', async () => {
    const { messageId } = messageOf('whole')
    for (const path of [`/messages/${messageId}/view`, `/messages/${messageId}/attachments/1`]) {
      expect((await callHttp(handler, { method: 'GET', path, claims: null })).status).toBe(401)
      const claims = { ...readerClaims, 'cognito:groups': ['others'] }
      expect((await callHttp(handler, { method: 'GET', path, claims })).status).toBe(403)
    }
  })
})
