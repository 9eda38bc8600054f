import { describe, expect, it } from 'vitest'
import type { ConditionValues } from '../../../local/policies/access-request.ts'
import { type ConditionBlock, requestKeys } from '../../../local/policies/conditions.ts'
import { evaluate } from '../../../local/policies/evaluate.ts'
import { kmsKeys } from '../../../local/policies/requests/kms.ts'
import { compilePolicy } from '../../../local/policies/statement.ts'

const accountId = '000000000000'
const roleArn = `arn:aws:iam::${accountId}:role/reader`
const key = 'arn:aws:kms:us-east-1:000000000000:key/k'
const object = 'arn:aws:s3:::mail/raw/1'
const root = { AWS: `arn:aws:iam::${accountId}:root` }

interface Written {
  readonly Effect?: 'Allow' | 'Deny'
  readonly Principal?: unknown
  readonly Action?: string | string[]
  readonly Resource?: string
  readonly NotResource?: string
  readonly Condition?: ConditionBlock
}
const compiled = (statements: readonly Written[]) =>
  compilePolicy(
    {
      Version: '2012-10-17',
      Statement: statements.map((one) => ({ Effect: 'Allow', Action: 's3:GetObject', ...one })),
    },
    'a test',
  )
const decision = (
  { identity = [], resource = [] }: { identity?: readonly Written[]; resource?: readonly Written[] },
  request: { action?: string; resource?: string; keys?: ConditionValues } = {},
) => {
  const { action = 's3:GetObject', resource: on = object, keys = {} } = request
  const policies = { identity: compiled(identity), resource: compiled(resource) }
  return evaluate({ action, resource: on, keys }, requestKeys(keys), { roleArn, accountId }, policies)
}
const allowed = (...args: Parameters<typeof decision>): boolean => decision(...args).allowed

describe('the evaluation of policies', () => {
  it('an action and a resource match as patterns, and the case of the action does not matter', () => {
    const all = { Resource: 'arn:aws:s3:::mail/*' }
    expect(allowed({ identity: [all] })).toBe(true)
    expect(allowed({ identity: [{ ...all, Action: 'S3:getobject' }] })).toBe(true)
    expect(allowed({ identity: [{ ...all, Action: ['s3:Put*', 's3:Get??????'] }] })).toBe(true)
    expect(allowed({ identity: [{ ...all, Action: 's3:Get?' }] })).toBe(false)
    expect(allowed({ identity: [{ Resource: 'arn:aws:s3:::mail/*/2' }] })).toBe(false)
    expect(allowed({ identity: [{ Resource: 'arn:aws:s3:::m.il/*' }] })).toBe(false)
    expect(allowed({})).toBe(false)
  })

  it('NotResource matches every other resource', () => {
    expect(allowed({ identity: [{ NotResource: 'arn:aws:s3:::mail/views/*' }] })).toBe(true)
    expect(allowed({ identity: [{ NotResource: 'arn:aws:s3:::mail/raw/*' }] })).toBe(false)
  })

  it('a deny of the role or of the resource wins over every allow', () => {
    const identity: Written[] = [{ Resource: '*' }]
    expect(decision({ identity: [...identity, { Effect: 'Deny', Resource: object }] })).toEqual({
      allowed: false,
      because: 'with an explicit deny in an identity-based policy',
    })
    for (const Principal of ['*', { AWS: '*' }, { AWS: roleArn }, root])
      expect(decision({ identity, resource: [{ Effect: 'Deny', Principal, Resource: object }] })).toEqual({
        allowed: false,
        because: 'with an explicit deny in a resource-based policy',
      })
    for (const Principal of [{ Service: 'sns.amazonaws.com' }, { AWS: `${roleArn}2` }])
      expect(allowed({ identity, resource: [{ Effect: 'Deny', Principal, Resource: object }] })).toBe(true)
  })

  it('the policy of a resource allows a role that it names, but not because it names the account', () => {
    expect(allowed({ resource: [{ Principal: { AWS: roleArn }, Resource: '*' }] })).toBe(true)
    expect(allowed({ resource: [{ Principal: root, Resource: '*' }] })).toBe(false)
  })

  it('the role may use a key only if the policy of the key names the account', () => {
    const identity: Written[] = [{ Action: 'kms:Decrypt', Resource: key }]
    const request = { action: 'kms:Decrypt', resource: key }
    expect(allowed({ identity, resource: [{ Action: 'kms:*', Principal: root, Resource: '*' }] }, request)).toBe(true)
    expect(decision({ identity }, request)).toEqual({
      allowed: false,
      because: 'because no resource-based policy allows the kms:Decrypt action',
    })
  })
})

describe('the conditions of a statement', () => {
  const holds = (Condition: ConditionBlock, keys: ConditionValues): boolean =>
    allowed(
      { identity: [{ Action: 'secretsmanager:GetSecretValue', Resource: '*', Condition }] },
      {
        action: 'secretsmanager:GetSecretValue',
        resource: 'x',
        keys,
      },
    )
  const one = 'aws:ResourceTag/a'

  it.each<[string, string, boolean, boolean, boolean]>([
    // The operator, its value, and whether it holds for `x`, for `y`, and without the key.
    ['StringEquals', 'x', true, false, false],
    ['StringEqualsIfExists', 'x', true, false, true],
    ['StringNotEquals', 'x', false, true, true],
    ['StringLike', '?', true, true, false],
    ['StringLike', 'x*', true, false, false],
    ['StringNotLike', 'x*', false, true, true],
    ['Null', 'true', false, false, true],
    ['Null', 'false', true, true, false],
  ])('%s %s', (operator, value, forX, forY, without) => {
    const block = { [operator]: { [one]: [value] } }
    expect([holds(block, { [one]: 'x' }), holds(block, { 'AWS:resourcetag/A': 'y' }), holds(block, {})]).toEqual([
      forX,
      forY,
      without,
    ])
  })

  it('a list needs a set operator: ForAllValues also holds without the key, and ForAnyValue does not', () => {
    const keys = 'aws:TagKeys'
    const all = { 'ForAllValues:StringEquals': { [keys]: ['a', 'b'] } }
    const any = { 'ForAnyValue:StringLike': { [keys]: ['a*'] } }
    expect([['a'], ['b', 'a'], ['a', 'c']].map((list) => holds(all, { [keys]: list }))).toEqual([true, true, false])
    expect([['ab', 'c'], ['c']].map((list) => holds(any, { [keys]: list }))).toEqual([true, false])
    expect([holds(all, {}), holds(any, {})]).toEqual([true, false])
    expect(holds({ StringEquals: { [keys]: ['a', 'b'] } }, { [keys]: ['a', 'b'] })).toBe(false)
  })

  it('every part of an ARN is compared for itself', () => {
    const like = (pattern: string) =>
      holds({ ArnLike: { [one]: [pattern] } }, { [one]: 'arn:aws:sns:eu-west-1:1:topic' })
    expect(['arn:aws:sns:*:1:t*', 'arn:aws:sns:*:topic', 'arn:aws:s*:*:*:*'].map(like)).toEqual([true, false, true])
  })

  it('numbers and truth values are compared as such', () => {
    expect(holds({ NumericLessThan: { [one]: ['1.2'] } }, { [one]: '1.10' })).toBe(true)
    expect(holds({ Bool: { [one]: ['True'] } }, { [one]: 'true' })).toBe(true)
  })

  it('an encryption context must have all listed keys and no other if the statement says so', () => {
    const Condition = {
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['a'] },
      Null: { 'kms:EncryptionContext:a': ['false'] },
    }
    const decrypts = (context: Record<string, string>) =>
      allowed(
        {
          identity: [{ Action: 'kms:Decrypt', Resource: key, Condition }],
          resource: [{ Action: 'kms:*', Principal: root, Resource: '*' }],
        },
        { action: 'kms:Decrypt', resource: key, keys: kmsKeys(context) },
      )
    expect([{}, { a: '1' }, { a: '1', b: '2' }, { b: '2' }].map(decrypts)).toEqual([false, true, false, false])
  })
})
