import { CfnCondition, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { EnvironmentName } from '../../functions/environment.ts'
import type { CollectorFunction } from '../collector-function.ts'
import { deploymentNames } from '../deployment-names.ts'
import type { EncryptionKey } from '../keys/encryption-key.ts'

interface EncryptedTopicProps {
  /** The sender's name in emails. */
  readonly displayName: string
  readonly encryptionKey: EncryptionKey
  /** The variable that passes the topic's ARN to functions. */
  readonly variable: EnvironmentName
}

class EncryptedTopic extends Construct {
  readonly topic: Topic
  readonly #encryptionKey: EncryptionKey
  readonly #variable: EnvironmentName

  constructor(scope: Construct, id: string, { displayName, encryptionKey, variable }: EncryptedTopicProps) {
    super(scope, id)
    this.#encryptionKey = encryptionKey
    this.#variable = variable
    this.topic = new Topic(this, 'Topic', { displayName, masterKey: encryptionKey.key, enforceSSL: true })
    // Keep the topic because others subscribe to it. A new topic with the same name would lose their subscriptions.
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN)
  }

  /** Passes the topic's ARN to the function and lets it publish. */
  grantPublish(fn: CollectorFunction): void {
    fn.addEnvironment(this.#variable, this.topic.topicArn)
    fn.may(['sns:Publish'], this.topic.topicArn)
    this.#encryptionKey.grantPublish(fn, this.topic.topicArn)
  }
}

/** The "mail received" topic. Ticket systems subscribe to it and filter by queue. */
export class Announcements extends EncryptedTopic {
  constructor(scope: Construct, id: string, encryptionKey: EncryptionKey) {
    super(scope, id, {
      displayName: `${deploymentNames(scope).title}: mail received`,
      encryptionKey,
      variable: 'ANNOUNCEMENT_TOPIC_ARN',
    })
  }

  /** Lets the function see who has subscribed. */
  grantListSubscriptions(fn: CollectorFunction): void {
    fn.may(['sns:ListSubscriptionsByTopic'], this.topic.topicArn)
  }
}

/**
 * The topic for notices to admins, who subscribe to it, for example by email. CloudWatch alarms may also publish here.
 */
export class Notices extends EncryptedTopic {
  /** @param email the address of the first subscriber, or an empty text. Usually a parameter of the stack. */
  constructor(scope: Construct, id: string, encryptionKey: EncryptionKey, email: string) {
    super(scope, id, { displayName: deploymentNames(scope).title, encryptionKey, variable: 'NOTICES_TOPIC_ARN' })
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
    const hasEmail = new CfnCondition(this, 'HasEmail', { expression: Fn.conditionNot(Fn.conditionEquals(email, '')) })
    const first = new CfnSubscription(this, 'FirstSubscriber', {
      topicArn: this.topic.topicArn,
      protocol: 'email',
      endpoint: email,
    })
    first.cfnOptions.condition = hasEmail
    Validations.of(first).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'SNS repeats an e-mail for hours. If it gives up, the alarm NoticesUndelivered goes off. A dead-letter queue would keep a text that no one can deliver.',
    })
  }
}
