import { Command } from 'commander'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { connectCommand } from './connect.ts'
import { doctorCommand } from './doctor.ts'
import { profilesCommand } from './profiles.ts'
import { providersCommand } from './providers.ts'

const help = `
A provider defines where users sign in. A profile contains the client id and the client secret that identify Postmaster to a
provider. An account uses a profile and is connected once in a browser.

Examples:
  postmaster oauth2 profiles add "Desk at Microsoft 365" --provider microsoft --tenant 6babcaad-… --client-id 2d4d11a2-…
  postmaster accounts add --profile "Desk at Microsoft 365" --type IMAPS --username desk@example.com
  postmaster oauth2 connect support@example.com
  postmaster oauth2 doctor support@example.com`

/** `postmaster oauth2 …` */
export const oauth2Command = (output: CommandOutput): Command =>
  new Command('oauth2')
    .description('OAuth2: manage providers and profiles, connect accounts, and diagnose problems')
    .addHelpText('after', help)
    .addCommand(providersCommand(output))
    .addCommand(profilesCommand(output))
    .addCommand(connectCommand(output))
    .addCommand(doctorCommand(output))
