/** A client in its own process, which is warm from its second assignment onwards. Its parent is `worker-process.ts`. */
import * as z from 'zod'
import type { Assignment, Collect, Report } from './assignment.ts'

const commandSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('start'), client: z.string(), assembly: z.string(), mailPorts: z.array(z.int()) }),
  z.object({
    step: z.enum(['prepare', 'collect', 'hand-over']),
    assignment: z.object({
      protocol: z.enum(['imap', 'pop3']),
      host: z.string(),
      port: z.int(),
      user: z.string(),
      password: z.string(),
      folder: z.string(),
    }),
  }),
  z.object({ step: z.literal('stop') }),
])
type Command = z.infer<typeof commandSchema>

interface Client {
  prepare(assignment: Assignment): Promise<void>
  readonly collect: Collect
  handOver(assignment: Assignment): Promise<void>
  stop(): Promise<void>
}

const nothing = async () => undefined
const plainly = (collect: Collect): Client => ({ prepare: nothing, collect, handOver: nothing, stop: nothing })

const ofProtocol =
  (collectors: Readonly<Record<Assignment['protocol'], Collect>>): Collect =>
  (assignment) =>
    collectors[assignment.protocol](assignment)

const start = async ({ client: name, assembly, mailPorts }: Extract<Command, { step: 'start' }>): Promise<Client> => {
  if (name === 'postmaster') return plainly((await import('./clients/postmaster.ts')).collectWithPostmaster)
  if (name === 'stack') {
    const { LocalStackClient } = await import('./clients/local-stack.ts')
    const stack = await LocalStackClient.start(assembly, mailPorts)
    return {
      prepare: (assignment) => stack.prepare(assignment),
      collect: (assignment) => stack.collect(assignment),
      handOver: (assignment) => stack.handOver(assignment),
      stop: () => stack.stop(),
    }
  }
  if (name === 'bare') {
    const { collectBareImap } = await import('./clients/bare-imap.ts')
    const { collectBarePop3 } = await import('./clients/bare-pop3.ts')
    return plainly(ofProtocol({ imap: collectBareImap, pop3: collectBarePop3 }))
  }
  const { collectRawImap } = await import('./clients/raw-imap.ts')
  const { collectRawPop3 } = await import('./clients/raw-pop3.ts')
  return plainly(ofProtocol({ imap: collectRawImap, pop3: collectRawPop3 }))
}

const measured = async (client: Client, assignment: Assignment): Promise<Report> => {
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await client.collect(assignment)
  const milliseconds = performance.now() - begun
  const { user, system } = process.cpuUsage(cpu)
  return { milliseconds, cpu: (user + system) / 1000, peakMemory: process.resourceUsage().maxRSS * 1024 }
}

let client: Client | undefined
const work = async (command: Command): Promise<Report | undefined> => {
  if (command.step === 'start') {
    client = await start(command)
    return undefined
  }
  if (command.step === 'stop') {
    await client?.stop()
    process.disconnect()
    return undefined
  }
  if (!client) throw new TypeError('the first command must be start')
  if (command.step === 'prepare') await client.prepare(command.assignment)
  else if (command.step === 'hand-over') await client.handOver(command.assignment)
  else return await measured(client, command.assignment)
  return undefined
}

// An interrupted benchmark must not leave a client running.
process.on('disconnect', () => process.exit())
process.on('message', (message) => {
  work(commandSchema.parse(message)).then(
    (report) => process.connected && process.send?.({ report }),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.stack : String(error) }),
  )
})
