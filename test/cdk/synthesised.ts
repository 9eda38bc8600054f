import { readFileSync } from 'node:fs'
import { Template } from 'aws-cdk-lib/assertions'
import * as z from 'zod'
import { postmasterApp } from '../../cdk/postmaster-app.ts'

export interface Resource {
  readonly Type: string
  readonly Properties: Record<string, unknown>
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly Metadata?: Record<string, unknown>
}

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) })

/** Synthesizes both templates without bundling, which takes seconds and is tested in bundles.test.ts. */
export const synthesised = (context: Record<string, string> = {}) => {
  const file = cdkJson.parse(JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')))
  const { stateful, collector } = postmasterApp({
    // CloudFormation's own rules take most of the time. bundles.test.ts applies them once.
    builtinCloudFormationValidation: false,
    context: { ...file.context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:enable-path-metadata': true, ...context },
  })
  return { stateful: Template.fromStack(stateful), collector: Template.fromStack(collector) }
}

/**
 * The only routes without a user's token, by function: the admin page and its sign-in, the API's documentation, the
 * consent pages, and agents.
 */
export const publicRoutes: Readonly<Record<string, readonly string[]>> = {
  Docs: ['GET /openapi.json', 'GET /docs'],
  Page: ['/', '/admin', '/admin/{proxy+}'].flatMap((path) => [`GET ${path}`, `HEAD ${path}`]),
  Oauth2Start: ['GET /oauth2/start/{ticket}', 'POST /oauth2/start/{ticket}', 'GET /oauth2/done/{attempt}'],
  Oauth2Callback: ['GET /oauth2/callback'],
  Agent: [
    'POST /agent/lease',
    'GET /agent/queues',
    'GET /agent/deliveries/{deliveryId}/raw',
    'POST /agent/deliveries/{deliveryId}/ack',
    'POST /agent/deliveries/{deliveryId}/nack',
  ],
  Session: [
    'GET /admin/session/sign-in',
    'GET /admin/session/callback',
    'GET /admin/session/signed-out',
    'POST /admin/session/token',
    'POST /admin/session/sign-out',
  ],
}

export type Templates = ReturnType<typeof synthesised>

/** Resources of one type by construct path below the stack, for example `Tables/Accounts`. */
export const resourcesByPath = (template: Template, type: string): Map<string, Resource> =>
  new Map(
    Object.values(template.findResources(type) as Record<string, Resource>).map((resource) => [
      pathOf(resource),
      resource,
    ]),
  )

export const pathOf = (resource: Resource): string =>
  String(resource.Metadata?.['aws:cdk:path'] ?? '')
    .replace(/^[^/]+\//, '')
    .replace(/\/Resource$/, '')
