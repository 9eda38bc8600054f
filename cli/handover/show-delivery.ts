import { Command } from 'commander'
import { connected } from '../api/client.ts'
import { deliveryIdOf } from '../api/find/deliveries.ts'
import { deliveryPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { printDescribed } from '../terminal/layout/described.ts'
import { type Column, TablePrinter } from '../terminal/layout/table.ts'
import { type DeliveryAnswer, deliveryAnswerSchema, destinationOf } from './delivery-answer.ts'

export const showDeliveryCommand = (output: CommandOutput): Command =>
  withJson(new Command('show'), deliveryAnswerSchema)
    .description('show a delivery: its state, what the receiver returned, and every attempt')
    .addHelpText('after', '\nExample:\n  postmaster deliveries show 01J….5f3a…')
    .argument('<delivery>', 'id, see `postmaster deliveries list`')
    .action(async (named: string, { json }: { json?: JsonFields }, command: Command) => {
      const api = connected(command)
      const delivery = await api.get(deliveryPath(await deliveryIdOf(api, named)), deliveryAnswerSchema)
      if (json) return printJson(output, delivery, json)
      printDelivery(output, delivery)
      if (delivery.attempts.length === 0) return
      output.out('')
      new TablePrinter(output, attemptColumns).print(delivery.attempts)
    })

const printDelivery = (output: CommandOutput, delivery: DeliveryAnswer): void => {
  const { reason, remote } = delivery
  printDescribed(output, [
    ['Destination', destinationOf(delivery)],
    ['State', `${delivery.state} since ${delivery.changedAt}`, 'state'],
    ['Reason', reason?.detail],
    ['What to do', reason?.remedy],
    ['Warning', delivery.possiblyDoubled ? 'The receiver may have received this message twice.' : undefined],
    ['Next try', delivery.nextAttemptAt],
    ['Ticket', remote?.ticket],
    ['Address', remote?.url],
    ['Answer', remote?.result],
    ['Planned', `${delivery.plannedAt}${delivery.replay ? ', replayed' : ''}`],
    ['Queue', delivery.queueName],
    ['From', delivery.from],
    ['Subject', delivery.subject],
    ['Message', delivery.messageId],
  ])
}

const attemptColumns: ReadonlyArray<Column<DeliveryAnswer['attempts'][number]>> = [
  { head: 'ATTEMPT', value: ({ at }) => at, kind: 'whole' },
  { head: 'RESULT', value: ({ result }) => result, kind: 'state' },
  { head: 'CODE', value: ({ code }) => code },
  { head: 'SECONDS', value: ({ milliseconds }) => (milliseconds / 1000).toFixed(1), kind: 'number' },
  { head: 'BYTES', value: ({ bytes }) => bytes, kind: 'number' },
  { head: 'DETAIL', value: ({ detail }) => detail, below: 'whole' },
]
