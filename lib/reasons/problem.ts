import type { CataloguedProblem } from './catalogued-problem.ts'
import { messageProblems } from './message-problems.ts'
import { sessionProblems } from './session-problems.ts'
import { versionProblems } from './version-problems.ts'

/** An invalid field of a request. `path` is a JSON pointer (RFC 6901) into the body, or the parameter's name. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

/** Every problem that the API can return: HTTP status, title and the remedy for the caller (RFC 9457). */
export const problemCatalogue = {
  ...sessionProblems,
  ...versionProblems,
  ...messageProblems,
  'invalid-request': {
    status: 400,
    title: 'The request has invalid fields',
    remedy: 'Correct the fields listed in `errors`.',
    when: 'A body field, a parameter or If-Match is missing, invalid or unknown. The response lists all of them.',
    example: 'One field is invalid.',
  },
  'malformed-json': {
    status: 400,
    title: 'The body is not valid JSON',
    remedy: 'Send one JSON object with `content-type: application/json`.',
    when: 'The body could not be read as JSON in UTF-8.',
    example: 'The body could not be read as JSON in UTF-8.',
  },
  'body-too-deep': {
    status: 400,
    title: 'The body is nested too deeply',
    remedy: 'Nest lists and objects as shown in the route’s documentation. No route needs more than 32 levels.',
    when: 'The body nests lists and objects more than 32 levels deep.',
    example: 'The body nests lists and objects more than 32 levels deep.',
  },
  'not-signed-in': {
    status: 401,
    title: 'No valid access token',
    remedy: 'Send a current token as `authorization: Bearer …`.',
    when: 'The token is missing, expired, from another issuer or for another audience. API Gateway may return this status itself, with a different body.',
    example: 'The request does not contain a verified token.',
  },
  'role-missing': {
    status: 403,
    title: 'Your role does not allow this',
    remedy: 'Ask an administrator to add you to this group.',
    when: 'The token is valid, but none of its groups has the role that this route requires.',
    example: 'This request requires membership in the group postmaster-admins.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    remedy: 'List the existing resources and use an id from the list.',
    when: 'No resource has this id, the resource was deleted or has expired, or no route has this method and path.',
    example: 'There is no account with this id.',
  },
  'mailbox-taken': {
    status: 409,
    title: 'Another account already collects this mailbox',
    remedy:
      'Change or delete the other account first, or choose another folder. Two accounts for one mailbox would compete for its mail.',
    when: 'Two accounts would fetch the same folder with the same login from the same server. User names are compared without case.',
    example: 'The account 01JNBZ4ZQ0V7M3T9H2K5W8XACC already collects this mailbox.',
  },
  'name-taken': {
    status: 409,
    title: 'The name or address is already used',
    remedy: 'Choose another one, or change the existing entry.',
    when: 'The name of the queue, OAuth2 profile or destination, or the system address, already exists, or it differs from an existing one only in case, invisible characters or full-width letters.',
    example: 'A queue named Support already exists.',
  },
  'queue-in-use': {
    status: 409,
    title: 'The queue is in use',
    remedy: 'First assign another queue to all of these, or set the queue’s validity to `invalid`.',
    when: 'A queue cannot be deleted while accounts or system addresses use it, or while it is the default queue.',
    example: 'The queue is used by the system address support@example.com.',
  },
  'built-in': {
    status: 409,
    title: 'The built-in queue cannot be changed this way',
    remedy: 'Make another queue the default queue instead.',
    when: 'The queue Raw exists in every deployment and cannot be changed or deleted.',
    example: 'The queue Raw exists in every deployment and cannot be changed.',
  },
  'provider-in-use': {
    status: 409,
    title: 'The OAuth2 provider is in use',
    remedy:
      'First switch these profiles to another provider. To change this provider’s settings, create a new provider and switch the profiles to it.',
    when:
      'A custom provider cannot be deleted while profiles use it. No provider may be changed so that the profiles’ client secrets or tokens ' +
      'would be sent elsewhere, or so that the profiles would become invalid.',
    example: 'Login of Example Ltd is used by the profiles Service desk at Microsoft 365.',
  },
  'profile-in-use': {
    status: 409,
    title: 'The OAuth2 profile is in use',
    remedy:
      'First switch these accounts to another profile. To change this profile’s settings, create a new profile and switch the accounts to it.',
    when:
      'A profile cannot be deleted while accounts use it. While they do, its grant cannot be changed, and neither can the provider of a profile with ' +
      '`client_credentials`.',
    example: 'Service desk at Microsoft 365 is used by the mail accounts support@example.com at outlook.office365.com.',
  },
  'destination-in-use': {
    status: 409,
    title: 'The destination still has deliveries',
    remedy:
      'Deliver, redirect or handle its open and quarantined deliveries first. To pause the destination, set its validity to `invalid`.',
    when: 'A destination cannot be deleted while deliveries to it have not ended, because their mail would then reach no receiver.',
    example: 'OTOBO has deliveries that are pending, quarantined.',
  },
  'rotation-under-way': {
    status: 409,
    title: 'The signing secret was changed less than 24 hours ago',
    remedy: 'Repeat the change after that time. Until then, the former secret also signs.',
    when: 'A new signing secret was sent while the former one still signs. A third one would end it early, and receivers that use it would refuse requests.',
    example: 'The former signing secret also signs until 2026-03-03T09:00:00.000Z.',
  },
  'too-many-destinations': {
    status: 409,
    title: 'Too many destinations',
    remedy: 'Delete destinations that you no longer need. Postmaster supports at most 50 destinations per deployment.',
    when: 'The deployment already has the maximum number of destinations.',
    example: 'There are already 50 destinations.',
  },
  'too-many-tokens': {
    status: 409,
    title: 'Too many tokens',
    remedy: 'Revoke tokens that are no longer used. A destination can have at most 10 tokens.',
    when: 'The destination already has the maximum number of tokens.',
    example: 'OTOBO already has 10 tokens.',
  },
  'delivery-under-way': {
    status: 409,
    title: 'An attempt is in progress',
    remedy:
      'Wait until the attempt has ended, read the delivery again, and then decide whether the action is still needed.',
    when: 'The action would change a delivery while an attempt is in progress, or while the delivery keeps changing.',
    example: 'An attempt is in progress. It ends by 2026-03-02T08:15:00.000Z.',
  },
  'delivery-ended': {
    status: 409,
    title: 'The delivery has ended',
    remedy: 'If the message must be handed over again, replay it.',
    when: 'The action is possible only while a delivery is neither delivered nor handled.',
    example: 'The delivery is delivered.',
  },
  'delivery-open': {
    status: 409,
    title: 'The delivery has not ended',
    remedy: 'Wait for the next attempt, or retry the delivery. It can be replayed after it has ended.',
    when: 'A replay was requested for a message whose delivery to this destination is still open.',
    example: 'The delivery is waiting.',
  },
  'account-not-valid': {
    status: 409,
    title: 'The account is not valid, so it is not fetched',
    remedy: 'Set its validity to `valid` first.',
    when: 'A fetch was requested for an account whose validity is `invalid` or `invalid-temporarily`.',
    example: 'The account support@example.com at mail.example.com is invalid.',
  },
  'consent-not-needed': {
    status: 409,
    title: 'This account does not need consent',
    remedy:
      'No action is required. Only accounts with `oauth2` whose profile has the grant `authorization_code` are connected by a person.',
    when: 'A consent link was requested, but the account logs in with a password, or its profile uses `client_credentials`.',
    example: 'The account support@example.com at mail.example.com logs in with a password.',
  },
  'oauth2-incomplete': {
    status: 409,
    title: 'The account’s OAuth2 profile is incomplete',
    remedy: 'Complete the profile and its provider.',
    when: 'The profile or its provider does not exist, or it lacks a value that requests to the provider need, for example the tenant.',
    example: 'The account’s OAuth2 profile does not exist.',
  },
  'connection-test-missing': {
    status: 409,
    title: 'No successful connection test for these settings',
    remedy: 'Send the account to `POST /connection-test`. The response explains the problem or contains a new receipt.',
    when: 'A request to create an account contained a `receipt` that is unknown, older than 15 minutes, or for other settings.',
    example: 'The receipt is for a test of other settings.',
  },
  'too-many-accounts': {
    status: 409,
    title: 'Too many accounts',
    remedy: 'Delete accounts that you no longer need. Postmaster supports at most 10,000 accounts per deployment.',
    when: 'The deployment already has the maximum number of accounts that it can list and fetch.',
    example: 'There are already 10000 accounts.',
  },
  'lease-lost': {
    status: 409,
    title: 'The lease no longer counts',
    remedy: 'Do not report this attempt again. If the mail has to be handed over again, an agent will lease it.',
    when: 'An agent reported an attempt under a lease that the delivery never had, or a failure after another attempt had begun.',
    example: 'The delivery was never leased under this lease, or another attempt has begun since.',
  },
  'header-field-too-long': {
    status: 422,
    title: 'The header of the mail cannot be cleaned',
    remedy: 'Download the raw mail to read it. Then mark the delivery as handled.',
    when: 'A field of the header is longer than 1 MiB, or the header has more than a million lines, so the control headers of a mail that is not trusted cannot be removed reliably.',
    example:
      'A field of the header is longer than 1 MiB, or the header has more than a million lines, so its control headers cannot be removed reliably.',
  },
  'cursor-expired': {
    status: 410,
    title: 'The cursor is too old',
    remedy: 'Load the list again without `changedSince`.',
    when: 'The first page of the list was read more than an hour ago, so the list of changes could be incomplete.',
    example: 'The first page was read at 2026-03-02T08:10:04.218Z, more than an hour ago.',
  },
  'attachment-unreadable': {
    status: 422,
    title: 'The message or its attachment could not be read',
    remedy: 'Download the raw mail and open it in a mail client.',
    when: 'The message is malformed, has too many parts, or requires more time or memory than one request may use.',
    example: 'Reading the message took too long.',
  },
  'changed-meanwhile': {
    status: 412,
    title: 'The resource was changed in the meantime',
    remedy: 'Read it again, repeat your change, and send the new ETag as If-Match.',
    when: 'If-Match names a version that is no longer the current one.',
    example: 'The version in If-Match is no longer the current version. Nothing was changed.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    remedy: 'Send at most 256 KB.',
    when: 'The body has more than 262,144 bytes.',
    example: 'The body has 300000 bytes.',
  },
  'content-type-unsupported': {
    status: 415,
    title: 'The body has the wrong content type',
    remedy: 'Send `content-type: application/json`.',
    when: 'A body was sent that is not declared as JSON.',
    example: 'The body is not declared as JSON.',
  },
  'version-required': {
    status: 428,
    title: 'The change does not specify a version',
    remedy: 'Send the ETag from your last read as If-Match, or `If-Match: *` to overwrite any version.',
    when: 'A request to change a versioned resource has no If-Match header.',
    example: 'The request has no If-Match header.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    remedy: 'Try again. If the problem persists, search the function’s log for the request id in `instance`.',
    when: 'A defect in Postmaster, or a service that did not respond. The log shows the location under the request id.',
    example: 'The request could not be completed.',
  },
  'fetch-queue-refused': {
    status: 503,
    title: 'The fetch queue is not accepting requests at the moment',
    remedy:
      'Try again in a minute. Valid accounts are fetched when the schedule next runs. If this happens repeatedly, ask an operator to check the fetch queue. This function’s log contains the error code from SQS.',
    when: 'A fetch was requested, but SQS refused it or did not respond. The run is recorded as `failed`.',
    example: 'The fetch queue did not accept the request.',
  },
} as const satisfies Record<string, CataloguedProblem>
export type ProblemCode = keyof typeof problemCatalogue
export const problemCodes = Object.keys(problemCatalogue) as ProblemCode[]

/**
 * An expected refusal. Use cases throw it, and the HTTP adapter converts it to a problem document. It contains no
 * secret.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly fields: readonly FieldProblem[]

  /** @param detail a plain sentence about this occurrence, shown to the caller */
  constructor(code: ProblemCode, detail: string, fields: readonly FieldProblem[] = []) {
    super(detail)
    this.code = code
    this.fields = fields
  }
}
