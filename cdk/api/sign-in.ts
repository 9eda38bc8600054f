import { Aws, CfnOutput, Duration, Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import {
  AccountRecovery,
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
import { type ApiClients, addApiClients } from './api-clients.ts'

export const adminGroup = 'postmaster-admins'
export const readerGroup = 'postmaster-readers'

/**
 * The URL at which `postmaster login` waits for the browser. Cognito compares it exactly, including the port, and
 * accepts http only for `localhost` (CallbackURLs of CreateUserPoolClient).
 */
const loginCallback = 'http://localhost:8765/callback'

/** The admin page's client at the issuer. It is a public client, without a secret. */
export interface PageClient {
  readonly clientId: string
  /** Which of the issuer's tokens the page sends to the API. */
  readonly token: 'access' | 'id'
  /** The scopes that the page requests. If omitted, the session function chooses them. */
  readonly scope?: string
}

/** The paths to which the issuer sends browsers, below the address of the page. */
const pageCallback = '/admin/session/callback'
const pageSignedOut = '/admin/session/signed-out'

/** The issuer whose tokens the API accepts. */
export interface Issuer {
  readonly issuer: string
  /** A token's `aud` or `client_id` must match one of these values, or the client of the page. */
  readonly audience: string[]
  /**
   * Returns the client of the page at this address. It may add the client to `scope`, which is in the stack of the API:
   * the client contains the address of the API, so it cannot be in the stack on which the API depends.
   */
  readonly pageClient: (scope: Construct, pageUrl: string) => PageClient
}

/**
 * The lifetime of the page's tokens. A token that a script steals from the page ends soon. The page gets another one
 * with the refresh token in its cookie, which ends after a working day, like the session (lib/session/session-limits.ts).
 */
const pageTokenLifetime = Duration.minutes(10)
const pageSessionLifetime = Duration.hours(12)
/**
 * How long a refresh token remains valid after it was replaced: a browser that leaves the page does not receive the new
 * one. Cognito allows at most 60 seconds.
 */
const rotationGrace = Duration.seconds(60)

/**
 * A user who signs in may write the listed attributes, or all attributes if the list is empty. The audit trail identifies
 * people by their email address, so only admins may change it. The locale does not identify people.
 */
const writeAttributes = new ClientAttributes().withStandardAttributes({ locale: true })

export interface SignInProps {
  /** Whether each person who signs in needs a second factor: a code of an authenticator app (TOTP, RFC 6238). */
  readonly mfaRequired: boolean
  readonly apiClients: ApiClients
}

/** The default issuer: a Cognito user pool with two groups whose members may call the API. */
export class SignIn extends Construct implements Issuer {
  readonly issuer: string
  readonly audience: string[]
  readonly #pool: UserPool

  constructor(scope: Construct, id: string, { mfaRequired, apiClients }: SignInProps) {
    super(scope, id)
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: mfaRequired ? Mfa.REQUIRED : Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      // A person who forgot the password receives a code at the verified address. A phone number can be taken over.
      accountRecovery: AccountRecovery.EMAIL_ONLY,
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
    if (!mfaRequired)
      Validations.of(pool).acknowledge({
        id: 'AwsSolutions-COG2',
        reason:
          'A second factor is optional, because the command line and scripts sign in with only a password. ' +
          'Deployments that require a second factor of everybody set the context mfa=required.',
      })
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason:
        'Threat protection belongs to the Plus plan, which is charged per user and month. It reacts to stolen passwords, ' +
        'and with mfa=required, a stolen password is not enough to sign in. Every plan of Cognito locks a user out for a ' +
        'growing time after wrong passwords. Only admins create users.',
    })
    this.#pool = pool
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
      writeAttributes,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
    })
    this.#group('Admins', pool, adminGroup, 'Members can read and change everything')
    this.#group('Readers', pool, readerGroup, 'Members can read everything except secrets')
    this.issuer = `https://cognito-idp.${Stack.of(this).region}.amazonaws.com/${pool.userPoolId}`
    this.audience = [client.userPoolClientId, ...addApiClients(this, pool, apiClients)]
    new CfnOutput(scope, 'Issuer', { value: this.issuer })
    new CfnOutput(scope, 'UserPoolId', { value: pool.userPoolId })
    new CfnOutput(scope, 'UserPoolClientId', { value: client.userPoolClientId })
  }

  /** @returns a client of its own, because the page's tokens have shorter lifetimes than those of the command line */
  pageClient(scope: Construct, pageUrl: string): PageClient {
    const client = new UserPoolClient(scope, 'PageClient', {
      userPool: this.#pool,
      // Without this list, Cognito also allows refreshes in a way that does not replace the refresh token. People enter
      // their password only at the sign-in pages.
      authFlows: { userSrp: true },
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [`${pageUrl}${pageCallback}`],
        logoutUrls: [`${pageUrl}${pageSignedOut}`],
      },
      writeAttributes,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: pageTokenLifetime,
      idTokenValidity: pageTokenLifetime,
      refreshTokenValidity: pageSessionLifetime,
      refreshTokenRotationGracePeriod: rotationGrace,
    })
    // Only the ID token contains the email address, which names the person in the audit trail.
    return { clientId: client.userPoolClientId, token: 'id', scope: 'openid email' }
  }

  #group(id: string, pool: UserPool, groupName: string, description: string): void {
    new CfnUserPoolGroup(this, id, { userPoolId: pool.userPoolId, groupName, description })
  }
}
