import { trimmedEnd } from '../text/printable.ts'
import { bareHost, isAddressLiteral, isPublicAddress, type NetworkPolicy } from './addresses.ts'
import { isLoopbackHost } from './loopback.ts'

/** What a deployment allows for webhooks besides port 443 of public addresses. */
export interface WebhookRules extends NetworkPolicy {
  readonly extraWebhookPorts: readonly number[]
}

/** In characters. Longer URLs fail in many servers and logs. */
const longestUrl = 2000

/**
 * Checks a webhook's URL without resolving its host. Each attempt checks the addresses of the host.
 * @returns a sentence without its subject for each problem, for example `must begin with https://`
 */
export const webhookUrlProblems = (text: string, rules: WebhookRules): string[] => {
  if (text.length > longestUrl) return [`must have at most ${longestUrl} characters`]
  // The URL parser removes or replaces these characters, so a person and the parser would read different URLs.
  if (!/^[!-[\]-~]+$/.test(text)) return ['must be a URL in printable ASCII without spaces or backslashes']
  const url = URL.parse(text)
  if (!url || !['https:', 'http:'].includes(url.protocol) || !/^https?:\/\//i.test(text))
    return ['must be an absolute URL, for example `https://tickets.example.com/postmaster`']
  return [
    ...(url.username !== '' || url.password !== '' || userInfo.test(text)
      ? ['must not contain a user name or password']
      : []),
    ...(text.includes('#') ? ['must not contain a fragment'] : []),
    ...hostProblems(url, rules),
  ]
}

/** The URL parser accepts an empty user name and forgets it. */
const userInfo = /^https?:\/\/[^/?#]*@/i

const hostProblems = (url: URL, rules: WebhookRules): string[] => {
  // The URL parser has already turned every spelling of an address (decimal, octal, hexadecimal, short) into the usual one.
  const host = bareHost(trimmedEnd(url.hostname, /\./))
  const isThisMachine = isLoopbackHost(host) || host.endsWith('.localhost')
  if (url.protocol === 'http:')
    return isThisMachine && rules.allowClearTextOnLoopback && rules.allowPrivateAddresses
      ? []
      : ['must begin with `https://`']
  const port = Number(url.port) || 443
  const isPrivate = isThisMachine || (isAddressLiteral(host) && !isPublicAddress(host))
  return [
    ...(port !== 443 && !rules.extraWebhookPorts.includes(port) ? [`must use ${portsIn(rules)}`] : []),
    ...(isPrivate && !rules.allowPrivateAddresses
      ? ['must not name a private, loopback or link-local address, which this deployment does not allow']
      : []),
  ]
}

const portsIn = ({ extraWebhookPorts }: WebhookRules): string =>
  extraWebhookPorts.length === 0 ? 'port 443' : `one of the ports ${[443, ...extraWebhookPorts].join(', ')}`
