/** What one AWS client sent, as IAM sees it. */
export interface RecordedCall {
  /** As in `dynamodb:UpdateItem`. */
  readonly action: string
  readonly input: Readonly<Record<string, unknown>>
}

/** As every client of the SDK has it; the generic types of two clients have nothing in common. */
interface RecordableClient {
  readonly middlewareStack: {
    add(middleware: RecordingMiddleware, options: { step: 'initialize'; name: string; override: true }): void
  }
}
type Handler = (args: { input: object }) => Promise<never>
type RecordingMiddleware = (next: Handler, context: { commandName?: string }) => Handler

/** Writes down every call of the client from now on, exactly as the code under test made it. */
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
