import {
  allowedAddresses,
  bareHost,
  type CheckedAddress,
  lookUpAddresses,
  type Resolver,
} from '../../network/addresses.ts'
import { NetworkError } from '../../network/network-error.ts'
import type { Reason } from '../../reasons/reason.ts'
import { type StepFailure, StepLog } from '../../reasons/step-log.ts'
import { accountTypeFacts } from '../account-type.ts'
import { assertPortAllowed } from '../connect-session.ts'
import type { Credential, MailboxSettings, MailPolicy, OpeningObserver } from '../mailbox.ts'
import { MailboxError, mailboxErrorOf } from '../mailbox-error.ts'
import { certificateFacts } from './certificate-failure.ts'
import { type ConnectionTest, type TestStep, testSteps } from './connection-test.ts'
import { diagnose } from './diagnose.ts'
import { type ProbeLimits, type ProbeProgress, probeLimits } from './probe-progress.ts'

export interface ProbeOptions {
  readonly limits?: ProbeLimits
  /** Replaces the system's name lookup. */
  readonly resolver?: Resolver
  /**
   * There are no credentials for a login, so the test ends before it with this result. The settings' credential is not
   * sent.
   */
  readonly withoutLogin?: LoginNotTried
}

/** Tests the settings step by step, without changing anything on the server. */
export type ProbeMailbox = (
  settings: MailboxSettings,
  policy: Omit<MailPolicy, 'connectTimeout' | 'silenceTimeout'>,
  signal: AbortSignal,
  options?: ProbeOptions,
) => Promise<ConnectionTest>

/** Ends within 15 s, whatever the server does. Expected failures become steps of the result; only a bug throws. */
export const probeMailbox: ProbeMailbox = async (settings, rules, signal, options = {}) => {
  const limits = options.limits ?? probeLimits
  const steps = new StepLog(testSteps)
  const progress: ProbeProgress = { steps, limits, detailsUntil: performance.now() + limits.details }
  const policy = { ...rules, connectTimeout: limits.connect, silenceTimeout: limits.silence }
  const beforeLogin = new AbortController()
  const session = AbortSignal.any([signal, AbortSignal.timeout(limits.session), beforeLogin.signal])
  let reached: CheckedAddress | undefined
  try {
    const addresses = await resolved(settings, policy, session, steps, options.resolver)
    const observer = observing(settings, steps, (address) => {
      reached = addresses.find((candidate) => candidate.address === address)
    })
    const watched = options.withoutLogin ? stoppingBeforeLogin(settings, observer, () => beforeLogin.abort()) : observer
    await probeOf(settings)({ settings, addresses, policy, signal: session, observer: watched }, progress)
    return resultOf(progress, true)
  } catch (thrown) {
    const error = thrown instanceof NetworkError ? mailboxErrorOf(thrown, 'lookup') : thrown
    if (!(error instanceof MailboxError)) throw error
    if (options.withoutLogin && beforeLogin.signal.aborted) return notTried(progress, options.withoutLogin)
    // The account's folder has been checked. Uncounted other folders are not a reason to fail.
    if (steps.current === undefined) return resultOf(progress, true)
    const diagnosis = AbortSignal.any([signal, AbortSignal.timeout(limits.diagnosis)])
    const deadline = performance.now() + limits.diagnosis
    const failure = await diagnose(session.aborted ? late(steps) : error, {
      settings,
      glance: reached && { host: settings.host, address: reached, signal: diagnosis, deadline },
      loggedIn: steps.has('login'),
      folders: progress.folders,
    })
    return resultOf(progress, false, failure)
  }
}

/** The error for the test's own time limit, as opposed to a lost connection. */
const late = (steps: StepLog<TestStep>): MailboxError =>
  new MailboxError(steps.has('login') ? 'server-silent' : 'connection-timed-out')

const resultOf = (progress: ProbeProgress, passed: boolean, failure?: StepFailure): ConnectionTest => {
  const { steps, waiting, folders, unselectableFolders } = progress
  if (failure) steps.failed(steps.current, failure)
  return {
    passed,
    steps: steps.steps,
    ...(waiting && { waiting }),
    ...(folders && { folders }),
    ...(unselectableFolders && { unselectableFolders }),
  }
}

/** Loads each protocol when it is needed, as a fetch does. */
const probeOf =
  ({ type }: MailboxSettings): typeof import('./probe-imap.ts').probeImap =>
  async (options, progress) => {
    if (accountTypeFacts[type].protocol === 'imap') {
      const { probeImap } = await import('./probe-imap.ts')
      return probeImap(options, progress)
    }
    const { probePop3 } = await import('./probe-pop3.ts')
    return probePop3(options, progress)
  }

const resolved = async (
  { host, port }: MailboxSettings,
  policy: MailPolicy,
  signal: AbortSignal,
  steps: StepLog<TestStep>,
  resolver: Resolver | undefined,
): Promise<CheckedAddress[]> => {
  const found = await lookUpAddresses(host, policy.connectTimeout, signal, resolver)
  steps.passed('resolve', `${bareHost(host)} resolves to ${found.join(', ')}.`, { addresses: found })
  assertPortAllowed(port, policy)
  const allowed = allowedAddresses(found, port, policy)
  const addresses = allowed.map(({ address }) => address)
  steps.passed('address', `Connections to port ${port} of ${addresses.join(', ')} are allowed.`, { addresses, port })
  return allowed
}

/** A token is never sent unencrypted, so only the mail is exposed. */
const exposed = ({ method }: Credential): string => (method === 'oauth2' ? 'mail' : 'password and mail')

const notTried = (progress: ProbeProgress, { state, ...why }: LoginNotTried): ConnectionTest => {
  if (state === 'failed') return resultOf(progress, false, why)
  progress.steps.skipped('login', why.detail, why)
  return resultOf(progress, false)
}

const observing = (
  { type, port, credential }: MailboxSettings,
  steps: StepLog<TestStep>,
  onConnected: (address: string) => void,
): OpeningObserver => ({
  connected: (address) => {
    onConnected(address)
    steps.passed('connect', `Connected to ${address}, port ${port}.`, { address, port })
    if (accountTypeFacts[type].security === 'clear')
      steps.skipped(
        'tls',
        `${type} does not encrypt the connection: others on the network can read the ${exposed(credential)}.`,
      )
  },
  secured: ({ version, certificate }) => {
    const until = certificate ? `, certificate of ${certificate.subject} valid to ${certificate.validTo}` : ''
    steps.passed('tls', `Encrypted with ${version}${until}.`, {
      version,
      ...(certificate && certificateFacts(certificate)),
    })
  },
  loggedIn: () => {
    const how = credential.method === 'oauth2' ? ' with an access token' : ''
    steps.passed('login', `Logged in as ${credential.username}${how}.`)
    if (accountTypeFacts[type].protocol === 'pop3') steps.skipped('folder', 'POP3 has no folders.')
  },
})

/** The result of the login step if there are no credentials. */
export interface LoginNotTried extends Reason {
  /** `skipped`: the login cannot be tried yet. */
  readonly state: 'failed' | 'skipped'
}

/** Ends the session when all steps before the login have passed. Nothing is sent on a closed connection. */
export const stoppingBeforeLogin = (
  { type }: MailboxSettings,
  observer: OpeningObserver,
  stop: () => void,
): OpeningObserver => ({
  ...observer,
  connected: (address) => {
    observer.connected?.(address)
    if (accountTypeFacts[type].security === 'clear') stop()
  },
  secured: (facts) => {
    observer.secured?.(facts)
    stop()
  },
})
