import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { byThread, conversations, Desk, idsOf, webhookAt } from './desk.ts'
import { Receiver } from './receiver.ts'

const startReceiver = async (behaviour: 'answers' | 'hangs' | 'refuses') => {
  const receiver = await Receiver.start(behaviour, { shortest: 1, longest: 5 })
  onTestFinished(() => receiver.stop())
  return receiver
}

const untilIdle = async ({ queue }: Desk) => {
  while (!queue.isIdle) await sleep(5)
}

it.each(['hangs', 'refuses'] as const)(
  'A destination receives all its mail once and in order while another one %s, which loses none of its own',
  async (behaviour) => {
    const messages = conversations(200)
    const alive = await startReceiver('answers')
    const dead = await startReceiver(behaviour)
    const desk = new Desk(4, [
      webhookAt('alive', alive.url, { concurrency: 2 }),
      webhookAt('dead', dead.url, { concurrency: 2, timeoutSeconds: 1 }),
    ])
    for (const message of messages) await desk.announce(message)
    await untilIdle(desk)
    expect(byThread(messages, alive.accepted)).toEqual(byThread(messages, idsOf(messages)))
    expect(new Set(alive.accepted).size).toBe(alive.accepted.length)
    expect(dead.accepted).toEqual([])
    const states = new Set(messages.map((message) => desk.deliveryOf('dead', message)?.state))
    expect(states).toEqual(new Set(['pending']))

    await dead.heal()
    // The first minutes end the pause of the circuit, and the others wake the waiting deliveries.
    for (let minute = 0; minute < 6; minute += 1) {
      desk.pass(1)
      await desk.sweep()
      await untilIdle(desk)
    }
    expect(byThread(messages, dead.accepted)).toEqual(byThread(messages, idsOf(messages)))
    expect(new Set(dead.accepted).size).toBe(dead.accepted.length)
    for (const destinationId of ['alive', 'dead'])
      for (const message of messages) expect(desk.deliveryOf(destinationId, message)?.state).toBe('delivered')
    expect(desk.memory.violations).toEqual([])
    expect(desk.complaints).toEqual([])
  },
)
