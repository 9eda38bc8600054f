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
 * The URL at which `postmaster login` waits for the browser. Cognito compares it exactly, including the port, and
 * accepts http only for `localhost` (CallbackURLs of CreateUserPoolClient).
 */
const loginCallback = 'http://localhost:8765/callback'

/** The issuer whose tokens the API accepts. */
export interface Issuer {
  readonly issuer: string
  /** A token's `aud` or `client_id` must match one of these values. */
  readonly audience: string[]
}

/** The default issuer: a Cognito user pool with two groups whose members may call the API. */
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
        'A second factor is optional, because the command line and scripts sign in with only a password. ' +
        'Organisations that require a second factor use their own OIDC issuer.',
    })
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: 'Threat protection is charged per user and month. Sign-up is disabled, and admins create every user.',
    })
    // The sign-in pages and the token endpoint. The issuer's discovery document lists both. Each prefix must be unique
    // in a region across all of AWS. The UUID in the stack's ID is unique and reveals nothing about the account. The
    // prefix has 47 of at most 63 characters.
    pool.addDomain('Pages', {
      cognitoDomain: { domainPrefix: `postmaster-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}` },
      // The newer pages show nothing until a style has been assigned to them.
      managedLoginVersion: ManagedLoginVersion.CLASSIC_HOSTED_UI,
    })
    // With USER_PASSWORD_AUTH, one AWS CLI command without AWS credentials or a browser returns a token
    // (docs/deploying.md).
    const client = new UserPoolClient(this, 'Client', {
      userPool: pool,
      authFlows: { userPassword: true, userSrp: true },
      generateSecret: false,
      // A public client, which uses PKCE (RFC 7636). `openid` alone puts the email address into the ID token.
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [loginCallback],
      },
      // A user who signs in with a password may write the listed attributes, or all attributes if the list is empty.
      // The audit trail identifies people by their email address, so only admins may change it. The locale does not
      // identify people.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
    })
    this.#group('Admins', pool, adminGroup, 'Members can read and change everything')
    this.#group('Readers', pool, readerGroup, 'Members can read everything except secrets')
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
