import type { Command } from 'commander'
import { ApiClient } from './api-client.ts'
import { resolveConnection } from './connection.ts'

/** The API as the command's global options and the environment name it. */
export const connected = (command: Command): ApiClient => new ApiClient(resolveConnection(command.optsWithGlobals()))
