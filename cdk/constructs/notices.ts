import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'
import type { EncryptionKey } from './encryption-key.ts'

/** Notices for admins, who subscribe to this topic, for example by e-mail. CloudWatch alarms may publish here too. */
export class Notices extends Construct {
  readonly topic: Topic
  readonly #encryptionKey: EncryptionKey

  constructor(scope: Construct, id: string, encryptionKey: EncryptionKey) {
    super(scope, id)
    this.#encryptionKey = encryptionKey
    this.topic = new Topic(this, 'Topic', {
      // The sender's name in e-mails.
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

  /** Tells the function where the topic is and lets it publish. */
  grantPublish(fn: CollectorFunction): void {
    fn.addEnvironment(environmentNames.noticesTopicArn, this.topic.topicArn)
    fn.may(['sns:Publish'], this.topic.topicArn)
    this.#encryptionKey.grantPublish(fn, this.topic.topicArn)
  }
}
