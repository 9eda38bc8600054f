import { type LocalOptions, type LocalStack, startLocal } from '../local/start-local.ts'
import type { OAuth2Server } from '../test/oauth2-server/server.ts'
import { type SampleReceiver, type SampleTicket, startSampleReceiver } from './sample-receiver.ts'
import { type SampleServer, startSampleServer } from './sample-server.ts'
import { startSampleSignIn } from './sample-sign-in.ts'

/** The local stack and the sample servers with which it works. */
export interface DemoStack {
  readonly local: LocalStack
  readonly mail: SampleServer
  readonly signIn: OAuth2Server
  readonly receiver: SampleReceiver
  stop(): Promise<void>
}

/** @param onTicket called for each new ticket of the sample webhook */
export const startDemoStack = async (
  options: LocalOptions,
  onTicket: (ticket: SampleTicket) => void,
): Promise<DemoStack> => {
  const signIn = await startSampleSignIn()
  const mail = await startSampleServer(signIn)
  const receiver = await startSampleReceiver(onTicket)
  let local: LocalStack | undefined
  const stop = async () => {
    await local?.stop()
    await receiver.stop()
    await mail.stop()
    await signIn.stop()
  }
  try {
    local = await startLocal({
      ...options,
      parameters: {
        ...options.parameters,
        // The sample mail server runs on this machine and on its own ports. People may try a server of their own as well.
        AllowPrivateAddresses: 'true',
        ExtraMailPorts: [options.parameters?.ExtraMailPorts, ...mail.ports].filter(Boolean).join(','),
        ExtraWebhookPorts: String(receiver.port),
        // The sample sign-in service and the sample webhook use plain HTTP. This setting is only for servers on this machine. A deployment
        // never needs it.
        AllowClearTextOnLoopback: 'true',
      },
    })
    return { local, mail, signIn, receiver, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
