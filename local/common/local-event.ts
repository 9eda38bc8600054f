/** A declared resource that has no effect on one machine. */
export interface IdleResource {
  readonly path: string
  readonly type: string
}

/**
 * `error` is the handler's own error. The others are Lambda's statuses for a process that fails or cannot be started.
 */
export type FailureStatus = 'error' | 'timeout' | 'out-of-memory' | 'crash' | 'throttled'

/** The origin of an invocation. */
export type InvocationSource = 'api' | 'queue' | 'rule' | 'direct'

export interface InvocationStart {
  readonly type: 'invocation-start'
  /** The function's logical id. */
  readonly functionId: string
  readonly functionName: string
  readonly requestId: string
  readonly source: InvocationSource
  readonly pid: number
  readonly coldStart: boolean
}

export interface InvocationEnd {
  readonly type: 'invocation-end'
  readonly functionId: string
  readonly functionName: string
  readonly requestId: string
  readonly source: InvocationSource
  readonly status: 'ok' | FailureStatus
  readonly durationMs: number
  /** Set for a cold start. */
  readonly initMs: number | undefined
  /** Undefined if the system does not report it (any system other than Linux). */
  readonly peakBytes: number | undefined
  readonly error: { readonly errorType: string; readonly message: string } | undefined
}

/** An event of the local run, reported when it happens. */
export type LocalEvent =
  | InvocationStart
  | InvocationEnd
  | { readonly type: 'log'; readonly functionId: string; readonly functionName: string; readonly line: string }
  | { readonly type: 'rule-fired'; readonly rule: string; readonly time: string }
  | {
      readonly type: 'request'
      readonly method: string
      readonly path: string
      readonly status: number
      readonly durationMs: number
    }
  | {
      /** A function's role does not allow a call. */
      readonly type: 'denied'
      readonly functionId: string
      readonly functionName: string
      readonly action: string
      readonly resource: string
      readonly message: string
    }
  | { readonly type: 'queue-trouble'; readonly queue: string; readonly message: string }
  | { readonly type: 'idle-resources'; readonly resources: readonly IdleResource[] }
  | { readonly type: 'notice'; readonly text: string }
