/** The region, account and addresses in which the resources appear to be deployed. */
export interface Place {
  readonly region: string
  readonly accountId: string
  readonly apiUrl: string
  readonly endpoints: { readonly sqs: string }
  secretArn(name: string): string
}

/** A resource of a stack, whose references are resolved on demand. */
export interface LocatedResource {
  readonly stackName: string
  readonly logicalId: string
  readonly type: string
  /** `<stack>/<logical id>`, as shown in errors. */
  readonly path: string
  readonly place: Place
  property(name: string): unknown
  /**
   * The declared name, or otherwise `<stack>-<logical id>`. A longer name is cut to `limit` characters but keeps its
   * end, because the id ends in a hash.
   */
  physicalName(property: string, limit: number): string
}
