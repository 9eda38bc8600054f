import { Command } from 'commander'
import type { CommandOutput } from '../terminal/cli-error.ts'
import {
  handleDeliveriesCommand,
  redirectDeliveriesCommand,
  replayDeliveriesCommand,
  retryDeliveriesCommand,
} from './change-deliveries.ts'
import { listDeliveriesCommand } from './list-deliveries.ts'
import { showDeliveryCommand } from './show-delivery.ts'

/** `postmaster deliveries …` */
export const deliveriesCommand = (output: CommandOutput): Command =>
  new Command('deliveries')
    .description('deliveries of messages to destinations: find them, and decide about quarantined ones')
    .addCommand(listDeliveriesCommand(output))
    .addCommand(showDeliveryCommand(output))
    .addCommand(retryDeliveriesCommand(output))
    .addCommand(handleDeliveriesCommand(output))
    .addCommand(redirectDeliveriesCommand(output))
    .addCommand(replayDeliveriesCommand(output))
