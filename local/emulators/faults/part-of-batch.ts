import type { ServerResponse } from 'node:http'
import * as z from 'zod'
import type { ServiceCall } from '../signed-calls/service-call.ts'
import { changeAnswer } from './changed-answer.ts'
import { operationOf } from './fault.ts'

/** A batch that is split into the entries that the emulator receives and those that it does not. */
interface Split {
  /** The request with the first half of the entries. Undefined if nothing is left. */
  readonly done: Buffer | undefined
  /** Adds the other entries to the emulator's answer, in which they are missing. */
  readonly report: (answer: string) => string
  /** The emulator's answer to a batch without entries, which it would refuse. */
  readonly empty: string
  readonly contentType: string
}

/**
 * Does a batch for the first half of its entries. The others are reported as each service does it: unprocessed keys or
 * rows, or failed entries that the service is to blame for.
 * @throws Error if the operation is not a batch, because the fault would otherwise have no effect
 */
export const servePartly = (call: ServiceCall, response: ServerResponse, serve: (body: Buffer) => void): void => {
  const operation = operationOf(call)
  const split = splits[operation]?.(call.body)
  if (split === undefined) throw new Error(`${operation} is not a batch, so it cannot be partly done.`)
  if (split.done !== undefined) {
    changeAnswer(response, split.report)
    serve(split.done)
    return
  }
  const body = split.report(split.empty)
  response.writeHead(200, { 'content-type': split.contentType, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

const json = z.record(z.string(), z.unknown())
const parsed = (text: string | Buffer) => json.parse(JSON.parse(text.toString()))
const halfOf = <T>(entries: readonly T[]): { first: T[]; rest: T[] } => {
  const middle = Math.floor(entries.length / 2)
  return { first: entries.slice(0, middle), rest: entries.slice(middle) }
}

/** BatchWriteItem has one list of requests per table. */
const splitWrites = (body: Buffer): Split => {
  const request = parsed(body)
  const tables = z.record(z.string(), z.array(z.unknown())).parse(request.RequestItems)
  const halves = Object.entries(tables).map(([table, requests]) => ({ table, ...halfOf(requests) }))
  const rest = Object.fromEntries(halves.map(({ table, rest }) => [table, rest]))
  const first = Object.fromEntries(halves.flatMap(({ table, first }) => (first.length > 0 ? [[table, first]] : [])))
  return {
    ...jsonAnswers(Object.keys(first).length > 0 ? { ...request, RequestItems: first } : undefined),
    report: (answer) => JSON.stringify({ ...parsed(answer), UnprocessedItems: rest }),
  }
}

/** BatchGetItem has a list of keys and some options per table. */
const splitReads = (body: Buffer): Split => {
  const request = parsed(body)
  const table = z.looseObject({ Keys: z.array(z.unknown()) })
  const tables = z.record(z.string(), table).parse(request.RequestItems)
  const halves = Object.entries(tables).map(([name, one]) => ({ name, one, ...halfOf(one.Keys) }))
  const rest = Object.fromEntries(halves.map(({ name, one, rest }) => [name, { ...one, Keys: rest }]))
  const first = Object.fromEntries(
    halves.flatMap(({ name, one, first }) => (first.length > 0 ? [[name, { ...one, Keys: first }]] : [])),
  )
  return {
    ...jsonAnswers(Object.keys(first).length > 0 ? { ...request, RequestItems: first } : undefined),
    report: (answer) => JSON.stringify({ Responses: {}, ...parsed(answer), UnprocessedKeys: rest }),
  }
}

/** The batches of SQS have entries with IDs. */
const splitEntries = (body: Buffer): Split => {
  const request = parsed(body)
  const { first, rest } = halfOf(z.array(z.looseObject({ Id: z.string() })).parse(request.Entries))
  const failed = rest.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false, Message: message }))
  return {
    ...jsonAnswers(first.length > 0 ? { ...request, Entries: first } : undefined),
    report: (answer) => JSON.stringify({ Successful: [], ...parsed(answer), Failed: failed }),
  }
}

/** SNS uses the query protocol: an entry is a group of form fields, and the answer is XML. */
const splitPublications = (body: Buffer): Split => {
  const form = new URLSearchParams(body.toString())
  const member = (name: string): string => /^PublishBatchRequestEntries\.member\.(\d+)\./.exec(name)?.[1] ?? ''
  const { first, rest } = halfOf([...new Set([...form.keys()].map(member))].filter((number) => number !== ''))
  const failed = rest.map((number) => {
    const id = form.get(`PublishBatchRequestEntries.member.${number}.Id`)
    return `<member><Id>${id}</Id><Code>InternalError</Code><SenderFault>false</SenderFault><Message>${message}</Message></member>`
  })
  const kept = [...form].filter(([name]) => !rest.includes(member(name)))
  return {
    done: first.length > 0 ? Buffer.from(new URLSearchParams(kept).toString()) : undefined,
    report: (answer) =>
      answer
        // The emulator accepts every entry that it receives, so its own list is empty.
        .replace(/<Failed\s*\/>|<Failed>\s*<\/Failed>/, '')
        .replace('</PublishBatchResult>', `<Failed>${failed.join('')}</Failed></PublishBatchResult>`),
    empty:
      '<PublishBatchResponse><PublishBatchResult><Successful></Successful></PublishBatchResult></PublishBatchResponse>',
    contentType: 'text/xml',
  }
}

const message = 'The test makes this entry fail.'

const jsonAnswers = (request: object | undefined) => ({
  done: request && Buffer.from(JSON.stringify(request)),
  empty: '{}',
  contentType: 'application/x-amz-json-1.0',
})

const splits: Readonly<Record<string, (body: Buffer) => Split>> = {
  BatchWriteItem: splitWrites,
  BatchGetItem: splitReads,
  SendMessageBatch: splitEntries,
  PublishBatch: splitPublications,
}
