import { RemovalPolicy } from 'aws-cdk-lib'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'
import type { EncryptionKey } from './encryption-key.ts'

/** "Mail received": what ticket systems subscribe to, filtered by queue. */
export class Announcements extends Construct {
  readonly topic: Topic
  readonly #encryptionKey: EncryptionKey

  constructor(scope: Construct, id: string, encryptionKey: EncryptionKey) {
    super(scope, id)
    this.#encryptionKey = encryptionKey
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Postmaster: mail received',
      masterKey: encryptionKey.key,
      enforceSSL: true,
    })
    // Others subscribe to it: a new topic under the same name would have none of their subscriptions.
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN)
  }

  /** Tells the function where the topic is and lets it announce. */
  grantPublish(fn: CollectorFunction): void {
    fn.addEnvironment(environmentNames.announcementTopicArn, this.topic.topicArn)
    fn.may(['sns:Publish'], this.topic.topicArn)
    this.#encryptionKey.grantPublish(fn, this.topic.topicArn)
  }
}
