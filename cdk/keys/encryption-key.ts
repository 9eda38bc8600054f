import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { AnyPrincipal, type Conditions, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import type { CollectorFunction } from '../collector-function.ts'
import { namesBeginWith } from '../deployment-names.ts'

/** The encryption context that SNS sends to KMS with every message: the ARN of the topic. */
const topicContext = 'aws:sns:topicArn'

/** The encryption contexts of tokens, as lib/oauth2/tokens/token-cipher.ts creates them. */
const tokenContexts = { account: 'postmaster:account', profile: 'postmaster:profile' } as const

/** The encryption context of the admin page's cookies, as lib/session/cookie-cipher.ts creates it. */
const sessionContext = 'postmaster:session'

/**
 * The customer-managed key, which encrypts the messages of the topics and the data keys of OAuth2 tokens and of
 * the admin page's cookies. The AWS
 * managed key for SNS (`alias/aws/sns`) does not exist in an account that has never used it, and its fixed policy
 * prevents CloudWatch alarms from publishing.
 */
export class EncryptionKey extends Construct {
  readonly key: Key

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.key = new Key(this, 'Key', {
      // The alias contains the stack name, which is unique in a region, and is deleted with the stack.
      alias: Stack.of(this).stackName,
      description: 'Postmaster: encrypts OAuth2 tokens and the messages of its topics.',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.#letAlarmsPublish()
    this.#limitGrants()
  }

  /**
   * Lets the function publish to this topic. Both permissions on the key apply only through SNS and only for this
   * topic.
   */
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

  /**
   * Lets the function seal the tokens of a consent with a new data key for the account. It may not unwrap data keys, so
   * it cannot read tokens, including those that it has sealed.
   */
  grantSealConsents(fn: CollectorFunction): void {
    this.#tell(fn)
    fn.mayWhen(onlyContext(tokenContexts.account), ['kms:GenerateDataKey'], this.key.keyArn)
  }

  /**
   * Lets the function open tokens and seal their successors. It seals an account's new tokens under the data key of the
   * old ones. Only app-only tokens, which do not come from a consent, may get a new data key here.
   */
  grantOpenTokens(fn: CollectorFunction): void {
    this.#tell(fn)
    fn.mayWhen(anyTokenContext, ['kms:Decrypt'], this.key.keyArn)
    fn.mayWhen(onlyContext(tokenContexts.profile), ['kms:GenerateDataKey'], this.key.keyArn)
  }

  /** Lets the function open the tokens of consents in order to revoke them. It cannot seal tokens. */
  grantOpenConsents(fn: CollectorFunction): void {
    this.#tell(fn)
    fn.mayWhen(onlyContext(tokenContexts.account), ['kms:Decrypt'], this.key.keyArn)
  }

  /** Lets the function seal the cookies of the admin page and open them again. It cannot use the keys of tokens. */
  grantSealSessions(fn: CollectorFunction): void {
    this.#tell(fn)
    fn.mayWhen(onlyContext(sessionContext), ['kms:GenerateDataKey', 'kms:Decrypt'], this.key.keyArn)
  }

  #tell(fn: CollectorFunction): void {
    fn.addEnvironment('ENCRYPTION_KEY_ARN', this.key.keyArn)
  }

  /**
   * CloudWatch does not use a role here, so the key policy allows it. The context limits it to this stack's topics.
   */
  #letAlarmsPublish(): void {
    const { partition, region, account, stackName } = Stack.of(this)
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsMayPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        // In a key policy, `*` means this key.
        resources: ['*'],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: {
            [`kms:EncryptionContext:${topicContext}`]: `arn:${partition}:sns:${region}:${account}:${namesBeginWith(stackName)}*`,
          },
        },
      }),
    )
  }

  /**
   * A grant gives access that no policy shows. Only AWS services need grants: DynamoDB creates one for each table that
   * uses this key. Without this statement, every administrator of the AWS account could grant the key to anybody.
   */
  #limitGrants(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyServicesMayCreateGrants',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['kms:CreateGrant'],
        // In a key policy, `*` means this key.
        resources: ['*'],
        conditions: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
      }),
    )
  }
}

/** `ForAllValues` also matches a request without any context; `Null` excludes such a request. */
const onlyContext = (key: string): Conditions => ({
  'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': [key] },
  Null: { [`kms:EncryptionContext:${key}`]: 'false' },
})

const anyTokenContext: Conditions = {
  'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': Object.values(tokenContexts) },
  Null: { 'kms:EncryptionContextKeys': 'false' },
}
