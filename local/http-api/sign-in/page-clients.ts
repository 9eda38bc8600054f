import * as z from 'zod'
import type { Deployment } from '../../assembly/deployment.ts'

/** A client of the template's user pools that may send people to sign in. */
export interface PageClient {
  readonly clientId: string
  /** The only addresses to which a browser is sent back. */
  readonly redirectUris: readonly string[]
}

const addresses = z.array(z.string()).default([])

export const pageClients = (deployment: Deployment): PageClient[] =>
  deployment.ofType('AWS::Cognito::UserPoolClient').map((client) => ({
    clientId: deployment.physicalId(client),
    redirectUris: addresses.parse(client.property('CallbackURLs')),
  }))
