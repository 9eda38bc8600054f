import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { type ServiceAccess, serveService } from '../signed-calls/serve-service.ts'
import { KeysFile } from './keys-file.ts'
import { inputs, KmsError, kmsOperations, type OperationName } from './operations.ts'

export interface Kms {
  readonly url: string
  /** Creates the template's key unless it exists. */
  ensure(keyId: string): Promise<void>
  close(): Promise<void>
}

/** A request contains one wrapped key and its context. */
const bodyLimit = 64 * 1024

/** Emulates the part of KMS that wraps data keys. The keys are in `<folder>/kms.json`. */
export async function startKms(
  options: ServiceAccess & { readonly folder: string; readonly arnPrefix: string },
): Promise<Kms> {
  const file = new KeysFile(join(options.folder, 'kms.json'))
  const operations = kmsOperations(file, options.arnPrefix)
  const { keys, observer } = options
  const served = { service: 'kms', bodyLimit, keys, observer } as const
  const server = await serveService(served, (_request, response, { operation }, body) => {
    try {
      if (operation === undefined || !isOperation(operation))
        return answer(
          response,
          400,
          error('UnknownOperationException', `The local run does not support the operation ${operation ?? '(none)'}.`),
        )
      answer(response, 200, run(operation, body))
    } catch (failure) {
      if (failure instanceof KmsError) answer(response, 400, error(failure.code, failure.message))
      else answer(response, 500, error('KMSInternalException', 'The keys cannot be used.'))
    }
  })

  function run(name: OperationName, body: Buffer): object {
    const parsed = inputs[name].safeParse(jsonOf(body))
    if (!parsed.success) {
      // Only the names of the members are reported, because a value may be a key.
      const names = parsed.error.issues.map((issue) =>
        [...issue.path, ...('keys' in issue ? issue.keys : [])].join('.'),
      )
      throw new KmsError('ValidationException', `Members with invalid values: ${names.join(', ')}.`)
    }
    // The input was parsed with this operation's own schema.
    const operation = operations[name] as (input: typeof parsed.data) => object
    return operation(parsed.data)
  }

  return { url: server.url, ensure: (keyId) => file.ensure(keyId), close: () => server.close() }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new KmsError('ValidationException', 'The request is not JSON.')
  }
}

const isOperation = (name: string): name is OperationName => Object.hasOwn(inputs, name)

const error = (code: string, message: string): object => ({ __type: code, message })

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
  response.end(JSON.stringify(body))
}
