import * as z from 'zod'
import { type ConnectionTest, connectionTestSchema } from '../../../lib/mailbox/probe/connection-test.ts'
import { type AccountAnswer, accountAnswerSchema } from '../../api/answers.ts'
import type { ApiClient } from '../../api/client.ts'
import { queryOf } from '../../api/listing.ts'
import { tolerant } from '../../api/tolerant.ts'
import { readCaFile } from '../../terminal/ca-file.ts'
import type { OutputTarget } from '../../terminal/cli-error.ts'
import { CliError } from '../../terminal/cli-error.ts'
import { testTextOf } from '../test.ts'
import { askFetching, type FetchingAnswers, loginComesLater, prospectOf } from './ask-fetching.ts'
import { offeredProfiles } from './ask-login.ts'
import { askServer, type FormerAnswers, type ServerAnswers } from './ask-server.ts'
import type { Questions } from './questions.ts'

const testedSchema = tolerant(connectionTestSchema.extend({ receipt: z.string().optional() }))

export interface DialogueServices {
  readonly api: Pick<ApiClient, 'post' | 'all'>
  readonly questions: Questions
  readonly output: OutputTarget
}

type Next = 'test' | 'change' | 'trust' | 'ca-file' | 'go-on' | 'save' | 'stop'

/**
 * Asks for an account, tests it, shows what would be fetched, and saves it. After a failure, the earlier answers become
 * the defaults. The fields from options are sent along, except for folder and port, which are asked for.
 * @returns undefined if the user gave up
 */
export const addByDialogue = async (
  { api, questions, output }: DialogueServices,
  former: FormerAnswers,
  { folder: _folder, port: _port, ...fixed }: Readonly<Record<string, unknown>>,
): Promise<AccountAnswer | undefined> => {
  const profiles = await offeredProfiles(api)
  let server = await askServer(questions, output, former, profiles)
  let fetching: Partial<FetchingAnswers> = {}
  let trusted: { readonly customCa?: string } = {}
  for (;;) {
    const fields = { ...fixed, ...fieldsOfServer(server), ...trusted }
    output.err('Testing…\n')
    const test = await orSaid(output, () => api.post('/connection-test', fields, testedSchema))
    if (test) output.out(testTextOf(test))
    const fine = test?.passed || (test !== undefined && loginComesLater(test))
    let next = fine ? ('go-on' as const) : await afterFailure(questions, test)
    if (next === 'go-on') {
      const asked = await askFetching(questions, server, fetching)
      fetching = asked
      output.out(prospectOf(test, asked))
      next = await questions.choose<Next>('Save the account?', [
        { value: 'save', name: 'save it' },
        { value: 'change', name: 'change an answer' },
        { value: 'stop', name: 'give up' },
      ])
      const path = `/accounts?${queryOf({ receipt: test?.receipt })}`.replace(/\?$/, '')
      if (next === 'save') {
        const saved = await orSaid(output, () => api.post(path, { ...fields, ...asked }, accountAnswerSchema))
        if (saved) return saved
        next = await afterRefusal(questions)
      }
    }
    if (next === 'stop') return undefined
    if (next === 'trust') trusted = { customCa: offeredCa(test) ?? '' }
    if (next === 'ca-file') trusted = { customCa: await askCa(questions) }
    if (next === 'change') server = await askServer(questions, output, server, profiles)
  }
}

const fieldsOfServer = ({ address, login, type, host, port, username, folder, password }: ServerAnswers) => ({
  type,
  host,
  port,
  username,
  ...(folder !== undefined && { folder }),
  ...(login.method === 'password'
    ? { authentication: 'password', password }
    : { authentication: 'oauth2', profileId: login.profileId, ...(address !== username && { mailbox: address }) }),
})

/** Prints an error of the API, so that the dialogue can continue. @returns undefined after an error */
const orSaid = async <T>({ err }: OutputTarget, ask: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    err(`${error.message}\n`)
    return undefined
  }
}

const offeredCa = (test: ConnectionTest | undefined): string | undefined => {
  const found = test?.steps.map(({ facts }) => facts?.customCa).find((pem) => typeof pem === 'string')
  return typeof found === 'string' ? found : undefined
}

const isNotTrusted = (test: ConnectionTest | undefined): boolean =>
  test?.steps.some(({ code }) => code === 'certificate-not-trusted') ?? false

const askCa = async (questions: Questions): Promise<string> => {
  const check = (file: string) => (readCaFile(file) === undefined ? 'The file cannot be read.' : undefined)
  return readCaFile(await questions.text('PEM file of the certificate authority:', { check })) ?? ''
}

const afterFailure = (questions: Questions, test: ConnectionTest | undefined): Promise<Next> =>
  questions.choose<Next>('What do you want to do?', [
    { value: 'change', name: 'change an answer' },
    ...(offeredCa(test) === undefined
      ? []
      : [
          {
            value: 'trust',
            name: 'trust the certificate authority shown above for this account, and test again',
          } as const,
        ]),
    ...(isNotTrusted(test)
      ? [{ value: 'ca-file', name: 'trust a certificate authority in a PEM file, and test again' } as const]
      : []),
    { value: 'test', name: 'test again without changes' },
    // Without a response, the API has not checked the fields either.
    ...(test ? [{ value: 'go-on', name: 'continue even though the test failed' } as const] : []),
    { value: 'stop', name: 'give up' },
  ])

const afterRefusal = (questions: Questions): Promise<Next> =>
  questions.choose<Next>('What do you want to do?', [
    { value: 'change', name: 'change an answer' },
    { value: 'test', name: 'test and save again without changes' },
    { value: 'stop', name: 'give up' },
  ])
