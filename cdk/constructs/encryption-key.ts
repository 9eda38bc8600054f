import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import type { CollectorFunction } from './collector-function.ts'

/** The encryption context that SNS sends to KMS with every message: the ARN of the topic. */
const topicContext = 'aws:sns:topicArn'

/**
 * The one customer-managed key, for the topics. AWS's own key for SNS (`alias/aws/sns`) does not exist in an account
 * that has never used it, and its policy, which cannot be changed, keeps CloudWatch alarms from publishing.
 */
export class EncryptionKey extends Construct {
  readonly key: Key

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.key = new Key(this, 'Key', {
      // Two deployments in one region have two stack names, and the alias goes when the stack goes.
      alias: Stack.of(this).stackName,
      description: 'Postmaster: encrypts the messages of its topics.',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.#letAlarmsPublish()
  }

  /** Lets the function publish to this topic, which the key encrypts. Both permissions hold through SNS only, and for this topic only. */
  grantPublish(fn: CollectorFunction, topicArn: string): void {
    fn.mayWhen(
      {
        StringEquals: {
          'kms:ViaService': `sns.${Stack.of(this).region}.amazonaws.com`,
          [`kms:EncryptionContext:${topicContext}`]: topicArn,
        },
      },
      // GenerateDataKey encrypts a message; Decrypt lets SNS reuse a data key for some minutes.
      ['kms:GenerateDataKey', 'kms:Decrypt'],
      this.key.keyArn,
    )
  }

  /** CloudWatch has no role of ours, so the key's own policy names it. The context confines it to topics of this account. */
  #letAlarmsPublish(): void {
    const { partition, region, account } = Stack.of(this)
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsMayPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        // In a key policy, this key.
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { [`kms:EncryptionContext:${topicContext}`]: `arn:${partition}:sns:${region}:${account}:*` },
        },
      }),
    )
  }
}
