import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { type ServiceAccess, serveService } from '../signed-calls/serve-service.ts'
import { inputs, type OperationName } from './inputs.ts'
import { secretsOperations } from './operations.ts'
import { SecretsError } from './secret.ts'
import { addVersion } from './secret-versions.ts'
import { SecretsFile } from './secrets-file.ts'

export interface SecretsManager {
  readonly url: string
  /**
   * Sets the first value of the template's secret unless it has one.
   * @returns the ARN
   */
  ensure(name: string, value: () => string): Promise<string>
  close(): Promise<void>
}

/** A request contains one secret of at most 64 KiB, encoded in base64. */
const bodyLimit = 1024 * 1024

/** Emulates Secrets Manager. The secrets are in `<folder>/secrets.json`. */
export async function startSecretsManager(
  options: ServiceAccess & { readonly folder: string; readonly arnPrefix: string; readonly now: () => Date },
): Promise<SecretsManager> {
  const now = (): number => options.now().getTime()
  const file = new SecretsFile(join(options.folder, 'secrets.json'), options.arnPrefix, now)
  const operations = secretsOperations(file, now)
  const { keys, observer } = options
  const served = { service: 'secretsmanager', bodyLimit, keys, observer } as const
  const server = await serveService(served, async (_request, response, call, body) => {
    try {
      if (call.operation === undefined || !isOperation(call.operation)) {
        return answer(
          response,
          400,
          error(
            'UnknownOperationException',
            `The local run does not support the operation ${call.operation ?? '(none)'}.`,
          ),
        )
      }
      answer(response, 200, await run(call.operation, body))
    } catch (failure) {
      if (failure instanceof SecretsError) answer(response, 400, error(failure.code, failure.message))
      else answer(response, 500, error('InternalServiceError', 'The secrets could not be read or written.'))
    }
  })

  async function run(name: OperationName, body: Buffer): Promise<object> {
    let members: unknown
    try {
      members = JSON.parse(body.toString() || '{}')
    } catch {
      throw new SecretsError('InvalidRequestException', 'The request is not JSON.')
    }
    const parsed = inputs[name].safeParse(members)
    if (!parsed.success) {
      // Only the names of the members are reported, because their values are secrets.
      const names = parsed.error.issues.map((issue) =>
        [...issue.path, ...('keys' in issue ? issue.keys : [])].join('.'),
      )
      throw new SecretsError('InvalidParameterException', `Members with invalid values: ${names.join(', ')}.`)
    }
    // The input was parsed with this operation's own schema.
    const operation = operations[name] as (input: typeof parsed.data) => Promise<object>
    return operation(parsed.data)
  }

  return {
    url: server.url,
    close: () => server.close(),
    ensure: async (name, value) => {
      const secret = file.find(name) ?? file.add(name)
      delete secret.deletionAt
      if (secret.versions.length === 0) {
        addVersion(
          secret,
          crypto.randomUUID(),
          { secretString: value(), secretBinary: undefined },
          ['AWSCURRENT'],
          now(),
        )
      }
      await file.save()
      return secret.arn
    },
  }
}

const isOperation = (name: string): name is OperationName => Object.hasOwn(inputs, name)

const error = (code: string, message: string): object => ({ __type: code, message })

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
  response.end(JSON.stringify(body))
}
