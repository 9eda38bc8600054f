import { Command, Option } from 'commander'
import * as z from 'zod'
import { grantTypes } from '../../lib/accounts/account-oauth2.ts'
import { type ProfileAnswer, profileAnswerSchema } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { profileNamed, providerNamed } from '../api/find/by-name.ts'
import { asListing } from '../api/listing.ts'
import { profilePath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { type Described, printDescribed } from '../terminal/layout/described.ts'
import { clientSecretKind, confirmed, readSecret } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'

interface ProfileOptions {
  readonly provider?: string
  readonly tenant?: string
  readonly clientId?: string
  readonly grant?: string
  readonly secretExpires?: string
  readonly comment?: string
}

/** `postmaster oauth2 profiles …` */
export const profilesCommand = (output: CommandOutput): Command =>
  new Command('profiles')
    .description('client ids, client secrets and tenants that identify Postmaster to providers')
    .addHelpText('after', '\nExample:\n  postmaster oauth2 profiles list')
    .addCommand(list(output))
    .addCommand(show(output))
    .addCommand(add(output))
    .addCommand(edit(output))
    .addCommand(remove(output))

const pageSchema = z.looseObject({ redirectUri: z.string() })

/** Also shows the redirect URI, which has to be registered with a provider before there is a profile. */
const list = (output: CommandOutput): Command =>
  listing(output).hook('postAction', async (_hooked, command) => {
    if (command.opts<{ json?: JsonFields }>().json) return
    const { redirectUri } = await connected(command).get('/oauth2/profiles?limit=1', pageSchema)
    output.err(`\nRedirect URI to register with providers: ${plain(redirectUri)}\n`)
  })

const listing = (output: CommandOutput): Command =>
  asListing(
    new Command('list')
      .description('list OAuth2 profiles, and the redirect URI to register with providers')
      .addHelpText('after', '\nExample:\n  postmaster oauth2 profiles list'),
    output,
    {
      path: () => '/oauth2/profiles?limit=100',
      schema: profileAnswerSchema,
      columns: [
        { head: 'NAME', value: ({ name }) => name },
        { head: 'PROVIDER', value: ({ providerName, providerId }) => providerName ?? providerId },
        { head: 'GRANT', value: ({ grant }) => grant },
        { head: 'ACCOUNTS', value: ({ accounts }) => accounts.count, kind: 'number' },
        { head: 'SECRET UNTIL', value: secretWords },
        { head: 'TENANT', value: ({ tenant }) => tenant },
        { head: 'CLIENT ID', value: ({ clientId }) => clientId },
        { head: 'ID', value: ({ profileId }) => profileId, kind: 'id' },
      ],
      things: 'OAuth2 profiles',
      whenNone: 'To add one, see `postmaster oauth2 profiles add --help`.',
    },
  )

const secretWords = ({ hasClientSecret, secretExpiresOn, secretExpiry }: ProfileAnswer): string => {
  if (!hasClientSecret) return 'no secret'
  if (secretExpiresOn === undefined) return 'not recorded'
  if (!secretExpiry) return secretExpiresOn
  return `${secretExpiresOn} (${secretExpiry.days === 0 ? 'expired' : `${secretExpiry.days} days`})`
}

const show = (output: CommandOutput): Command =>
  withJson(new Command('show'), profileAnswerSchema)
    .description('show an OAuth2 profile, and the redirect URI to register with its provider')
    .argument('<profile>', 'name or id')
    .addHelpText('after', '\nExample:\n  postmaster oauth2 profiles show "Desk at Microsoft 365"')
    .action(async (name: string, { json }: { json?: JsonFields }, command: Command) => {
      const profile = await profileNamed(connected(command), name)
      if (json) printJson(output, profile, json)
      else printDescribed(output, descriptionOf(profile))
    })

const descriptionOf = (profile: ProfileAnswer): Described[] => [
  ['Profile', profile.name],
  ['Id', profile.profileId],
  ['Provider', profile.providerName ?? profile.providerId],
  ['Tenant', profile.tenant],
  ['Client id', profile.clientId],
  ['Client secret', profile.hasClientSecret ? 'stored, never shown' : 'none (public client)'],
  ['Secret until', profile.secretExpiresOn],
  ['Warning', profile.secretExpiry && `${profile.secretExpiry.detail} ${profile.secretExpiry.remedy}`],
  ['Grant', profile.grant],
  ['Redirect URI', `${profile.redirectUri} (register exactly this URI with the provider)`],
  ['Accounts', `${profile.accounts.count} ${profile.accounts.accountIds.join(' ')}`.trim()],
  ['Comment', profile.comment],
]

const withProfileOptions = (command: Command): Command =>
  command
    .option('--provider <provider>', 'name or id of the provider')
    .option('--tenant <id>', 'directory (tenant) id or domain; Microsoft')
    .option('--client-id <id>', 'application (client) id')
    .addOption(
      new Option(
        '--grant <type>',
        'authorization_code (default) if users sign in and consent, client_credentials if the application signs in as itself',
      ).choices(grantTypes),
    )
    .option(
      '--secret-expires <day>',
      'first day on which the client secret no longer works, for example 2027-03-01; `-` for none',
    )
    .option('--comment <text>', 'note for other admins')

const fieldsOf = async (
  { provider, secretExpires, ...others }: ProfileOptions,
  providerIdOf: (name: string) => Promise<string>,
): Promise<Record<string, unknown>> => ({
  ...others,
  ...(provider !== undefined && { providerId: await providerIdOf(provider) }),
  ...(secretExpires !== undefined && { secretExpiresOn: secretExpires === '-' ? null : secretExpires }),
})

const secretHelp = `
Enter the client secret at the prompt, or pipe it in with --client-secret-stdin. It is never an argument. Use the value of the
secret, not its id.`

const add = ({ out }: CommandOutput): Command =>
  withProfileOptions(new Command('add').description('add an OAuth2 profile'))
    .argument('<name>')
    .option('--client-secret-stdin', 'read the client secret from standard input')
    .option('--public', 'public client without a secret; custom providers only')
    .addHelpText(
      'after',
      `${secretHelp}

Examples:
  postmaster oauth2 profiles add "Desk at Microsoft 365" --provider microsoft --tenant 6babcaad-… --client-id 2d4d11a2-… --secret-expires 2028-03-01
  pass show google-client | postmaster oauth2 profiles add "Desk at Google" --provider google --client-id 1234….apps.googleusercontent.com --client-secret-stdin
  postmaster oauth2 profiles add "All desks" --provider microsoft --tenant 6babcaad-… --client-id 2d4d11a2-… --grant client_credentials`,
    )
    .action(
      async (name: string, options: ProfileOptions & { clientSecretStdin?: true; public?: true }, command: Command) => {
        const { clientSecretStdin, public: isPublic, ...given } = options
        const missing = [
          ...(given.provider === undefined ? ['--provider'] : []),
          ...(given.clientId === undefined ? ['--client-id'] : []),
        ]
        if (missing.length > 0) throw new CliError(`Specify ${missing.join(' and ')}.`, exitCodes.usage)
        const api = connected(command)
        const fields = await fieldsOf(given, async (provider) => (await providerNamed(api, provider)).providerId)
        const secret = isPublic ? {} : { clientSecret: await readSecret(clientSecretKind, clientSecretStdin ?? false) }
        const profile = await api.post('/oauth2/profiles', { name, ...fields, ...secret }, profileAnswerSchema)
        out(`Added profile ${plain(profile.name)} (${profile.profileId}).`)
        if (profile.grant === 'authorization_code')
          out(`Register exactly this redirect URI with the provider: ${plain(profile.redirectUri)}`)
      },
    )

const edit = ({ out }: CommandOutput): Command =>
  withProfileOptions(new Command('edit').description('change an OAuth2 profile; other settings stay unchanged'))
    .argument('<profile>', 'name or id')
    .option('--rename <name>', 'new name')
    .option('--client-secret', 'prompt for a new client secret')
    .option('--client-secret-stdin', 'read a new client secret from standard input')
    .addHelpText(
      'after',
      `${secretHelp}
All accounts of the profile use a new client secret at once. Their consents remain valid.

Examples:
  postmaster oauth2 profiles edit "Desk at Microsoft 365" --client-secret --secret-expires 2030-03-01
  postmaster oauth2 profiles edit "Desk at Microsoft 365" --rename "First level"`,
    )
    .action(
      async (
        name: string,
        options: ProfileOptions & { rename?: string; clientSecret?: true; clientSecretStdin?: true },
        command: Command,
      ) => {
        const { rename, clientSecret, clientSecretStdin, ...given } = options
        const api = connected(command)
        const { profileId } = await profileNamed(api, name)
        const fields = await fieldsOf(given, async (provider) => (await providerNamed(api, provider)).providerId)
        const patch = {
          ...fields,
          ...(rename !== undefined && { name: rename }),
          ...((clientSecret || clientSecretStdin) && {
            clientSecret: await readSecret(clientSecretKind, clientSecretStdin ?? false),
          }),
        }
        if (Object.keys(patch).length === 0)
          throw new CliError('Specify what to change. See --help for the options.', exitCodes.usage)
        const profile = await api.patch(profilePath(profileId), patch, '*', profileAnswerSchema)
        out(`Changed profile ${plain(profile.name)}: ${Object.keys(patch).join(', ')}.`)
      },
    )

const remove = ({ out }: CommandOutput): Command =>
  new Command('delete')
    .description('delete an OAuth2 profile that no account uses')
    .argument('<profile>', 'name or id')
    .option('--yes', 'delete without confirmation')
    .addHelpText(
      'after',
      '\nThe registration with the provider remains. Delete it there.\n\nExample:\n  postmaster oauth2 profiles delete "First level" --yes',
    )
    .action(async (name: string, { yes }: { yes?: true }, command: Command) => {
      const api = connected(command)
      const { profileId, name: called } = await profileNamed(api, name)
      if (!(await confirmed(`Delete profile ${plain(called)}?`, yes))) return
      await api.delete(profilePath(profileId), '*')
      out(`Deleted profile ${plain(called)}. Its registration with the provider remains.`)
    })
