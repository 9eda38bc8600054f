/** One wrong field of a request. `path` is a JSON pointer (RFC 6901) into the body, or the parameter's name. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

interface CataloguedProblem {
  readonly status: number
  readonly title: string
  readonly remedy: string
  /** For the documentation: in what case it is answered, and a `detail` as it may read. */
  readonly when: string
  readonly example: string
}

/** Every problem the API can answer with: HTTP status, title and the remedy told to the caller (RFC 9457). */
export const problemCatalogue = {
  'invalid-request': {
    status: 400,
    title: 'The request has wrong fields',
    remedy: 'Correct the fields named in `errors`.',
    when: 'A field of the body, a parameter or If-Match is missing, wrong or unknown. All of them are named at once.',
    example: 'One field is wrong.',
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
    remedy: 'Nest lists and objects as the documentation of the route shows. No route needs more than 32 levels.',
    when: 'The body nests lists and objects more than 32 levels deep.',
    example: 'The body nests lists and objects more than 32 levels deep.',
  },
  'not-signed-in': {
    status: 401,
    title: 'No valid access token',
    remedy: 'Send a current token as `authorization: Bearer …`.',
    when: 'There is no token, or it is expired, of another issuer or for another audience. API Gateway itself may answer this with a body of its own.',
    example: 'The request carries no verified token.',
  },
  'role-missing': {
    status: 403,
    title: 'Your role does not allow this',
    remedy: 'Ask for membership in the group named in `detail`.',
    when: 'The token is good, but its groups allow less than this route needs.',
    example: 'This needs membership in the group postmaster-admins.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such thing',
    remedy: 'List what exists and use an id from there.',
    when: 'Nothing has this id, or it has been deleted or has expired; or no route has this method and path.',
    example: 'There is no account with this id.',
  },
  'mailbox-taken': {
    status: 409,
    title: 'Another account already collects this mailbox',
    remedy: 'Change or delete the account named in `detail`; two collectors on one mailbox would race for its mail.',
    when: 'Two accounts would fetch from the same folder of the same login on the same server.',
    example: 'The account 01JNBZ4ZQ0V7M3T9H2K5W8XACC collects this mailbox already.',
  },
  'name-taken': {
    status: 409,
    title: 'The name is already used',
    remedy: 'Choose another name, or change the existing one.',
    when: 'The name of the queue or OAuth2 profile, or the system address, already exists, or it differs from an existing one only in case, invisible characters or full-width letters.',
    example: 'There is already a queue called Support.',
  },
  'queue-in-use': {
    status: 409,
    title: 'The queue is in use',
    remedy: 'Point what is named in `detail` at another queue first, or set the queue invalid.',
    when: 'A queue cannot be deleted while accounts or system addresses name it, or while it is the default queue.',
    example: 'The queue is used by the system address support@example.com.',
  },
  'built-in': {
    status: 409,
    title: 'The built-in queue cannot be changed this way',
    remedy: 'Make another queue the default queue instead.',
    when: 'The queue Raw exists in every deployment and is neither changed nor deleted.',
    example: 'The queue Raw exists in every deployment as it is.',
  },
  'provider-in-use': {
    status: 409,
    title: 'The OAuth2 provider is in use',
    remedy:
      'Point the profiles named in `detail` at another provider first; for a change, make a new provider and point them at that one.',
    when:
      'A custom provider cannot be deleted while profiles name it, and no provider may be changed so that their client secrets or tokens ' +
      'would go elsewhere, or so that they could not be as they are.',
    example: 'Login of Example Ltd is used by the profiles Service desk at Microsoft 365.',
  },
  'profile-in-use': {
    status: 409,
    title: 'The OAuth2 profile is in use',
    remedy:
      'Give the accounts named in `detail` another profile first; for a change, make a new profile and give them that one.',
    when:
      'A profile cannot be deleted while accounts name it. While they do, its grant cannot change, nor the provider of a profile with ' +
      '`client_credentials`.',
    example: 'Service desk at Microsoft 365 is used by the mail accounts support@example.com on outlook.office365.com.',
  },
  'account-not-valid': {
    status: 409,
    title: 'The account is not valid, so it is not fetched',
    remedy: 'Set its validity to `valid` first.',
    when: 'Fetch now was asked for an account whose validity is `invalid` or `invalid-temporarily`.',
    example: 'The account support@example.com on mail.example.com is invalid.',
  },
  'consent-not-needed': {
    status: 409,
    title: 'Nobody needs to consent for this account',
    remedy:
      'Nothing to do; only accounts with `oauth2` whose profile has the grant `authorization_code` are connected by a person.',
    when: 'A link to consent was asked for, but the account logs in with a password, or its profile with `client_credentials`.',
    example: 'The account support@example.com on mail.example.com logs in with a password.',
  },
  'oauth2-incomplete': {
    status: 409,
    title: 'The account’s OAuth2 profile cannot be used as it is',
    remedy: 'Complete the profile and its provider as `detail` says.',
    when: 'The profile or its provider does not exist, or lacks what a request to the provider needs, such as the tenant.',
    example: 'The account’s OAuth2 profile does not exist.',
  },
  'connection-test-missing': {
    status: 409,
    title: 'No passed connection test of these settings',
    remedy: 'Send the account to `POST /connection-test`; it says what is wrong, or gives a new receipt.',
    when: 'An account was to be created with a `receipt`, but that is unknown, older than 15 minutes, or of other settings.',
    example: 'The receipt is of a test with other settings.',
  },
  'too-many-accounts': {
    status: 409,
    title: 'Too many accounts',
    remedy: 'Postmaster filters and fetches at most 10,000 accounts per deployment.',
    when: 'The deployment holds as many accounts as it can list and fetch.',
    example: 'There are 10000 accounts already.',
  },
  'raw-mail-expired': {
    status: 410,
    title: 'The raw mail is no longer stored',
    remedy: 'Its retention has ended; only the record is left.',
    when: 'The deployment’s retention has removed the bytes; the record of the message outlives them.',
    example: 'The raw mail stored at 2026-03-02T08:10:04.218Z has been removed since.',
  },
  'attachment-unreadable': {
    status: 422,
    title: 'The message or its attachment could not be read',
    remedy: 'Download the raw mail and open it in a mail client.',
    when: 'The message is broken, has too many parts, or requires more time or memory than one request may use.',
    example: 'Reading the message took too long.',
  },
  'changed-meanwhile': {
    status: 412,
    title: 'Somebody changed it in the meantime',
    remedy: 'Read it again, repeat your change, and send the new ETag as If-Match.',
    when: 'If-Match names a version that is no longer the current one.',
    example: 'The version named in If-Match is no longer the current one; nothing was changed.',
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
    title: 'The change names no version',
    remedy: 'Send the ETag you read as If-Match, or `If-Match: *` to overwrite whatever is there.',
    when: 'A change of something that has versions came without If-Match.',
    example: 'The request has no If-Match header.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    remedy: 'Try again; if it stays, look in the function’s log for the request id in `instance`.',
    when: 'A fault of Postmaster, or a service beneath it that did not answer. The log has the place under the request id.',
    example: 'The request could not be completed.',
  },
  'fetch-queue-refused': {
    status: 503,
    title: 'The fetch queue accepts no requests at the moment',
    remedy:
      'Try again in a minute; the schedule fetches valid accounts at its next tick anyway. If this repeats, an operator should check the fetch queue: the log of this function has the error code of SQS.',
    when: 'A fetch was requested, but SQS refused it or did not answer. The run is recorded as `failed`.',
    example: 'The fetch queue did not accept the request.',
  },
} as const satisfies Record<string, CataloguedProblem>
export type ProblemCode = keyof typeof problemCatalogue
export const problemCodes = Object.keys(problemCatalogue) as ProblemCode[]

/** An expected refusal, thrown by use cases and turned into a problem document by the HTTP adapter. Holds no secret. */
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
