import { CfnOutput, Duration } from 'aws-cdk-lib'
import { OAuthScope, ResourceServerScope, type UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito'
import type { Construct } from 'constructs'
import * as z from 'zod'

const roles = ['reader', 'admin'] as const

/** The programs that call the API with credentials of their own, for example `reports=reader,provisioning=admin`. */
export const apiClientsSchema = z
  .string()
  .transform((list) => list.split(',').map((item) => item.trim().split('=')))
  .pipe(
    z.array(
      z.tuple([
        z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, { error: 'must look like reports=reader,provisioning=admin' }),
        z.enum(roles),
      ]),
    ),
  )
  .refine((pairs) => new Set(pairs.map(([name]) => name)).size === pairs.length, { error: 'names a client twice' })
  .transform((pairs): ApiClients => new Map(pairs))

/** The role of each client by its name. */
export type ApiClients = ReadonlyMap<string, (typeof roles)[number]>

/** The resource server in the user pool. Its scopes are `postmaster/read` and `postmaster/admin`. */
export const scopeResource = 'postmaster'

/** A program can request the next token at any time, so a stolen token does not have to stay valid for longer. */
const tokenLifetime = Duration.hours(1)

/**
 * Adds a client with a secret for each program. It receives tokens with its own credentials (RFC 6749 section 4.4) and
 * with the scope of its role, and cannot sign people in.
 * @returns the IDs of the clients
 */
export const addApiClients = (scope: Construct, pool: UserPool, clients: ApiClients): string[] => {
  if (clients.size === 0) return []
  const scopes = {
    reader: new ResourceServerScope({ scopeName: 'read', scopeDescription: 'Read everything except secrets' }),
    admin: new ResourceServerScope({ scopeName: 'admin', scopeDescription: 'Read and change everything' }),
  }
  const server = pool.addResourceServer('Scopes', { identifier: scopeResource, scopes: Object.values(scopes) })
  return [...clients].map(([name, role]) => {
    const { userPoolClientId } = new UserPoolClient(scope, `ApiClient-${name}`, {
      userPool: pool,
      userPoolClientName: name,
      generateSecret: true,
      // Without this list, people could sign in through the client.
      authFlows: {},
      oAuth: {
        flows: { clientCredentials: true, authorizationCodeGrant: false, implicitCodeGrant: false },
        scopes: [OAuthScope.resourceServer(server, scopes[role])],
      },
      accessTokenValidity: tokenLifetime,
      enableTokenRevocation: true,
    })
    new CfnOutput(scope, `ApiClientId-${name}`, { value: userPoolClientId })
    return userPoolClientId
  })
}
