import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { CollectorFunction } from '../collector-function.ts'
import type { EncryptionKey } from '../keys/encryption-key.ts'

/**
 * The topic for notices to admins, who subscribe to it, for example by email. CloudWatch alarms may also publish here.
 */
export class Notices extends Construct {
  readonly topic: Topic
  readonly #encryptionKey: EncryptionKey

  constructor(scope: Construct, id: string, encryptionKey: EncryptionKey) {
    super(scope, id)
    this.#encryptionKey = encryptionKey
    this.topic = new Topic(this, 'Topic', {
      // The sender's name in emails.
      displayName: 'Postmaster',
      masterKey: encryptionKey.key,
      enforceSSL: true,
    })
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN)
    // An alarm does not use a role, so the topic policy allows CloudWatch.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsMayPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    )
  }

  /** Passes the topic's ARN to the function and lets it publish. */
  grantPublish(fn: CollectorFunction): void {
    fn.addEnvironment('NOTICES_TOPIC_ARN', this.topic.topicArn)
    fn.may(['sns:Publish'], this.topic.topicArn)
    this.#encryptionKey.grantPublish(fn, this.topic.topicArn)
  }
}
