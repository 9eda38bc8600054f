import type { Command } from 'commander'

/**
 * The options for fields of the API that have another name. The key is a path within a body, or a part of one. A field
 * can belong to different options of different commands. The first one that the command has is meant.
 */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  accountId: ['account'],
  accountIds: ['account'],
  'auth/header': ['auth-header'],
  'auth/user': ['auth-user'],
  'auth/value': ['auth-stdin'],
  authorizationEndpoint: ['sign-in'],
  authorizationParameters: ['parameter'],
  clientCredentialsScopes: ['app-scopes'],
  clientSecret: ['client-secret-stdin'],
  controlHeaderPrefix: ['control-headers'],
  customCa: ['ca-file'],
  destinationId: ['destination', 'to'],
  dispatching: ['queue'],
  doubt: ['in-doubt'],
  'hosts/imap': ['imap-host'],
  'hosts/pop3': ['pop3-host'],
  maxMessageSize: ['max-size'],
  messageId: ['message'],
  messageIds: ['message'],
  name: ['rename'],
  password: ['password-stdin'],
  profileId: ['profile'],
  providerId: ['provider'],
  queueId: ['queue'],
  queueIds: ['queue'],
  'queueMap/default': ['map-default'],
  'queueMap/names': ['map'],
  revocationEndpoint: ['revocation'],
  runId: ['run'],
  'scopes/imap': ['imap-scopes'],
  'scopes/pop3': ['pop3-scopes'],
  secretExpiresOn: ['secret-expires'],
  signingSecret: ['signing-secret-stdin'],
  timeoutSeconds: ['timeout'],
  tokenEndpoint: ['tokens'],
  'webhook/mode': ['mode'],
  who: ['by'],
}

/**
 * @param path a field as the API names it: a JSON pointer (RFC 6901) into the body, or the name of a parameter
 * @returns what a person typed for this field, such as `--max-size` or `<name>`, or the field’s name in words
 */
export const fieldText = (path: string, command: Command | undefined): string => {
  const parts = path
    .split('/')
    .filter((part) => part !== '' && !/^\d+$/.test(part))
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return (command && typedFor(parts, command)) ?? (wordsOf(parts) || 'the request')
}

/** The longest path that has an option is the most precise one. If there are several options, the first is the whole setting. */
const typedFor = (parts: readonly string[], command: Command): string | undefined => {
  const pairs = parts.slice(1).map((part, index) => `${parts[index]}/${part}`)
  for (const name of [...pairs.toReversed(), ...parts]) {
    const long = [...(optionsOf[name] ?? []), kebab(name)].find((option) => hasOption(command, option))
    if (long !== undefined) return `--${long}`
    const argument = command.registeredArguments.find((one) => one.name() === kebab(name))
    if (argument) return `<${argument.name()}>`
  }
  return undefined
}

const hasOption = (command: Command, name: string): boolean => command.options.some(({ long }) => long === `--${name}`)

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** `queueMap`, `names` → `queue map, names` */
const wordsOf = (parts: readonly string[]): string => parts.map((part) => kebab(part).replaceAll('-', ' ')).join(', ')

/** @returns the text with options in place of fields in backticks, as far as the command has options for them */
export const withOptionNames = (text: string, command: Command | undefined): string =>
  command === undefined
    ? text
    : text.replace(/`([a-z][A-Za-z0-9]*)`/g, (field, name: string) => {
        const typed = typedFor([name], command)
        return typed === undefined ? field : `\`${typed}\``
      })
