import { setTimeout as sleep } from 'node:timers/promises'
import { Parser } from 'htmlparser2'
import { arrivalDateOf } from '../../../lib/messages/header/arrival-date.ts'
import { messageHeaderSchema } from '../../../lib/messages/message-header.ts'
import { type MessageView, messageViewSchema } from '../../../lib/messages/view/message-view.ts'
import { ProblemError } from '../../../lib/reasons/problem.ts'
import { decisionOn, headerOf, viewOf } from '../read-row.ts'

/** In milliseconds of processor time, which a busy machine does not lengthen. */
const longestReading = 1_000
/** In milliseconds: far more than any reading needs on a busy machine. Only a reading that never ends takes longer. */
const endless = 60_000
/** The compiler and the garbage collector use processor time at arbitrary moments. */
const attempts = 3

/** @returns what goes wrong when a message is read, or undefined if nothing does */
export const faultOf = async (bytes: Buffer): Promise<string | undefined> => {
  const before = Buffer.from(bytes)
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < attempts && least > longestReading; attempt += 1) {
    const started = process.cpuUsage()
    try {
      const fault = await inTime(faultOfOneReading(bytes))
      if (fault !== undefined) return fault
    } catch (error) {
      return `The reader throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    }
    const { user, system } = process.cpuUsage(started)
    least = Math.min(least, (user + system) / 1_000)
  }
  if (least > longestReading) return `The reading takes ${least} ms.`
  return bytes.equals(before) ? undefined : 'The reader changes the bytes.'
}

const inTime = async (fault: Promise<string | undefined>): Promise<string | undefined> => {
  const stopped = new AbortController()
  const late = sleep(endless, 'The reading never ends.', { signal: stopped.signal })
  late.catch(() => undefined)
  try {
    return await Promise.race([fault, late])
  } finally {
    stopped.abort()
  }
}

const faultOfOneReading = async (bytes: Buffer): Promise<string | undefined> => {
  const header = headerOf(bytes)
  if (header) messageHeaderSchema.parse(header)
  arrivalDateOf(bytes)
  const { queueName, reason } = await decisionOn(bytes)
  if (!['Support', 'Sales', 'Books', 'Raw'].includes(queueName)) return `The queue is ${queueName}.`
  if (reason.detail.length > 2_048) return 'The reason of dispatching is too long.'
  const view = await viewOf(bytes)
  return faultOfView(view) ?? disagreement(header ?? {}, view.header) ?? (await faultOfMessagesWithin(bytes, view))
}

const faultOfView = (view: MessageView): string | undefined => {
  messageViewSchema.parse(view)
  return view.html && danger(view.html.content)
}

/** Dispatching and the view read one header. */
const disagreement = (dispatched: object, shown: MessageView['header']): string | undefined => {
  const seen = new Map<string, unknown>(Object.entries(dispatched))
  for (const name of ['from', 'to', 'cc', 'subject', 'date', 'messageIdHeader'] as const)
    if (seen.get(name) !== shown[name])
      return `Dispatching reads the ${name} ${JSON.stringify(seen.get(name))}, and the view ${JSON.stringify(shown[name])}.`
  return undefined
}

const faultOfMessagesWithin = async (bytes: Buffer, { attachments }: MessageView): Promise<string | undefined> => {
  const inner = attachments.find(({ isMessage }) => isMessage)
  if (!inner) return undefined
  try {
    return faultOfView(await viewOf(bytes, inner.index))
  } catch (error) {
    if (error instanceof ProblemError) return undefined
    throw error
  }
}

const dangerousElement =
  /<\s*\/?\s*(script|style|iframe|frame|frameset|object|embed|applet|form|input|button|select|textarea|meta|link|base|svg|math|template|noscript|title|xmp|plaintext|video|audio)\b/i
const safeTarget = /^(https?:\/\/|mailto:|cid:|data:image\/(png|gif|jpe?g|webp|bmp);base64,)/i
const targets = new Set(['href', 'src', 'action', 'formaction', 'background', 'poster', 'srcset', 'xlink:href'])

/** The content that a browser must never receive. */
const danger = (html: string): string | undefined => {
  const [element] = dangerousElement.exec(html) ?? []
  if (element !== undefined) return `The sanitised HTML contains ${element}.`
  let found: string | undefined
  const parser = new Parser({
    onattribute: (name, value) => {
      const target = value.replace(/[\s\p{Cc}]/gu, '')
      if (/^(on|style$|srcdoc$|id$|class$)/i.test(name)) found = name
      if (targets.has(name) && !safeTarget.test(target)) found = `${name}=${target}`
    },
  })
  parser.end(html)
  return found === undefined ? undefined : `The sanitised HTML contains the attribute ${found}.`
}
