import { RemovalPolicy } from 'aws-cdk-lib'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { CollectorFunction } from '../collector-function.ts'
import type { EncryptionKey } from '../keys/encryption-key.ts'

/** The "mail received" topic. Ticket systems subscribe to it and filter by queue. */
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
    // Keep the topic because others subscribe to it. A new topic with the same name would lose their subscriptions.
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN)
  }

  /** Passes the topic's ARN to the function and lets it publish announcements. */
  grantPublish(fn: CollectorFunction): void {
    fn.addEnvironment('ANNOUNCEMENT_TOPIC_ARN', this.topic.topicArn)
    fn.may(['sns:Publish'], this.topic.topicArn)
    this.#encryptionKey.grantPublish(fn, this.topic.topicArn)
  }
}
