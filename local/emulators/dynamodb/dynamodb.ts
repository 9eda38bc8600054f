import type { RequestListener, Server } from 'node:http'
import { join } from 'node:path'
import dynalite from 'dynalite'
import { unusableData } from '../../common/errors.ts'
import { type AwsJsonEndpoint, callAwsJson } from '../signed-calls/call-aws-json.ts'
import { type ServiceAccess, serveService } from '../signed-calls/serve-service.ts'
import { quietServer } from './quiet-server.ts'
import { withTableStore } from './table-store.ts'

export type DynamoDb = Awaited<ReturnType<typeof startDynamoDb>>

/** DynamoDB's own limit for a request. */
const bodyLimit = 16 * 1024 * 1024

/** Starts dynalite with a LevelDB folder. dynalite does not support transactions, streams or time to live. */
export const startDynamoDb = async (options: {
  readonly access: ServiceAccess
  readonly folder: string
  readonly region: string
}) => {
  const { access, region } = options
  const path = join(options.folder, 'dynamodb')
  const server: Server = withTableStore(() => dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }))
  const listener = server.listeners('request')[0] as RequestListener
  // dynalite closes its database only when its own server closes.
  const served = { service: 'dynamodb', access, bodyLimit, server } as const
  const { url, close } = await serveService(served, (request, response) => listener(request, response))
  const quiet = quietServer(server)
  const credentials = access.keys.credentials('local')
  const endpoint: AwsJsonEndpoint = { url, region, target: 'DynamoDB_20120810', version: '1.0', credentials }
  return {
    url,
    call: (operation: string, input: object) => callAwsJson(endpoint, operation, input),
    close: async () => {
      await quiet()
      await close()
    },
  }
}

/** Opens the folder once before it is served, because dynalite throws a store's failure out of a request. */
export const checkDynamoDbFolder = async (folder: string): Promise<void> => {
  const path = join(folder, 'dynamodb')
  const { Level } = await import('level')
  const level = new Level<string, object>(path, { valueEncoding: 'json' })
  try {
    await level.open()
    for await (const _ of level.iterator({ limit: 100 }));
    await level.close()
  } catch (error) {
    await level.close().catch(() => undefined)
    throw unusableData(
      `The tables in ${path} are corrupted and cannot be opened. Move ${folder} out of the way, or choose another folder with --data DIR.`,
      error,
    )
  }
}
