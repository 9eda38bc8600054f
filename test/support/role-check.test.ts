import { describe, expect, it } from 'vitest'
import { allows, dynamoKeys, kmsKeys } from './role-check.ts'

const key = 'EncryptionKey/Key'
const withCondition = (condition: Record<string, Record<string, string[]>>) => [
  { action: 'kms:Decrypt', resource: key, condition },
]
const decrypt = (context?: Record<string, string>) => ({
  action: 'kms:Decrypt',
  resource: key,
  keys: kmsKeys({ EncryptionContext: context }),
})

describe('the IAM role check', () => {
  it('the role check matches action and resource exactly', () => {
    const role = [{ action: 'kms:Decrypt', resource: key }]
    expect(allows(role, decrypt())).toBe(true)
    expect(allows(role, { ...decrypt(), action: 'kms:Encrypt' })).toBe(false)
    expect(allows(role, { ...decrypt(), resource: 'another' })).toBe(false)
    expect(allows([], decrypt())).toBe(false)
  })

  it('the role check lets `IfExists` accept an absent key, and compares a present one', () => {
    const role = [
      {
        action: 'dynamodb:UpdateItem',
        resource: 'Tables/Audit',
        condition: { StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE'] } },
      },
    ]
    const update = (input: Record<string, unknown>) => ({
      action: 'dynamodb:UpdateItem',
      resource: 'Tables/Audit',
      keys: dynamoKeys(input),
    })
    expect(allows(role, update({}))).toBe(true)
    expect(allows(role, update({ ReturnValues: 'NONE' }))).toBe(true)
    for (const ReturnValues of ['ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'])
      expect(allows(role, update({ ReturnValues }))).toBe(false)
  })

  it('the role check requires every key of a context to be listed, and accepts an empty context unless `Null` forbids it', () => {
    const listed = { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['a'] } }
    const present = { Null: { 'kms:EncryptionContext:a': ['false'] } }
    expect(allows(withCondition(listed), decrypt())).toBe(true)
    expect(allows(withCondition({ ...listed, ...present }), decrypt())).toBe(false)
    expect(allows(withCondition({ ...listed, ...present }), decrypt({ a: '1' }))).toBe(true)
    expect(allows(withCondition({ ...listed, ...present }), decrypt({ a: '1', b: '2' }))).toBe(false)
    expect(allows(withCondition({ ...listed, ...present }), decrypt({ b: '2' }))).toBe(false)
  })

  it('the role check matches patterns with StringLike, and takes every other character literally', () => {
    const role = withCondition({ StringLike: { 'kms:EncryptionContext:SecretARN': ['a:secret:x.y/*', 'b:?'] } })
    for (const value of ['a:secret:x.y/', 'a:secret:x.y/1-AbCdEf', 'b:1'])
      expect(allows(role, decrypt({ SecretARN: value }))).toBe(true)
    for (const value of ['a:secret:x-y/1', 'a:secret:x.y', 'b:', 'b:12', 'c'])
      expect(allows(role, decrypt({ SecretARN: value }))).toBe(false)
    expect(allows(role, decrypt())).toBe(false)
  })

  it('the role check does not ignore an unknown operator', () => {
    expect(() => allows(withCondition({ StringNotLike: { 'kms:ViaService': ['*'] } }), decrypt())).toThrow(
      'StringNotLike',
    )
  })
})
