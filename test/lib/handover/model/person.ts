import { redirectDelivery, replayMessage } from '../../../../lib/handover/actions/redirect-and-replay.ts'
import { handleDelivery, retryDelivery } from '../../../../lib/handover/actions/retry-and-handle.ts'
import { actor } from '../../../support/actor.ts'
import type { World } from './world.ts'

/** A person retries, handles, redirects or replays any delivery, whatever its state. */
export const actAsPerson = (world: World, random: () => number): void => {
  const { memory } = world
  const row = [...memory.rows.values()][Math.floor(random() * memory.rows.size)]
  if (!row) return
  const { deliveryId, messageId } = row
  const destinationId = random() < 0.5 ? 'push' : 'other'
  for (const id of [messageId, `push.${messageId}`, `other.${messageId}`]) memory.touched.add(id)
  const by = actor('jane@example.com')
  const roll = random()
  world.person(async (services) => {
    if (roll < 0.5) await retryDelivery(services, deliveryId, by)
    else if (roll < 0.65) await handleDelivery(services, { deliveryId, note: 'Done.' }, by)
    else if (roll < 0.8) await redirectDelivery(services, { deliveryId, destinationId }, by)
    else await replayMessage(services, { messageId, destinationId }, by)
  })
}
