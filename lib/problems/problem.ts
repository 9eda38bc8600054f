/** One wrong field of a request. `path` is a JSON pointer (RFC 6901) into the body, or the parameter's name. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

/** Every problem the API can answer with: HTTP status, title and the remedy told to the caller (RFC 9457). */
export const problemCatalogue = {
  'invalid-request': {
    status: 400,
    title: 'The request has wrong fields',
    remedy: 'Correct the fields named in `errors`.',
  },
  'malformed-json': {
    status: 400,
    title: 'The body is not valid JSON',
    remedy: 'Send one JSON object with `content-type: application/json`.',
  },
  'not-signed-in': {
    status: 401,
    title: 'No valid access token',
    remedy: 'Send a current token as `authorization: Bearer …`.',
  },
  'role-missing': {
    status: 403,
    title: 'Your role does not allow this',
    remedy: 'Ask for membership in the group named in `detail`.',
  },
  'not-found': { status: 404, title: 'There is no such thing', remedy: 'List what exists and use an id from there.' },
  'mailbox-taken': {
    status: 409,
    title: 'Another account already collects this mailbox',
    remedy: 'Change or delete the account named in `detail`; two collectors on one mailbox would race for its mail.',
  },
  'name-taken': {
    status: 409,
    title: 'The name is already used',
    remedy: 'Choose another name, or change the existing one.',
  },
  'queue-in-use': {
    status: 409,
    title: 'The queue is in use',
    remedy: 'Point what is named in `detail` at another queue first, or set the queue invalid.',
  },
  'built-in': {
    status: 409,
    title: 'The built-in queue cannot be changed this way',
    remedy: 'Make another queue the default queue instead.',
  },
  'account-not-valid': {
    status: 409,
    title: 'The account is not valid, so it is not fetched',
    remedy: 'Set its validity to `valid` first.',
  },
  'too-many-accounts': {
    status: 409,
    title: 'Too many accounts',
    remedy: 'Postmaster filters and fetches at most 10,000 accounts per deployment.',
  },
  'raw-mail-expired': {
    status: 410,
    title: 'The raw mail is no longer stored',
    remedy: 'Its retention has ended; only the record is left.',
  },
  'changed-meanwhile': {
    status: 412,
    title: 'Somebody changed it in the meantime',
    remedy: 'Read it again, repeat your change, and send the new ETag as If-Match.',
  },
  'body-too-large': { status: 413, title: 'The body is too large', remedy: 'Send at most 256 KB.' },
  'content-type-unsupported': {
    status: 415,
    title: 'The body has the wrong content type',
    remedy: 'Send `content-type: application/json`.',
  },
  'version-required': {
    status: 428,
    title: 'The change names no version',
    remedy: 'Send the ETag you read as If-Match, or `If-Match: *` to overwrite whatever is there.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    remedy: 'Try again; if it stays, look in the function’s log for the request id in `instance`.',
  },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>
export type ProblemCode = keyof typeof problemCatalogue

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
