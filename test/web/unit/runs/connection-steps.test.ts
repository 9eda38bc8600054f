import { expect, test } from 'vitest'
import { connectionSteps } from '../../../../web/runs/connection-steps.ts'

const connection = { host: 'imap.example.com', port: 993, logins: 1, bytesReceived: 900 }
const whole = {
  ...connection,
  address: '203.0.113.25',
  connectedAfter: 41,
  tls: { version: 'TLSv1.3', subject: 'CN=imap.example.com' },
  securedAfter: 84,
  login: 'LOGIN',
  loggedInAfter: 131,
  folder: 'INBOX',
  messages: 12,
  openedAfter: 170,
}

test('a session that succeeded shows every step as done, with its time', () => {
  const steps = connectionSteps(whole, false)
  expect(steps.every(({ isDone }) => isDone)).toBe(true)
  expect(steps.map(({ text }) => text)).toEqual([
    'Connect to imap.example.com, port 993 (203.0.113.25)',
    'Encrypt with TLSv1.3, certificate of CN=imap.example.com',
    'Log in with LOGIN',
    'Open the folder INBOX, which has 12 messages',
  ])
  expect(steps[0]?.after).toBe('0.0 s')
})

test('a failed run shows the step that failed, and no step after it', () => {
  const steps = connectionSteps({ ...whole, loggedInAfter: undefined, openedAfter: undefined }, true)
  expect(steps.map(({ isDone }) => isDone)).toEqual([true, true, false])
})

test('a run that is still connecting shows only the steps that have ended', () => {
  expect(connectionSteps({ ...connection, connectedAfter: 41 }, false)).toHaveLength(1)
  expect(connectionSteps(connection, false)).toEqual([])
})

test('a server that refuses the connection is the failed step', () => {
  expect(connectionSteps(connection, true)).toEqual([
    { text: 'Connect to imap.example.com, port 993', isDone: false, after: undefined },
  ])
})

test('a folder with one message is described in the singular', () => {
  const steps = connectionSteps({ ...whole, messages: 1 }, false)
  expect(steps.at(-1)?.text).toBe('Open the folder INBOX, which has 1 message')
})
