import { Command, Option } from 'commander'
import { deliveryFilters } from '../../lib/handover/ledger/delivery-catalog.ts'
import { destinationNamed } from '../api/find/by-name.ts'
import { messageIdOf } from '../api/find/messages.ts'
import { asListing, queryOf } from '../api/listing.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { addTimeRange } from '../terminal/options.ts'
import { deliveryAnswerSchema, destinationOf } from './delivery-answer.ts'

interface DeliveryListOptions {
  readonly destination?: string
  readonly state?: string
  readonly message?: string
  readonly ticket?: string
  readonly from?: string
  readonly to?: string
}

const help = `
At a terminal, the reason of a delivery is below its row.

Examples:
  postmaster deliveries list --state quarantined
  postmaster deliveries list --destination OTOBO --from 2026-03-02
  postmaster deliveries list --ticket 2026030210000017`

export const listDeliveriesCommand = (output: CommandOutput): Command =>
  asListing(
    addTimeRange(
      new Command('list')
        .description('list deliveries, newest first')
        .option('--destination <destination>', 'only deliveries to this destination')
        .addOption(
          new Option('--state <value>', 'only deliveries in this state, or all open ones').choices(deliveryFilters),
        ),
      'only deliveries planned',
    )
      .option('--message <message>', 'the deliveries of this message, without other filters')
      .option('--ticket <number>', 'the deliveries that became this ticket, without other filters')
      .addHelpText('after', help),
    output,
    {
      path: async ({ destination, message, ...filters }: DeliveryListOptions, api) => {
        const { state, from, to, ticket } = filters
        const destinationId = destination && (await destinationNamed(api, destination)).destinationId
        const messageId = message && (await messageIdOf(api, message))
        return `/deliveries?${queryOf({ limit: '50', destinationId, state, from, to, messageId, ticket })}`
      },
      schema: deliveryAnswerSchema,
      columns: [
        { head: 'ID', value: ({ deliveryId }) => deliveryId, kind: 'id' },
        { head: 'PLANNED', value: ({ plannedAt }) => plannedAt, kind: 'time' },
        { head: 'DESTINATION', value: destinationOf },
        { head: 'STATE', value: ({ state }) => state, kind: 'state' },
        { head: 'NEXT TRY', value: ({ nextAttemptAt }) => nextAttemptAt, kind: 'time' },
        { head: 'TICKET', value: ({ remote }) => remote?.ticket, kind: 'whole' },
        { head: 'SUBJECT', value: ({ subject, erased }) => (erased ? '(erased)' : subject) },
        { head: 'REASON', value: ({ reason }) => reason?.detail, below: 'one-line' },
      ],
      things: 'deliveries',
      paged: true,
    },
  )
