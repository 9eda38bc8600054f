import { Command } from 'commander'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { eraseMessagesCommand } from './erase.ts'
import { explainMessageCommand } from './explain.ts'
import { listMessagesCommand } from './list.ts'
import { rawMessageCommand } from './raw.ts'
import { recoverMessagesCommand } from './recover.ts'
import { showMessageCommand } from './show.ts'

/** `postmaster messages …` */
export const messagesCommand = (output: CommandOutput): Command =>
  new Command('messages')
    .description('stored messages: find, read, explain, erase and recover them')
    .addCommand(listMessagesCommand(output))
    .addCommand(showMessageCommand(output))
    .addCommand(rawMessageCommand(output))
    .addCommand(explainMessageCommand(output))
    .addCommand(eraseMessagesCommand(output))
    .addCommand(recoverMessagesCommand(output))
