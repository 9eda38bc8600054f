import * as z from 'zod'
import { ApiClient } from '../../../cli/api/client.ts'
import { type DemoStack, startDemoStack } from '../../../demo/demo-stack.ts'
import { setUpSamples } from '../../../demo/set-up.ts'
import { setUpHandover } from '../../../demo/set-up-handover.ts'
import { narrate } from '../../../demo/telling/narrate.ts'
import { tellConsent } from '../../../demo/telling/tell-consent.ts'

/** The demo's accounts, mail and destinations, and the ids of what the pictures show. */
export interface SampleData extends AsyncDisposable {
  readonly stack: DemoStack
  readonly accountId: string
  readonly runId: string
  readonly messageId: string
}

const messagesSchema = z.object({
  items: z.array(z.object({ messageId: z.string(), header: z.object({ subject: z.string().optional() }).optional() })),
})

const nothing = (): undefined => undefined

/** Does what `npm run demo` does, without printing it. */
export const startSampleData = async (assembly: string): Promise<SampleData> => {
  const stack = await startDemoStack({ assembly }, nothing)
  try {
    const { local, mail, signIn, receiver } = stack
    const api = new ApiClient({ url: local.apiUrl, token: local.token ?? '' })
    await setUpHandover(api, receiver)
    const accounts = await setUpSamples(api, mail)
    await narrate(api, accounts, nothing)
    await tellConsent(api, mail, signIn, nothing)
    // The overview shows the latest tick.
    await local.fireRule('ScheduleTick')
    const [account] = accounts
    if (account === undefined) throw new Error('The demo has no account.')
    const { accountId, runId } = account
    const { items } = await api.get(`/messages?runId=${runId}`, messagesSchema)
    const message = items.find(({ header }) => header?.subject === 'Copied')
    if (message === undefined) throw new Error('The run did not store the mail that a picture shows.')
    const { messageId } = message
    return { stack, accountId, runId, messageId, [Symbol.asyncDispose]: () => stack.stop() }
  } catch (error) {
    await stack.stop()
    throw error
  }
}
