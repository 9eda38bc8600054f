import * as z from 'zod'
import {
  type ConnectionTest,
  connectionTestSchema,
  type FoundFolder,
} from '../../../../lib/mailbox/probe/connection-test.ts'
import type { ApiClient } from '../../../api/client.ts'
import { accountPath } from '../../../api/paths.ts'
import { tolerant } from '../../../api/tolerant.ts'
import { CliError } from '../../../terminal/cli-error.ts'
import { testTextOf } from '../../test.ts'
import { type AccountDraft, connectionKeyOf, connectionOf } from './draft.ts'

const testedSchema = tolerant(connectionTestSchema.extend({ receipt: z.string().optional() }))
export type Tested = ConnectionTest & { readonly receipt?: string | undefined }

interface TesterOptions {
  readonly api: Pick<ApiClient, 'post'>
  readonly say: (line: string) => void
  /** The stored account whose change is tested. Absent for a new account. */
  readonly accountId?: string
}

/** Tests the connection of a draft, and remembers the last test. */
export class ConnectionTester {
  readonly #options: TesterOptions
  #last: { readonly key: string; readonly login: string; readonly test: Tested } | undefined
  /** The connection that passed, that the user accepts anyway, or that is stored. */
  #settled: string | undefined

  constructor(options: TesterOptions, stored?: AccountDraft) {
    this.#options = options
    this.#settled = stored && connectionKeyOf(stored)
  }

  isSettled(draft: AccountDraft): boolean {
    return this.#settled === connectionKeyOf(draft)
  }

  settle(draft: AccountDraft): void {
    this.#settled = connectionKeyOf(draft)
  }

  /** The API refuses a receipt that has expired. */
  dropReceipt(): void {
    if (this.#last) this.#last = { ...this.#last, test: { ...this.#last.test, receipt: undefined } }
  }

  /** @returns the last test, if it was of this connection */
  lastOf(draft: AccountDraft): Tested | undefined {
    return this.#last?.key === connectionKeyOf(draft) ? this.#last.test : undefined
  }

  /** Prints the result, or the API's error. @returns undefined after an error */
  async test(draft: AccountDraft): Promise<Tested | undefined> {
    const { say } = this.#options
    say('Testing the connection…')
    try {
      const test = await this.#send(draft)
      say(testTextOf(test))
      return test
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      say(error.message)
      return undefined
    }
  }

  /** @returns the folders of the mailbox, or undefined if the server did not list them */
  async folders(draft: AccountDraft): Promise<readonly FoundFolder[] | undefined> {
    if (this.#last?.login === loginKeyOf(draft)) return this.#last.test.folders
    this.#options.say('Reading the folders…')
    try {
      return (await this.#send({ ...draft, folder: undefined })).folders
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      this.#options.say(error.message)
      return undefined
    }
  }

  async #send(draft: AccountDraft): Promise<Tested> {
    const { api, accountId } = this.#options
    const path = accountId === undefined ? '/connection-test' : `${accountPath(accountId)}/test`
    const test = await api.post(path, connectionOf(draft), testedSchema)
    this.#last = { key: connectionKeyOf(draft), login: loginKeyOf(draft), test }
    return test
  }
}

/** Every folder of a mailbox has the same login. */
const loginKeyOf = (draft: AccountDraft): string => connectionKeyOf({ ...draft, folder: undefined })
