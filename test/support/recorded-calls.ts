/** A request of an AWS client, as IAM sees it. */
export interface RecordedCall {
  /** The action, for example `dynamodb:UpdateItem`. */
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
}

/** The method that every client of the SDK has, because the generic types of two clients have nothing in common. */
interface RecordableClient {
  readonly middlewareStack: {
    add(middleware: RecordingMiddleware, options: { step: 'initialize'; name: string; override: true }): void
  }
}
type Handler = (args: { input: object }) => Promise<never>
type RecordingMiddleware = (next: Handler, context: { commandName?: string }) => Handler

/** Records every call of the client from now on, exactly as made by the code under test. */
export const recordCalls = (client: object, service: 'dynamodb' | 'kms'): RecordedCall[] => {
  const calls: RecordedCall[] = []
  const middleware: RecordingMiddleware = (next, { commandName = '' }) => {
    return async (args) => {
      calls.push({ action: `${service}:${commandName.replace(/Command$/, '')}`, input: { ...args.input } })
      return await next(args)
    }
  }
  const recordable = client as RecordableClient
  recordable.middlewareStack.add(middleware, { step: 'initialize', name: 'recordCalls', override: true })
  return calls
}
