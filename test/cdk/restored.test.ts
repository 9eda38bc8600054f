import { describe, expect, it } from 'vitest'
import { permissionsByFunction } from './permissions.ts'
import { resourcesByPath, synthesised } from './synthesised.ts'

const restoredTables = 'accounts=Restored-accounts, messages=Restored-messages'

describe('restored tables and a restored bucket', () => {
  const templates = synthesised({ restoredTables, restoredBucket: 'restored-raw-mail' })
  const { stateful, collector } = templates

  it('functions use the restored tables and the restored bucket by their names', () => {
    const functions = resourcesByPath(collector, 'AWS::Lambda::Function')
    expect(functions.get('Fetching/Function')?.Properties).toMatchObject({
      Environment: {
        Variables: {
          ACCOUNTS_TABLE: 'Restored-accounts',
          MESSAGES_TABLE: 'Restored-messages',
          RUNS_TABLE: { 'Fn::ImportValue': expect.stringContaining('TablesRuns') },
          RAW_BUCKET: 'restored-raw-mail',
        },
      },
    })
  })

  it('the permissions apply to the restored tables, their indexes and the restored bucket, and to no others', () => {
    const held = [...permissionsByFunction(templates).values()].flat().map(({ resource }) => resource)
    expect(held).toContain('arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/Restored-accounts')
    expect(held.filter((resource) => /^Tables\/(Accounts|Messages)(\/|$)/.test(resource))).toEqual([])
    expect(held.filter((resource) => resource.endsWith('table/Restored-messages/index/by-content'))).not.toEqual([])
    expect(held).toContain('arn:<AWS::Partition>:s3:::restored-raw-mail/*')
    expect(held.filter((resource) => resource.startsWith('RawMail/'))).toEqual([])
  })

  it('the tables and the bucket before the restore stay in the stateful stack', () => {
    const usual = synthesised().stateful
    for (const type of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket'])
      expect([...resourcesByPath(stateful, type).keys()]).toEqual([...resourcesByPath(usual, type).keys()])
  })

  it.each([
    [{ restoredTables: 'accounts' }],
    [{ restoredTables: 'letters=Restored-letters' }],
    [{ restoredTables: 'accounts=a b' }],
    [{ restoredTables: 'accounts=one,accounts=two' }],
    [{ restoredBucket: 'Not A Bucket' }],
  ])('the context %j is refused with a reason', (context) => {
    expect(() => synthesised(context)).toThrow(new RegExp(`not valid[\\s\\S]*${Object.keys(context)[0]}`))
  })
})
