import { Command } from 'commander'
import { connected } from '../api/client.ts'
import { deliveryPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { described, tableOf } from '../terminal/table.ts'
import { jsonText, plain } from '../terminal/text.ts'
import { type DeliveryAnswer, deliveryAnswerSchema, destinationOf } from './delivery-answer.ts'

export const showDeliveryCommand = ({ out }: CommandOutput): Command =>
  new Command('show')
    .description('show a delivery: its state, what the receiver returned, and every attempt')
    .addHelpText('after', '\nExample:\n  postmaster deliveries show 01J….5f3a…')
    .argument('<delivery-id>', 'see `postmaster deliveries list`')
    .option('--json', 'print the API response as JSON, for scripts')
    .action(async (deliveryId: string, { json }: { json?: true }, command: Command) => {
      const delivery = await connected(command).get(deliveryPath(deliveryId), deliveryAnswerSchema)
      if (json) return out(jsonText(delivery))
      out(summaryOf(delivery))
      if (delivery.attempts.length > 0) out(`\n${attemptsOf(delivery)}`)
    })

const summaryOf = (delivery: DeliveryAnswer): string => {
  const { reason, remote } = delivery
  const facts = described([
    ['Destination', destinationOf(delivery)],
    ['State', `${delivery.state} since ${delivery.changedAt}`],
    ['Next attempt', delivery.nextAttemptAt],
    ['Ticket', remote?.ticket],
    ['Address', remote?.url],
    ['Answer', remote?.result],
    ['Planned', `${delivery.plannedAt}${delivery.replay ? ', replayed' : ''}`],
    ['Queue', delivery.queueName],
    ['From', delivery.from],
    ['Subject', delivery.subject],
    ['Message', delivery.messageId],
  ])
  return [
    facts,
    ...(reason ? [`\n${plain(reason.detail)}`, `  ${plain(reason.remedy)}`] : []),
    ...(delivery.possiblyDoubled ? ['\nThe receiver may have received this message twice.'] : []),
  ].join('\n')
}

const attemptsOf = ({ attempts }: DeliveryAnswer): string =>
  tableOf(
    ['ATTEMPT', 'RESULT', 'CODE', 'SECONDS', 'BYTES'],
    attempts.map(({ at, result, code, milliseconds, bytes }) =>
      [at, result, code, (milliseconds / 1000).toFixed(1), String(bytes)].map(plain),
    ),
    attempts.map(({ detail }) => [plain(detail)]),
  )
