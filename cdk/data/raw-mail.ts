import { Duration, Stack } from 'aws-cdk-lib'
import { AnyPrincipal, type Conditions, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { AccessLogs } from '../access-logs.ts'
import type { CollectorFunction } from '../collector-function.ts'
import { deploymentNames } from '../deployment-names.ts'
import { privateBucket } from '../private-bucket.ts'

export interface RawMailProps {
  /** Days until a raw message is removed. The rows that prevent a second import do not depend on it. */
  readonly retentionDays: number
  /** Days until a raw message is removed if all its deliveries have ended, counted from when it was stored. */
  readonly handedOverRetentionDays: number
  /** The name of a bucket that the functions use instead of the one of this construct. */
  readonly restored: string | undefined
}

/** No message ID starts with one of these prefixes. */
const viewPrefix = 'views/'
const copyPrefix = 'copies/'
/**
 * How long a version remains after another version or an expiry has replaced it: long enough to notice within a month
 * that mail was overwritten or expired too early, and to restore it.
 */
const oldVersionsKept = Duration.days(30)
/** How long attachments and copies are kept, and their old versions after that. S3 counts in whole days. */
const derivedKept = Duration.days(1)
/** Tags of raw mail. lib/messages/store/s3-raw-store.ts has the same ones. The first is on mail that someone received. */
const receivedTag = { key: 'postmaster-received', value: 'announced' }
/** The tag of raw mail whose last delivery ended. */
const endedTag = { key: 'postmaster-handover', value: 'ended' }

/**
 * The bucket with the exact bytes of every message. Only its lifecycle rules delete objects, and the function that erases
 * messages for an admin.
 */
export class RawMail extends Construct {
  readonly bucket: Bucket
  /** The bucket that the functions use. */
  readonly #used: { readonly name: string; readonly arn: string; readonly shownArn: string }

  constructor(scope: Construct, id: string, { retentionDays, handedOverRetentionDays, restored }: RawMailProps) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      ...privateBucket,
      lifecycleRules: [
        // If a function is killed during an upload, the uploaded parts are invisible and cost money until it is
        // aborted.
        { id: 'abort-unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        // Mail that no one received never expires, so that it can still be handed over.
        {
          id: 'retention',
          tagFilters: { [receivedTag.key]: receivedTag.value },
          expiration: Duration.days(retentionDays),
        },
        {
          id: 'handed-over',
          tagFilters: { [endedTag.key]: endedTag.value },
          expiration: Duration.days(handedOverRetentionDays),
        },
        // In a bucket with versions, an expiry only adds a delete marker. This rule removes what is below it, and then
        // the marker itself.
        { id: 'old-versions', noncurrentVersionExpiration: oldVersionsKept, expiredObjectDeleteMarker: true },
        // Attachments extracted for a download.
        { id: 'views', prefix: viewPrefix, expiration: derivedKept, noncurrentVersionExpiration: derivedKept },
        // Mail whose control headers were changed for one receiver, until the receiver has downloaded it.
        { id: 'copies', prefix: copyPrefix, expiration: derivedKept, noncurrentVersionExpiration: derivedKept },
      ],
    })
    this.#refuseOverwriting()
    new AccessLogs(this, 'AccessLogs').record(this.bucket)
    // The export has a fixed name because the acknowledgement of a pattern contains it.
    const arnExport = deploymentNames(this).exported('RawMailArn')
    const arn = Stack.of(this).exportValue(this.bucket.bucketArn, { name: arnExport })
    this.#used =
      restored === undefined
        ? { name: this.bucket.bucketName, arn, shownArn: arnExport }
        : {
            name: restored,
            arn: `arn:${Stack.of(this).partition}:s3:::${restored}`,
            shownArn: `arn:<AWS::Partition>:s3:::${restored}`,
          }
  }

  /**
   * Lets the function store objects, in one piece or in parts, compare one that its write found in place, and mark those
   * that someone receives.
   */
  grantStore(fn: CollectorFunction): void {
    this.#grantObjects(fn, ['s3:PutObject', 's3:AbortMultipartUpload'])
    this.#grantTags(fn, [receivedTag])
    this.grantRead(fn)
  }

  /** Lets the function read objects and sign URLs for them. A presigned URL has its signer's permissions. */
  grantRead(fn: CollectorFunction): void {
    this.#grantObjects(fn, ['s3:GetObject'])
    this.#grantList(fn)
  }

  /** Lets the function store attachments that it extracted for a download, separately from the messages. */
  grantViews(fn: CollectorFunction): void {
    this.#grantStoreBelow(fn, viewPrefix, 'There is one object per downloaded attachment.')
  }

  /** Lets the function store copies with changed control headers, separately from the messages. */
  grantCopies(fn: CollectorFunction): void {
    this.#grantStoreBelow(fn, copyPrefix, 'There is one object per delivery whose mail needs a copy.')
  }

  /** Lets the function mark messages whose last delivery ended, and which were therefore received. */
  grantMarkEnded(fn: CollectorFunction): void {
    this.#grantTags(fn, [endedTag, receivedTag])
    this.#grantList(fn)
  }

  /**
   * Lets the function find and delete the versions of objects. Only a request that names a version deletes anything, and
   * it cannot be undone.
   */
  grantErase(fn: CollectorFunction): void {
    this.#grantObjects(fn, ['s3:DeleteObjectVersion'])
    fn.may(['s3:ListBucketVersions'], this.#used.arn)
  }

  /** Passes the bucket's name to the function without granting access, because announcements contain the name. */
  name(fn: CollectorFunction): void {
    fn.addEnvironment('RAW_BUCKET', this.#used.name)
  }

  /**
   * Refuses every write that could overwrite a message, from any role and any person. Views and copies are exempt: they
   * are derived from the raw mail, and writing one again replaces it with the same bytes. The requests that begin a
   * multipart upload and send its parts cannot carry the condition, and they create no object
   * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html).
   */
  #refuseOverwriting(): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'MessagesAreNotOverwritten',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        notResources: [viewPrefix, copyPrefix].map((prefix) => this.bucket.arnForObjects(`${prefix}*`)),
        conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
      }),
    )
  }

  /** Lets the function set exactly these tags of an object, and no other. */
  #grantTags(fn: CollectorFunction, tags: readonly (typeof endedTag)[]): void {
    this.#grantObjects(fn, ['s3:PutObjectTagging'], {
      StringEquals: Object.fromEntries(tags.map(({ key, value }) => [`s3:RequestObjectTag/${key}`, value])),
      'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': tags.map(({ key }) => key) },
    })
  }

  #grantObjects(fn: CollectorFunction, actions: string[], conditions: Conditions = {}): void {
    this.name(fn)
    fn.mayWhen(conditions, actions, `${this.#used.arn}/*`)
    fn.acknowledgePattern(`Resource::${this.#used.shownArn}/*`, 'There is one object per message, named after its ID.')
  }

  #grantStoreBelow(fn: CollectorFunction, prefix: string, because: string): void {
    fn.may(['s3:PutObject', 's3:AbortMultipartUpload'], `${this.#used.arn}/${prefix}*`)
    fn.acknowledgePattern(`Resource::${this.#used.shownArn}/${prefix}*`, because)
  }

  /** Without this permission, S3 returns 403 for a missing object, as if the permission on objects were missing. */
  #grantList(fn: CollectorFunction): void {
    fn.may(['s3:ListBucket'], this.#used.arn)
  }
}
