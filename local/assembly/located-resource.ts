/** Where the resources are said to live. */
export interface Place {
  readonly region: string
  readonly accountId: string
  readonly apiUrl: string
  readonly endpoints: { readonly sqs: string }
  secretArn(name: string): string
}

/** A resource of a stack, with its references resolved on demand. */
export interface LocatedResource {
  readonly stackName: string
  readonly logicalId: string
  readonly type: string
  /** `<stack>/<logical id>`, as errors name it. */
  readonly path: string
  readonly place: Place
  property(name: string): unknown
  /** The declared name, else `<stack>-<logical id>`, cut to `limit` characters with the end kept: the id ends in a hash. */
  physicalName(property: string, limit: number): string
}
