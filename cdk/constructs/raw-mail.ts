import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'

export interface RawMailProps {
  /** Days until a raw message is removed; independent of the rows that prevent a second import. */
  readonly retentionDays: number
}

const arnExport = 'PostmasterRawMailArn'
/** No message id begins like this. */
const viewPrefix = 'views/'

/** The exact bytes of every message. Nobody has the permission to delete one: only the lifecycle does. */
export class RawMail extends Construct {
  readonly bucket: Bucket
  readonly #arn: string

  constructor(scope: Construct, id: string, { retentionDays }: RawMailProps) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        // Parts of an upload whose function was killed are invisible and cost money until somebody aborts it.
        { id: 'abort-unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { id: 'retention', expiration: Duration.days(retentionDays) },
        // Attachments taken out of their message for one download; S3 counts in whole days.
        { id: 'views', prefix: viewPrefix, expiration: Duration.days(1) },
      ],
    })
    // Named, because the acknowledgement below has to name it too.
    this.#arn = Stack.of(this).exportValue(this.bucket.bucketArn, { name: arnExport })
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Three roles can reach the objects and every download is asked for through the API, whose access log names the caller. ' +
        'Who needs a record per object switches on CloudTrail data events; access logs would only add a second bucket to guard.',
    })
  }
  /** Lets the function store objects, in one piece or in parts. */
  grantStore(fn: CollectorFunction): void {
    this.#grant(fn, ['s3:PutObject', 's3:AbortMultipartUpload'])
  }

  /** Lets the function read objects, and sign URLs that do: a presigned URL can do what its signer may. */
  grantRead(fn: CollectorFunction): void {
    this.#grant(fn, ['s3:GetObject'])
    // Without it S3 answers 403 for a missing object, as if the permission were missing.
    fn.may(['s3:ListBucket'], this.#arn)
  }

  /** Lets the function keep what it took out of a message for a download, apart from the messages themselves. */
  grantViews(fn: CollectorFunction): void {
    fn.may(['s3:PutObject', 's3:AbortMultipartUpload'], `${this.#arn}/${viewPrefix}*`)
    fn.acknowledgePattern(
      `Resource::${arnExport}/${viewPrefix}*`,
      'There is one object per attachment that is downloaded.',
    )
  }

  /** Tells the function where raw mail is, without letting it there: announcements name the bucket. */
  name(fn: CollectorFunction): void {
    fn.addEnvironment(environmentNames.rawBucket, this.bucket.bucketName)
  }

  #grant(fn: CollectorFunction, actions: string[]): void {
    this.name(fn)
    fn.may(actions, `${this.#arn}/*`)
    fn.acknowledgePattern(`Resource::${arnExport}/*`, 'There is one object per message, named by its id.')
  }
}
