import { RemovalPolicy } from 'aws-cdk-lib'
import { Alias } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'

/** "Somebody should know": what admins subscribe to, by e-mail for instance. */
export class Notices extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', {
      // The sender's name in e-mails.
      displayName: 'Postmaster',
      masterKey: Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
      enforceSSL: true,
    })
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN)
  }

  /** Tells the function where the topic is and lets it publish. */
  grantPublish(fn: CollectorFunction): void {
    fn.addEnvironment(environmentNames.noticesTopicArn, this.topic.topicArn)
    fn.may(['sns:Publish'], this.topic.topicArn)
  }
}
