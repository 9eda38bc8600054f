import * as z from 'zod'
import { hostSchema } from '../../accounts/fields/mail-host.ts'
import type { FieldProblem } from '../../reasons/problem.ts'
import type { ProviderSettings } from './built-in-providers.ts'
import { ownMailHosts } from './own-mail-hosts.ts'

const endpoint = z.string().optional().catch(undefined)
const host = hostSchema.optional().catch(undefined)

/** Reads the valid fields of a body that may have errors elsewhere. The schema itself reports those errors. */
const relevantSchema = z.object({
  authorizationEndpoint: endpoint,
  tokenEndpoint: endpoint,
  revocationEndpoint: endpoint,
  hosts: z.object({ imap: host, pop3: host }).optional().catch(undefined),
})

/**
 * An admin must not change who receives the codes, secrets and tokens of a built-in provider. People consent to
 * Microsoft or Google by name, and every deployment expects the same addresses behind these names.
 */
export const builtInProblems = (raw: unknown, shipped: ProviderSettings): FieldProblem[] => {
  const read = relevantSchema.safeParse(raw)
  return read.success ? [...endpointProblems(read.data, shipped), ...hostProblems(read.data, shipped)] : []
}

const endpointProblems = (sent: z.output<typeof relevantSchema>, shipped: ProviderSettings): FieldProblem[] =>
  (['authorizationEndpoint', 'tokenEndpoint', 'revocationEndpoint'] as const)
    .filter((field) => sent[field] !== undefined && sent[field] !== shipped[field])
    .map((field) => ({
      path: `/${field}`,
      message: `cannot be changed, because ${shipped.name} is a built-in provider; for another address, add a provider of your own or use the built-in one for your cloud`,
    }))

const hostProblems = ({ hosts = {} }: z.output<typeof relevantSchema>, { kind }: ProviderSettings): FieldProblem[] => {
  const own = ownMailHosts[kind]
  if (!own) return []
  return (['imap', 'pop3'] as const)
    .filter((protocol) => hosts[protocol] !== undefined && !own[protocol].includes(hosts[protocol]))
    .map((protocol) => ({
      path: `/hosts/${protocol}`,
      message: `must be one of the provider’s own mail servers (${own[protocol].join(', ')}); for a proxy, add a provider of your own`,
    }))
}
