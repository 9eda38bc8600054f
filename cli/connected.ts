import type { Command } from 'commander'
import { ApiClient } from './api-client.ts'
import { resolveConnection } from './connection.ts'

/** @returns a client for the API that the command's global options or the environment specify */
export const connected = (command: Command): ApiClient => new ApiClient(resolveConnection(command.optsWithGlobals()))
