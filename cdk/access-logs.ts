import { Duration, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3'
import { Construct, type IConstruct } from 'constructs'
import { privateBucket } from './private-bucket.ts'

/** How long the access logs are kept. A leak is often noticed months after it happened. */
const kept = Duration.days(365)
/** S3 restores a deleted log within this time if a person deleted it by mistake or to hide something. */
const oldVersionsKept = Duration.days(30)

/**
 * The bucket to which S3 writes who read or wrote which raw mail. The logs also contain what the access log of the API
 * does not show: the addresses that used a presigned link, and requests of people with access to the AWS account.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
 */
export class AccessLogs extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket,
      lifecycleRules: [
        { id: 'retention', expiration: kept },
        { id: 'old-versions', noncurrentVersionExpiration: oldVersionsKept, expiredObjectDeleteMarker: true },
      ],
    })
  }

  /** Makes S3 write the accesses to this bucket. */
  record(accessed: Bucket): void {
    // CDK's own property depends on a feature flag. Without the flag, it would grant access with an ACL.
    const resource = accessed.node.defaultChild
    if (!(resource instanceof CfnBucket)) throw new Error(`${accessed.node.path} has no resource`)
    resource.loggingConfiguration = { destinationBucketName: this.bucket.bucketName }
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'S3MayWriteAccessLogs',
        principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: {
          ArnLike: { 'aws:SourceArn': accessed.bucketArn },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    )
  }
}

/** S3 cannot write access logs to a bucket whose default encryption uses a KMS key. */
export const acceptsKmsKey = (construct: IConstruct): construct is CfnBucket =>
  construct instanceof CfnBucket && !(construct.node.scope?.node.scope instanceof AccessLogs)
