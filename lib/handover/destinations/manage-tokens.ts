import type * as z from 'zod'
import type { Actor } from '../../audit/audit-entry.ts'
import type { AuditTrail } from '../../audit/audit-trail.ts'
import { ProblemError } from '../../reasons/problem.ts'
import { hashOf } from '../../secrets/random-secret.ts'
import type { Clock } from '../../text/clock.ts'
import type { Destination, DestinationToken } from './destination.ts'
import type { DynamoDestinations } from './destination-store.ts'
import { type DynamoDestinationTokens, newToken } from './destination-tokens.ts'
import { existing } from './manage-destinations.ts'
import { type newTokenViewSchema, type TokenInput, type TokenView, tokenViewSchema } from './token-view.ts'

/** One for each agent and each receiver, and room for replacing them one by one. */
export const mostTokens = 10

/** The dependencies of this file's use cases. */
export interface TokenServices {
  readonly destinations: Pick<DynamoDestinations, 'read'>
  readonly tokens: DynamoDestinationTokens
  readonly audit: AuditTrail
  readonly now: Clock
  readonly newId: () => string
}

/**
 * Creates a token. It is not stored, so the result is the only place where it can be read.
 * @throws ProblemError `not-found`, `too-many-tokens`
 */
export const createToken = async (
  services: TokenServices,
  destinationId: string,
  { comment }: TokenInput,
  by: Actor,
): Promise<z.infer<typeof newTokenViewSchema>> => {
  const destination = await existing(services, destinationId)
  const { name } = destination
  if ((await services.tokens.ofDestination(destinationId)).length >= mostTokens)
    throw new ProblemError('too-many-tokens', `${name} already has ${mostTokens} tokens.`)
  const token = newToken()
  const stored: DestinationToken = {
    hash: hashOf(token),
    tokenId: services.newId(),
    destinationId,
    comment,
    createdAt: services.now().toISOString(),
    createdBy: by.name,
    createdBySub: by.sub,
  }
  await services.audit.record(
    {
      ...audited(destination, stored),
      by,
      action: 'create',
      changes: [
        { field: 'token', secret: true },
        { field: 'comment', to: comment },
      ],
    },
    () => services.tokens.create(stored),
    () => true,
  )
  return { ...tokenViewSchema.parse(stored), token }
}

/** @returns the tokens, the oldest first. @throws ProblemError `not-found` */
export const listTokens = async (services: TokenServices, destinationId: string): Promise<TokenView[]> => {
  await existing(services, destinationId)
  return (await services.tokens.ofDestination(destinationId)).map((token) => tokenViewSchema.parse(token))
}

/** Revokes a token. From then on, requests with it are refused. @throws ProblemError `not-found` */
export const revokeToken = async (
  services: TokenServices,
  { destinationId, tokenId }: Pick<DestinationToken, 'destinationId' | 'tokenId'>,
  by: Actor,
): Promise<void> => {
  const destination = await existing(services, destinationId)
  const token = (await services.tokens.ofDestination(destinationId)).find((one) => one.tokenId === tokenId)
  if (!token) throw new ProblemError('not-found', 'The destination has no token with this id.')
  await services.audit.record(
    {
      ...audited(destination, token),
      by,
      action: 'delete',
      changes: [
        { field: 'token', secret: true },
        { field: 'comment', from: token.comment },
      ],
    },
    () => services.tokens.remove(token),
    () => true,
  )
}

const audited = ({ destinationId, name }: Destination, { tokenId }: DestinationToken) => ({
  subject: `/destinations/${destinationId}/tokens/${tokenId}`,
  name: `token of ${name}`,
})
