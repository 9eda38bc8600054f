import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3'
import * as z from 'zod'
import { ApiClient } from '../../../cli/api/client.ts'
import { type LocalStack, startLocal } from '../../../local/start-local.ts'
import type { Assignment } from '../assignment.ts'

const runSchema = z.object({ state: z.string(), counts: z.object({ left: z.int() }) })
const askedSchema = z.object({ runs: z.tuple([z.object({ runId: z.string() })]) })
const checkAgain = 25

/** The whole product on this machine: the bundles of `cdk.out` behind their queue, with every AWS service emulated. */
export class LocalStackClient {
  readonly #local: LocalStack
  readonly #api: ApiClient
  readonly #accounts = new Map<string, string>()
  readonly #seen = new Set<string>()

  private constructor(local: LocalStack) {
    this.#local = local
    this.#api = new ApiClient({ url: local.apiUrl, token: local.token ?? '' })
  }

  static async start(assembly: string, mailPorts: readonly number[]): Promise<LocalStackClient> {
    const parameters = { AllowPrivateAddresses: 'true', ExtraMailPorts: mailPorts.join(',') }
    return new LocalStackClient(await startLocal({ assembly, parameters }))
  }

  /** Creates the account if it does not exist yet, as a person does once. */
  async prepare({ protocol, host, port, user, password }: Assignment): Promise<void> {
    if (this.#accounts.has(user)) return
    const settings = {
      type: protocol === 'imap' ? 'IMAP' : 'POP3',
      authentication: 'password',
      host,
      port,
      username: user,
      password,
      dispatching: { by: 'to-field' },
    }
    const { accountId } = await this.#api.post('/accounts', settings, z.object({ accountId: z.string() }))
    this.#accounts.set(user, accountId)
  }

  /** Measures from the request for the run, through the queue, until its record shows that it has ended. */
  async collect({ user }: Assignment): Promise<void> {
    const { runs } = await this.#api.post(`/accounts/${this.#accounts.get(user)}/fetch`, {}, askedSchema)
    const [{ runId: asked }] = runs
    for (;;) {
      const run = await this.#api.get(`/runs/${asked}`, runSchema)
      if (run.state === 'done' && run.counts.left === 0) return
      if (run.state !== 'queued' && run.state !== 'running') throw new Error(`local stack: ${JSON.stringify(run)}`)
      await sleep(checkAgain)
    }
  }

  /**
   * Copies the objects that the bucket has received since the last call to the assignment's folder, where they are
   * checked.
   */
  async handOver({ folder }: Assignment): Promise<void> {
    const { clientConfig, endpoints, resources } = this.#local
    using client = disposable(new S3Client({ ...clientConfig, endpoint: endpoints.s3, forcePathStyle: true }))
    const bucket = Object.entries(resources).find(([name]) => name.includes('RawMail'))?.[1]
    for await (const page of paginateListObjectsV2({ client: client.it }, { Bucket: bucket })) {
      for (const { Key: key = '' } of page.Contents ?? []) {
        if (this.#seen.has(key)) continue
        this.#seen.add(key)
        const { Body } = await client.it.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
        writeFileSync(join(folder, key), (await Body?.transformToByteArray()) ?? new Uint8Array())
      }
    }
  }

  async stop(): Promise<void> {
    await this.#local.stop()
  }
}

const disposable = (client: S3Client) => ({ it: client, [Symbol.dispose]: () => client.destroy() })
