import { Aws, CfnOutput, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import {
  CfnUserPoolGroup,
  ClientAttributes,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  UserPool,
  UserPoolClient,
} from 'aws-cdk-lib/aws-cognito'
import { Construct } from 'constructs'

export const adminGroup = 'postmaster-admins'
export const readerGroup = 'postmaster-readers'

/**
 * Where `postmaster login` waits for the browser. Cognito compares it to the letter, port included, and takes http for
 * `localhost` only (CallbackURLs of CreateUserPoolClient).
 */
const loginCallback = 'http://localhost:8765/callback'

/** Whose tokens the API takes. */
export interface Issuer {
  readonly issuer: string
  /** The `aud` or `client_id` a token must carry; one of them is enough. */
  readonly audience: string[]
}

/** Who may call the API, where nobody brings an issuer of their own: a Cognito user pool with two groups. */
export class SignIn extends Construct implements Issuer {
  readonly issuer: string
  readonly audience: string[]

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG2',
      reason:
        'A second factor is offered, not demanded: the command line and scripts sign in with a password alone. ' +
        'Organisations that demand one bring their own OIDC issuer.',
    })
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: 'Threat protection is charged per user and month; nobody can sign up here and admins create every user.',
    })
    // The pages people sign in on, and the token endpoint; the issuer's discovery document names both. Each prefix
    // exists once in a region, for all of AWS: the stack's own id is nobody else's, and tells nothing about the
    // account. 47 of 63 characters.
    pool.addDomain('Pages', {
      cognitoDomain: { domainPrefix: `postmaster-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}` },
      // The newer pages show nothing until somebody has given them a style.
      managedLoginVersion: ManagedLoginVersion.CLASSIC_HOSTED_UI,
    })
    // USER_PASSWORD_AUTH: one AWS CLI command, without AWS credentials or a browser, gives a token (docs/deploying.md).
    const client = new UserPoolClient(this, 'Client', {
      userPool: pool,
      authFlows: { userPassword: true, userSrp: true },
      generateSecret: false,
      // A public client: it proves itself with PKCE (RFC 7636). `openid` alone puts the e-mail address into the ID
      // token.
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [loginCallback],
      },
      // A user who signs in with a password may write the listed attributes, or all attributes if the list is empty.
      // The audit trail identifies people by the e-mail address, so only admins may change it. The locale does not
      // identify people.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
    })
    this.#group('Admins', pool, adminGroup, 'May read and change everything')
    this.#group('Readers', pool, readerGroup, 'May read everything, secrets excepted')
    this.issuer = `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${pool.userPoolId}`
    this.audience = [client.userPoolClientId]
    new CfnOutput(scope, 'Issuer', { value: this.issuer })
    new CfnOutput(scope, 'UserPoolId', { value: pool.userPoolId })
    new CfnOutput(scope, 'UserPoolClientId', { value: client.userPoolClientId })
  }

  #group(id: string, pool: UserPool, groupName: string, description: string): void {
    new CfnUserPoolGroup(this, id, { userPoolId: pool.userPoolId, groupName, description })
  }
}
