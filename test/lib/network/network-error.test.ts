import { describe, expect, test } from 'vitest'
import { NetworkError, networkErrorOf } from '../../../lib/network/network-error.ts'

const coded = (code: string) => Object.assign(new Error('PASS hunter2'), { code })

describe('connection errors', () => {
  test.each([
    ['ECONNREFUSED', 'connect', 'connection-refused'],
    ['ETIMEDOUT', 'connect', 'connection-timed-out'],
    ['ENETUNREACH', 'connect', 'connection-timed-out'],
    ['EHOSTUNREACH', 'connect', 'connection-timed-out'],
    ['ECONNRESET', 'connect', 'connection-lost'],
    ['ECONNRESET', 'tls', 'tls-failed'],
    ['ECONNRESET', 'session', 'connection-lost'],
    ['EPIPE', 'session', 'connection-lost'],
    ['ETIMEDOUT', 'session', 'connection-lost'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'tls-failed'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls', 'tls-too-old'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls', 'tls-too-old'],
    ['INVALID_PURPOSE', 'tls', 'certificate-unsuitable'],
    ['PATH_LENGTH_EXCEEDED', 'tls', 'certificate-unsuitable'],
    ['CERT_REVOKED', 'tls', 'certificate-unsuitable'],
    ['UNSPECIFIED', 'tls', 'certificate-unsuitable'],
    ['UNSPECIFIED', 'session', 'connection-lost'],
    ['CERT_SIGNATURE_FAILURE', 'tls', 'certificate-not-trusted'],
    ['EPROTO', 'tls', 'tls-failed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'certificate-not-trusted'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', 'certificate-not-trusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'certificate-not-trusted'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', 'certificate-not-trusted'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'certificate-name-mismatch'],
    ['CERT_HAS_EXPIRED', 'tls', 'certificate-expired'],
    ['CERT_NOT_YET_VALID', 'tls', 'certificate-expired'],
    ['toString', 'tls', 'tls-failed'],
  ] as const)('networkErrorOf translates %s in the step %s to %s', (code, step, expected) => {
    const error = networkErrorOf(coded(code), step)
    expect(error).toMatchObject({ code: expected, cause: code })
  })

  test('networkErrorOf uses the last of several attempts', () => {
    const both = new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')])
    expect(networkErrorOf(both, 'connect').code).toBe('connection-refused')
  })

  test('networkErrorOf returns a NetworkError unchanged', () => {
    const ours = new NetworkError('tls-too-old')
    expect(networkErrorOf(ours, 'session')).toBe(ours)
  })

  test.each([undefined, null, 'text', new Error('no code')])('networkErrorOf accepts %s', (thrown) => {
    expect(networkErrorOf(thrown, 'session').code).toBe('connection-lost')
  })

  test('networkErrorOf includes none of the foreign error’s text', () => {
    const error = networkErrorOf(coded('ECONNRESET'), 'session')
    expect(`${error.stack}${JSON.stringify(error)}${String(error.cause)}`).not.toContain('hunter2')
  })
})
