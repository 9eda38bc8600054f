import { type Command, Option } from 'commander'
import { type MessageFilter, messageFilters } from '../../lib/messages/store/message-catalog.ts'
import type { ApiClient } from '../api/client.ts'
import { accountIdOf } from '../api/find/accounts.ts'
import { queueNamed } from '../api/find/by-name.ts'
import { runIdOf } from '../api/find/runs.ts'
import { addTimeRange } from '../terminal/options.ts'

/** The options that select messages. */
export interface MessageSelection {
  readonly queue?: string
  readonly account?: string
  readonly run?: string
  readonly state?: string
  readonly from?: string
  readonly to?: string
}

/** @param without states that cannot be selected */
export const withMessageSelection = (command: Command, without: readonly MessageFilter[] = []): Command =>
  addTimeRange(
    command
      .option('--queue <queue>', 'only messages in this queue')
      .option('--account <account>', 'only messages from this account')
      .option('--run <run>', 'only messages that this run stored')
      .addOption(
        new Option('--state <value>', 'only messages in this state').choices(
          messageFilters.filter((filter) => !without.includes(filter)),
        ),
      ),
    'only messages stored',
  )

/**
 * Looks up the queue, the account and the run.
 * @returns the filters as the API names them
 */
export const selectedMessages = async (
  api: ApiClient,
  { queue, account, run, state, from, to }: MessageSelection,
): Promise<Readonly<Record<string, string | undefined>>> => ({
  queueId: queue === undefined ? undefined : (await queueNamed(api, queue)).queueId,
  accountId: account === undefined ? undefined : await accountIdOf(api, account),
  runId: run === undefined ? undefined : await runIdOf(api, run),
  state,
  from,
  to,
})
