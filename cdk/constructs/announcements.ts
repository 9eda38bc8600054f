import { RemovalPolicy } from 'aws-cdk-lib'
import { Alias } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'

/** "Mail received": what ticket systems subscribe to, filtered by queue. */
export class Announcements extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', {
      displayName: 'Postmaster: mail received',
      // AWS's key for SNS: its policy lets publishers of this account use it through SNS, so that no role needs KMS.
      masterKey: Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
      enforceSSL: true,
    })
    // Others subscribe to it: a new topic under the same name would have none of their subscriptions.
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN)
  }

  /** Tells the function where the topic is and lets it announce. */
  grantPublish(fn: CollectorFunction): void {
    fn.addEnvironment(environmentNames.announcementTopicArn, this.topic.topicArn)
    fn.may(['sns:Publish'], this.topic.topicArn)
  }
}
