import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { environmentNames } from '../../functions/environment.ts'
import type { CollectorFunction } from './collector-function.ts'

/** What the keys of OAuth2 tokens are made of (docs/decisions/0021): `{"current": "1", "1": "…"}`, to which an operator may add. */
export class TokenKey extends Construct {
  readonly secret: Secret

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.secret = new Secret(this, 'Secret', {
      description: 'Keys of the OAuth2 tokens of Postmaster. Without it every account has to be connected again.',
      // Never to be changed: CloudFormation would generate another secret, and no token could be read any more.
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ current: '1' }),
        generateStringKey: '1',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    })
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Replacing the key alone would make every token unreadable. An operator adds a second key beside it; tokens move to it one by one.',
    })
  }

  /** Tells the function where the keys are and lets it read them. */
  grantRead(fn: CollectorFunction): void {
    fn.addEnvironment(environmentNames.tokenKeySecretArn, this.secret.secretArn)
    fn.may(['secretsmanager:GetSecretValue'], this.secret.secretArn)
  }
}
