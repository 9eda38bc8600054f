import type { ApiClient } from '../api/client.ts'
import { destinationNamed } from '../api/find/by-name.ts'
import { deliveryIdOf } from '../api/find/deliveries.ts'
import { queryOf } from '../api/listing.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { confirmed } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'
import { eachNamed, idsFrom } from './change-many.ts'
import { deliveryAnswerSchema } from './delivery-answer.ts'

/** All deliveries of one destination in one state. */
export interface Selection {
  readonly destination?: string
  readonly state?: string
  readonly yes?: true
}

/**
 * @returns the given ids, or the ids of the selected deliveries once the person has confirmed their number
 * @throws CliError unless there are either ids or a selection
 */
export const selectedIds = async (
  api: ApiClient,
  given: readonly string[],
  { destination, state, yes }: Selection,
  action: string,
): Promise<string[]> => {
  if (given.length > 0 && destination === undefined && state === undefined)
    return await eachNamed(await idsFrom(given), (id) => deliveryIdOf(api, id))
  if (given.length > 0 || destination === undefined || state === undefined)
    throw new CliError('Specify either ids of deliveries, or --destination and --state.', exitCodes.usage)
  const { destinationId, name } = await destinationNamed(api, destination)
  const found = await api.all(`/deliveries?${queryOf({ limit: '100', destinationId, state })}`, deliveryAnswerSchema)
  if (found.length === 0) throw new CliError(`No delivery to ${plain(name)} is ${state}.`, exitCodes.failed)
  const question = `${action} ${found.length} ${state} deliveries to ${plain(name)}?`
  if (!(await confirmed(question, yes))) throw new CliError('Nothing was changed.', exitCodes.failed)
  // Oldest first, so that the mails of a conversation keep their order.
  return found.map(({ deliveryId }) => deliveryId).toReversed()
}
