import { Match } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { resourcesByPath, synthesised, type Templates } from './synthesised.ts'

let templates: Templates

beforeAll(() => {
  templates = synthesised()
})

const bucketAt = (path: string) => resourcesByPath(templates.stateful, 'AWS::S3::Bucket').get(path)
const logicalId = (path: string) =>
  Object.entries(templates.stateful.findResources('AWS::S3::Bucket')).find(([, { Metadata }]) =>
    String(Metadata['aws:cdk:path']).endsWith(`${path}/Resource`),
  )?.[0]

describe('the access logs of the raw mail', () => {
  it('S3 records every access to raw mail in a private bucket of its own', () => {
    expect(bucketAt('RawMail/Bucket')?.Properties.LoggingConfiguration).toEqual({
      DestinationBucketName: { Ref: logicalId('RawMail/AccessLogs/Bucket') },
    })
    expect(bucketAt('RawMail/AccessLogs/Bucket')).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
        VersioningConfiguration: { Status: 'Enabled' },
      },
    })
  })

  it('the access logs expire after a year', () => {
    expect(bucketAt('RawMail/AccessLogs/Bucket')?.Properties.LifecycleConfiguration).toMatchObject({
      Rules: [
        { ExpirationInDays: 365 },
        { NoncurrentVersionExpiration: { NoncurrentDays: 30 }, ExpiredObjectDeleteMarker: true },
      ],
    })
  })

  it('only S3’s log delivery for the raw-mail bucket may write access logs', () => {
    templates.stateful.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: logicalId('RawMail/AccessLogs/Bucket') },
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Sid: 'S3MayWriteAccessLogs',
            Effect: 'Allow',
            Principal: { Service: 'logging.s3.amazonaws.com' },
            Action: 's3:PutObject',
            Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [logicalId('RawMail/AccessLogs/Bucket'), 'Arn'] }, '/*']] },
            Condition: {
              ArnLike: { 'aws:SourceArn': { 'Fn::GetAtt': [logicalId('RawMail/Bucket'), 'Arn'] } },
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            },
          },
        ]),
      },
    })
  })
})
