import { Command } from 'commander'
import { type ProviderAnswer, providerAnswerSchema } from '../api/answers.ts'
import { connected } from '../api/client.ts'
import { providerNamed } from '../api/find/by-name.ts'
import { asListing } from '../api/listing.ts'
import { providerPath } from '../api/paths.ts'
import type { CommandOutput } from '../terminal/cli-error.ts'
import { CliError, exitCodes } from '../terminal/cli-error.ts'
import { type JsonFields, printJson, withJson } from '../terminal/json-fields.ts'
import { type Described, printDescribed } from '../terminal/layout/described.ts'
import { confirmed } from '../terminal/prompts.ts'
import { plain } from '../terminal/text.ts'
import { addProviderOptions, type ProviderOptions, providerFieldsOf } from './provider-options.ts'

/** `postmaster oauth2 providers …` */
export const providersCommand = (output: CommandOutput): Command =>
  new Command('providers')
    .description('services where users sign in; Microsoft 365 and Google are built in')
    .addHelpText('after', '\nExample:\n  postmaster oauth2 providers show microsoft')
    .addCommand(list(output))
    .addCommand(show(output))
    .addCommand(add(output))
    .addCommand(edit(output))
    .addCommand(reset(output))
    .addCommand(remove(output))

const list = (output: CommandOutput): Command =>
  asListing(
    new Command('list')
      .description('list OAuth2 providers')
      .addHelpText('after', '\nExample:\n  postmaster oauth2 providers list'),
    output,
    {
      path: () => '/oauth2/providers?limit=100',
      schema: providerAnswerSchema,
      columns: [
        { head: 'NAME', value: ({ name }) => name },
        { head: 'ID', value: ({ providerId }) => providerId, kind: 'id' },
        { head: 'KIND', value: ({ kind }) => kind },
        { head: 'AS SHIPPED', value: shippedWords },
        { head: 'SIGN-IN', value: ({ authorizationEndpoint }) => authorizationEndpoint },
      ],
      things: 'OAuth2 providers',
    },
  )

const shippedWords = ({ builtIn, changedFields = [] }: ProviderAnswer): string => {
  if (!builtIn) return ''
  return changedFields.length === 0 ? 'yes' : `changed: ${changedFields.join(', ')}`
}

const show = (output: CommandOutput): Command =>
  withJson(new Command('show'), providerAnswerSchema)
    .description('show an OAuth2 provider')
    .argument('<provider>', 'name or id')
    .addHelpText('after', '\nExample:\n  postmaster oauth2 providers show google')
    .action(async (name: string, { json }: { json?: JsonFields }, command: Command) => {
      const provider = await providerNamed(connected(command), name)
      if (json) printJson(output, provider, json)
      else printDescribed(output, descriptionOf(provider))
    })

const descriptionOf = (provider: ProviderAnswer): Described[] => [
  ['Provider', provider.name],
  ['Id', provider.providerId],
  ['Kind', provider.kind],
  ['As shipped', shippedWords(provider)],
  ['Sign-in', provider.authorizationEndpoint],
  ['Tokens', provider.tokenEndpoint],
  ['Revocation', provider.revocationEndpoint],
  ['IMAP scopes', provider.scopes.imap.join(' ')],
  ['POP3 scopes', provider.scopes.pop3.join(' ')],
  ['App-only scopes', provider.clientCredentialsScopes.join(' ')],
  [
    'Parameters',
    Object.entries(provider.authorizationParameters)
      .map(([parameter, value]) => `${parameter}=${value}`)
      .join(' '),
  ],
  ['Client sent in', provider.clientAuthentication],
  ['IMAP server', provider.hosts.imap],
  ['POP3 server', provider.hosts.pop3],
]

const add = ({ out }: CommandOutput): Command =>
  addProviderOptions(new Command('add').description('add an OAuth2 provider'))
    .argument('<name>')
    .addHelpText(
      'after',
      `
Both endpoints are required. The profile's tenant replaces \`{tenant}\` in them.

Examples:
  postmaster oauth2 providers add "Login of Example Ltd" --sign-in https://login.example.com/auth --tokens https://login.example.com/token
  postmaster oauth2 providers add Keycloak --sign-in https://login.example.com/realms/desk/protocol/openid-connect/auth --tokens https://login.example.com/realms/desk/protocol/openid-connect/token --imap-scopes "openid email offline_access" --imap-host imap.example.com`,
    )
    .action(async (name: string, options: ProviderOptions, command: Command) => {
      const body = { name, ...providerFieldsOf(options) }
      const provider = await connected(command).post('/oauth2/providers', body, providerAnswerSchema)
      out(`Added provider ${plain(provider.name)} (${provider.providerId}).`)
    })

const edit = ({ out }: CommandOutput): Command =>
  addProviderOptions(new Command('edit').description('change an OAuth2 provider; other settings stay unchanged'))
    .argument('<provider>', 'name or id')
    .option('--rename <name>', 'new name')
    .addHelpText(
      'after',
      '\nExample:\n  postmaster oauth2 providers edit microsoft --parameter prompt=login --parameter domain_hint=example.com',
    )
    .action(async (name: string, { rename, ...options }: ProviderOptions & { rename?: string }, command: Command) => {
      const patch = { ...(rename !== undefined && { name: rename }), ...providerFieldsOf(options) }
      if (Object.keys(patch).length === 0)
        throw new CliError('Specify what to change. See --help for the options.', exitCodes.usage)
      const api = connected(command)
      const { providerId } = await providerNamed(api, name)
      const provider = await api.patch(providerPath(providerId), patch, '*', providerAnswerSchema)
      out(`Changed provider ${plain(provider.name)}: ${Object.keys(patch).join(', ')}.`)
    })

const reset = ({ out }: CommandOutput): Command =>
  new Command('reset')
    .description('restore the original settings of a built-in provider')
    .argument('<provider>', 'name or id')
    .option('--yes', 'reset without confirmation')
    .addHelpText('after', '\nExample:\n  postmaster oauth2 providers reset microsoft')
    .action(async (name: string, { yes }: { yes?: true }, command: Command) => {
      const api = connected(command)
      const { providerId, name: called, builtIn, changedFields = [] } = await providerNamed(api, name)
      if (!builtIn) return out(`${plain(called)} is a custom provider, so it has no original settings.`)
      if (changedFields.length === 0) return out(`${plain(called)} already has its original settings.`)
      if (!(await confirmed(`Reset ${changedFields.join(', ')} of ${plain(called)}?`, yes))) return
      await api.delete(providerPath(providerId), '*')
      out(`${plain(called)} has its original settings again.`)
    })

const remove = ({ out }: CommandOutput): Command =>
  new Command('delete')
    .description('delete a custom OAuth2 provider that no profile uses')
    .argument('<provider>', 'name or id')
    .option('--yes', 'delete without confirmation')
    .addHelpText('after', '\nExample:\n  postmaster oauth2 providers delete "Login of Example Ltd" --yes')
    .action(async (name: string, { yes }: { yes?: true }, command: Command) => {
      const api = connected(command)
      const { providerId, name: called, builtIn } = await providerNamed(api, name)
      if (builtIn)
        return out(
          `${plain(called)} is built in and cannot be deleted. Use \`reset\` to restore its original settings.`,
        )
      if (!(await confirmed(`Delete provider ${plain(called)}?`, yes))) return
      await api.delete(providerPath(providerId), '*')
      out(`Deleted provider ${plain(called)}.`)
    })
