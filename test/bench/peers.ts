import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Assignment } from './assignment.ts'

/** Another collector, with its package's installation, started for each run as its users start it. */
export interface Peer {
  readonly name: 'getmail6' | 'fetchmail' | 'mpop'
  readonly protocols: readonly Assignment['protocol'][]
  /**
   * True if the collector waits for each message individually. It gets a tenth of the messages, because all of them
   * would take minutes.
   */
  readonly slow: boolean
  readonly command: string
  /**
   * Writes its configuration into the folder.
   * @returns its arguments
   */
  prepare(assignment: Assignment, place: Place): string[]
  /** The number of messages that actually arrived. */
  arrived(place: Place): number
}

interface Place {
  readonly config: string
  readonly maildir: string
  readonly batch: string
}

const inMaildir = ({ maildir }: Place): number => readdirSync(join(maildir, 'new')).length

const secretly = (path: string, lines: readonly string[]): void =>
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })

export const peers: readonly Peer[] = [
  {
    name: 'getmail6',
    protocols: ['imap', 'pop3'],
    slow: true,
    command: 'getmail',
    prepare: ({ protocol, host, port, user, password, folder }, { config, maildir }) => {
      secretly(config, [
        '[retriever]',
        `type = ${protocol === 'imap' ? 'SimpleIMAPRetriever' : 'SimplePOP3Retriever'}`,
        `server = ${host}`,
        `port = ${port}`,
        `username = ${user}`,
        `password = ${password}`,
        'timeout = 60',
        '[destination]',
        'type = Maildir',
        `path = ${maildir}/`,
        '[options]',
        'delete = true',
        'read_all = true',
        'verbose = 0',
        'delivered_to = false',
        'received = false',
      ])
      return ['--getmaildir', folder, '--rcfile', config]
    },
    arrived: inMaildir,
  },
  {
    name: 'fetchmail',
    protocols: ['imap', 'pop3'],
    slow: true,
    command: 'fetchmail',
    prepare: ({ protocol, host, port, user, password, folder }, { config, batch }) => {
      secretly(config, [
        'set no bouncemail',
        `poll ${host} service ${port} protocol ${protocol} timeout 60`,
        `  user "${user}" password "${password}" is postmaster here`,
        `  fetchall nokeep no rewrite sslproto "" bsmtp "${batch}"`,
      ])
      return ['--silent', '--nosyslog', '--pidfile', join(folder, 'pid'), '--idfile', join(folder, 'ids'), '-f', config]
    },
    arrived: ({ batch }) =>
      existsSync(batch) ? (readFileSync(batch, 'latin1').match(/^MAIL FROM:/gm)?.length ?? 0) : 0,
  },
  {
    name: 'mpop',
    protocols: ['pop3'],
    slow: false,
    command: 'mpop',
    prepare: ({ host, port, user, password, folder }, { config, maildir }) => {
      secretly(config, [
        'account default',
        `host ${host}`,
        `port ${port}`,
        `user ${user}`,
        `password ${password}`,
        'auth user',
        'tls off',
        'keep off',
        'only_new off',
        'received_header off',
        `delivery maildir ${maildir}`,
        `uidls_file ${join(folder, 'uidls')}`,
      ])
      return [`--file=${config}`, '--quiet']
    },
    arrived: inMaildir,
  },
]

export const isInstalled = ({ command }: Peer): boolean => !spawnSync(command, ['--version']).error

/** getmail6 does not deliver messages as root, so root runs the collectors as the system's user `nobody`. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined

const giveAway = (folder: string): void => {
  if (!nobody) return
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, name), nobody.uid, nobody.gid)
  chownSync(folder, nobody.uid, nobody.gid)
}

/** Longer than any of them needs for its task. */
const patience = 180_000

/**
 * Runs the collector until it ends.
 * @returns the duration in milliseconds, including its start, and the number of messages that arrived
 */
export const runPeer = async (
  peer: Peer,
  assignment: Assignment,
): Promise<{ milliseconds: number; arrived: number }> => {
  const { folder } = assignment
  const place = { config: join(folder, 'config'), maildir: join(folder, 'maildir'), batch: join(folder, 'batch') }
  for (const part of ['', 'cur', 'new', 'tmp']) mkdirSync(join(place.maildir, part))
  const args = peer.prepare(assignment, place)
  giveAway(folder)
  const begun = performance.now()
  const child = spawn(peer.command, args, {
    stdio: 'ignore',
    env: { ...process.env, HOME: folder },
    timeout: patience,
    ...nobody,
  })
  await once(child, 'exit')
  return { milliseconds: performance.now() - begun, arrived: peer.arrived(place) }
}
