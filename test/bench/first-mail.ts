import { setTimeout as sleep } from 'node:timers/promises'
import { smallMessages } from '../mail-server/corpus.ts'
import { type MailServer, startMailServer } from '../mail-server/server.ts'
import { accountOn, startStack, type TestStack } from '../support/stack.ts'
import { accountViewSchema } from '../support/stack-api.ts'
import type { Figure } from './figure.ts'
import { median } from './result.ts'

const rounds = 5
const password = 'a-password'
const users = ['cold', 'warm'] as const
const checkAgainMs = 10
/** Far more than the goal. A person who measures must not wait for ever. */
const longestMs = 60_000

/**
 * Measures how long a person waits for the first mail of a new account: from the request that saves the account until
 * the list of messages contains the mail. Each round has a local stack of its own. Its first account starts the
 * functions' processes, and its second account uses them again.
 */
export const measureFirstMail = async (): Promise<Figure[]> => {
  const times = { cold: [] as number[], warm: [] as number[] }
  const server = await startMailServer({ users: users.map((name) => ({ name, password })) })
  try {
    for (let round = 0; round < rounds; round += 1) {
      await using stack = await startStack({ servers: [server] })
      for (const user of users) times[user].push(await firstMail(stack, server, user))
    }
  } finally {
    await server.stop()
  }
  return users.map((user) => ({
    what: `a new account's first mail, ${user} functions`,
    unit: 's',
    measured: median(times[user]) / 1000,
    goal: 5,
  }))
}

const firstMail = async ({ api }: TestStack, server: MailServer, user: string): Promise<number> => {
  server.user(user).inbox.appendAll(smallMessages(1))
  const settings = { ...accountOn(server, 'IMAPS', user), authentication: 'password', password }
  const begun = performance.now()
  const { body } = await api.good('POST', '/accounts', { body: settings })
  const { accountId } = accountViewSchema.pick({ accountId: true }).parse(body)
  while ((await api.messages(`accountId=${accountId}`)).length === 0) {
    if (performance.now() - begun > longestMs) throw new Error(`The mail of ${user} has not arrived.`)
    await sleep(checkAgainMs)
  }
  return performance.now() - begun
}
