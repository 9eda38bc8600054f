import { expect, onTestFinished } from 'vitest'
import type { Account } from '../../../../lib/accounts/account.ts'
import { probeMailbox } from '../../../../lib/mailbox/probe/probe-mailbox.ts'
import { AuthorizationServers } from '../../../../lib/oauth2/authorization/authorization-servers.ts'
import { reachEndpoint } from '../../../../lib/oauth2/authorization/reach-endpoint.ts'
import type { Examination, ExaminedStepName } from '../../../../lib/oauth2/doctor/examination.ts'
import { type ExaminationServices, examine } from '../../../../lib/oauth2/doctor/examine.ts'
import type { Profile } from '../../../../lib/oauth2/profiles/profile.ts'
import type { Provider } from '../../../../lib/oauth2/providers/provider.ts'
import type { Fault } from '../../../mail-server/faults.ts'
import { startMailServer } from '../../../mail-server/server.ts'
import { tokens } from '../../../oauth2-server/scripted-answers.ts'
import { startScriptedServer } from '../../../oauth2-server/scripted-server.ts'
import type { TestTables } from '../../../support/dynamo.ts'
import { tokenWorld } from '../../../support/token-world.ts'

export const stored = { accessToken: 'stored-access-token-in-no-answer', refreshToken: 'refresh-token-in-no-answer' }
export const clientSecret = 'client-secret-in-no-answer'

export interface DoctorWorldOptions {
  readonly account?: Partial<Account>
  readonly profile?: Partial<Profile>
  readonly provider?: Partial<Provider>
  /** The access token that the provider issues. Defaults to `access-1`, `access-2` and so on. */
  readonly accessToken?: string
  readonly faults?: readonly Fault[]
  /** No consent has been given. */
  readonly unconsented?: true
}

const acceptEveryToken: Fault = { onToken: () => 'accept' }

/** Tokens of a built-in provider go only to the vendor's own hosts. The tests' mail server acts as these hosts. */
const vendorHost: Partial<Record<Provider['kind'], string>> = {
  microsoft: 'outlook.office365.com',
  google: 'imap.gmail.com',
}

/** A scripted provider, one of this repository's mail servers, and an account whose tokens are in a table. */
export const doctorWorld = async (tables: TestTables, options: DoctorWorldOptions = {}) => {
  const [idp, mail] = await Promise.all([
    startScriptedServer(),
    startMailServer({
      users: [{ name: 'desk@contoso.com', password: 'nobody’s' }],
      quirks: { tokenMechanisms: ['OAUTHBEARER', 'XOAUTH2'] },
      faults: options.faults ?? [acceptEveryToken],
    }),
  ])
  onTestFinished(async () => {
    await Promise.all([idp.stop(), mail.stop()])
  })
  if (options.accessToken !== undefined) idp.otherwise = tokens({ access_token: options.accessToken })
  const type = options.account?.type ?? 'IMAPS'
  const world = tokenWorld(tables, {
    endpoints: idp,
    profile: { tenant: undefined, ...options.profile },
    account: {
      type,
      username: 'desk@contoso.com',
      host: vendorHost[options.provider?.kind ?? 'custom'] ?? 'localhost',
      port: mail.port(type),
      customCa: mail.caPem,
      ...options.account,
    },
  })
  world.state.now = Date.now()
  world.state.clientSecret = clientSecret
  if (world.state.provider && options.provider) Object.assign(world.state.provider, options.provider)
  const rules = { allowPrivateAddresses: true, allowClearTextOnLoopback: true }
  const services: ExaminationServices = {
    ...world.services,
    accounts: { read: async (id) => (id === world.desk.accountId ? world.desk : undefined) },
    tokens: world.tokens,
    servers: new AuthorizationServers(rules),
    reach: reachEndpoint(rules, 2_000),
    probe: (settings, limits, signal) =>
      probeMailbox({ ...settings, host: 'localhost' }, { ...rules, extraPorts: [settings.port] }, signal, { limits }),
  }
  if (!options.unconsented && options.profile?.grant !== 'client_credentials')
    await world.consent({ ...stored, expiresIn: 3600 })
  world.state.now += 60_000
  return {
    ...world,
    idp,
    mail,
    services,
    /** Examines the account, and checks that the result contains no secret. */
    examine: async (changed: Partial<ExaminationServices> = {}): Promise<Examination> => {
      const examination = await examine(world.desk.accountId, { ...services, ...changed }, new AbortController().signal)
      const told = JSON.stringify(examination)
      for (const secret of [...Object.values(stored), clientSecret, options.accessToken ?? 'access-1'])
        expect(told).not.toContain(secret)
      return examination
    },
  }
}

/** For example `settings passed`. */
export const statesOf = ({ steps }: Examination): string[] => steps.map(({ step, state }) => `${step} ${state}`)

export const stepOf = ({ steps }: Examination, name: ExaminedStepName) => {
  const found = steps.find(({ step }) => step === name)
  if (!found) throw new Error(`no step ${name}`)
  return found
}
