import type * as z from 'zod'
import type { LoopbackServer } from '../../common/loopback-server.ts'
import { type ServedService, serveService } from './serve-service.ts'

/** An error that an emulated service returns, with the code that its clients expect. */
export class AwsError<Code extends string> extends Error {
  override readonly name = 'AwsError'
  readonly code: Code

  constructor(code: Code, message: string) {
    super(message)
    this.code = code
  }
}

type Inputs = Readonly<Record<string, z.ZodType>>
/** One function per operation. It receives the parsed input. */
export type Operations<I extends Inputs> = {
  readonly [N in keyof I]: (input: z.output<I[N]>) => object | Promise<object>
}

export interface JsonService<I extends Inputs> extends ServedService {
  /** The input of each supported operation. */
  readonly inputs: I
  readonly operations: Operations<I>
  /** The codes for a body that is not JSON, for members with invalid values, and for an unexpected failure. */
  readonly codes: { readonly notJson: string; readonly invalid: string; readonly failed: string }
  /** The message for an unexpected failure. */
  readonly failure: string
}

/** Serves an emulator that uses AWS's JSON protocol. */
export const serveJsonService = <I extends Inputs>(service: JsonService<I>): Promise<LoopbackServer> => {
  const { inputs, operations, codes } = service

  const run = async (name: string | undefined, body: Buffer): Promise<object> => {
    const schema = name !== undefined && Object.hasOwn(inputs, name) ? inputs[name] : undefined
    if (name === undefined || schema === undefined)
      throw new AwsError(
        'UnknownOperationException',
        `The local run does not support the operation ${name ?? '(none)'}.`,
      )
    const parsed = schema.safeParse(membersOf(body, codes.notJson))
    if (parsed.success) return await (operations[name] as (input: unknown) => object | Promise<object>)(parsed.data)
    // Only the names of the members are reported, because a value may be a secret or a key.
    const names = parsed.error.issues.map((issue) => [...issue.path, ...('keys' in issue ? issue.keys : [])].join('.'))
    throw new AwsError(codes.invalid, `Members with invalid values: ${names.join(', ')}.`)
  }

  return serveService(service, async (_request, response, { operation }, body) => {
    const answer = (status: number, content: object): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify(content))
    }
    try {
      answer(200, await run(operation, body))
    } catch (error) {
      if (error instanceof AwsError) answer(400, { __type: error.code, message: error.message })
      else answer(500, { __type: codes.failed, message: service.failure })
    }
  })
}

const membersOf = (body: Buffer, code: string): unknown => {
  try {
    return JSON.parse(body.toString() || '{}')
  } catch {
    throw new AwsError(code, 'The request is not JSON.')
  }
}
