import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { CliError, exitCodes } from '../../terminal/cli-error.ts'
import { removeTokens } from '../token/token-file.ts'
import { writePrivate } from '../token/write-private.ts'
import { configFolder } from './config-folder.ts'

const loginSchema = z.object({
  tokenFile: z.string(),
  /** What a repeated login needs. */
  issuer: z.string(),
  clientId: z.string(),
  kind: z.enum(['access', 'id']),
})
export type Login = z.infer<typeof loginSchema>

const loginsSchema = z.object({
  /** The address of the deployment that commands use without `--url`. */
  current: z.string().optional(),
  /** By the address of the API. */
  deployments: z.record(z.string(), loginSchema),
})

/** The deployments that a person has logged in to with `postmaster login`. The file contains no tokens. */
export class Logins {
  readonly #folder: string

  constructor(folder = configFolder()) {
    this.#folder = folder
  }

  /** The address of the deployment that commands use without `--url`. */
  get current(): string | undefined {
    const { current, deployments } = this.#read()
    return current !== undefined && Object.hasOwn(deployments, current) ? current : undefined
  }

  get addresses(): string[] {
    return Object.keys(this.#read().deployments)
  }

  find(url: string): Login | undefined {
    const { deployments } = this.#read()
    return Object.hasOwn(deployments, url) ? deployments[url] : undefined
  }

  /** @returns a file for the tokens of a deployment, one for each address */
  tokenFileFor(url: string): string {
    return join(this.#folder, 'tokens', url.replace(/^https?:\/\//, '').replace(/[^\w.-]/g, '_'))
  }

  /** Stores a login. From now on, commands use its deployment. */
  save(url: string, login: Login): void {
    const { deployments } = this.#read()
    this.#write({ current: url, deployments: { ...deployments, [url]: login } })
  }

  /** @throws CliError if no one has logged in to this deployment */
  use(url: string): void {
    const { deployments } = this.#read()
    if (!Object.hasOwn(deployments, url)) throw notLoggedIn(url, Object.keys(deployments))
    this.#write({ current: url, deployments })
  }

  /** @returns the removed files @throws CliError if no one has logged in to this deployment */
  remove(url: string): string[] {
    const { current, deployments } = this.#read()
    const login = Object.hasOwn(deployments, url) ? deployments[url] : undefined
    if (!login) throw notLoggedIn(url, Object.keys(deployments))
    const removed = removeTokens(login.tokenFile)
    const left = Object.fromEntries(Object.entries(deployments).filter(([address]) => address !== url))
    if (Object.keys(left).length === 0) rmSync(this.#file, { force: true })
    else this.#write({ ...(current !== undefined && current !== url && { current }), deployments: left })
    return removed
  }

  get #file(): string {
    return join(this.#folder, 'logins.json')
  }

  #read(): z.infer<typeof loginsSchema> {
    if (!existsSync(this.#file)) return { deployments: {} }
    try {
      return loginsSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch {
      throw new CliError(
        `${this.#file} cannot be read. Delete it, and log in again with \`postmaster login\`.`,
        exitCodes.usage,
      )
    }
  }

  #write(logins: z.infer<typeof loginsSchema>): void {
    writePrivate(this.#file, `${JSON.stringify(logins, null, 2)}\n`)
  }
}

const notLoggedIn = (url: string, others: readonly string[]): CliError =>
  new CliError(
    `You are not logged in to ${url}.${others.length === 0 ? '' : ` Your logins: ${others.join(', ')}.`}`,
    exitCodes.failed,
  )
