import { execFileSync } from 'node:child_process'
import { userInfo } from 'node:os'
import type { Listener } from '../options.ts'
import { oauth2Passdbs } from './oauth2.ts'

export interface ConfigOptions {
  /** The directory for everything that belongs to this instance. */
  readonly directory: string
  readonly ports: Readonly<Record<Listener, number>>
  readonly host: string
  readonly storage: 'maildir' | 'sdbox'
  /** The complete value of `imap_capability`, e.g. without UIDPLUS; Dovecot's own by default. */
  readonly imapCapability?: string | undefined
  readonly maxUserIpConnections?: number | undefined
  /**
   * Enables OAUTHBEARER and XOAUTH2 in addition to passwords. The configuration's folder must contain `oauth2Files`.
   */
  readonly withTokens?: boolean
  /** Additional raw lines at the end. */
  readonly settings?: string | undefined
}

/** Mail processes must not run as root. Any other number works and needs no entry in /etc/passwd. */
export const mailUid = 10_143

export const runsAsRoot = (): boolean => userInfo().uid === 0

const identity = (): string => {
  const { uid, gid, username } = userInfo()
  if (runsAsRoot()) return `mail_uid = ${mailUid}\nmail_gid = ${mailUid}`
  // Without root, the user and root directory cannot be changed, so all processes run as the current user.
  const unchained = ['anvil', 'imap-login', 'pop3-login', 'stats', 'director']
  return [
    `default_internal_user = ${username}`,
    `default_internal_group = ${execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()}`,
    `default_login_user = ${username}`,
    `mail_uid = ${uid}`,
    `mail_gid = ${gid}`,
    ...unchained.map((service) => `service ${service} {\n  chroot =\n}`),
  ].join('\n')
}

const login = (protocol: 'imap' | 'pop3', ports: ConfigOptions['ports']): string => `
service ${protocol}-login {
  # One process for all connections: a separate process costs 10 ms per login.
  service_count = 0
  process_min_avail = 1
  inet_listener ${protocol} {
    port = ${ports[protocol]}
  }
  inet_listener ${protocol}s {
    port = ${ports[`${protocol}s`]}
    ssl = yes
  }
}
service ${protocol} {
  process_min_avail = 1
  process_limit = 1024
  # Reuse processes: the benchmarks measure clients, not fork().
  service_count = 100
}`

/** Configuration in the syntax of Dovecot 2.3 (2.4 uses another syntax). */
export const dovecotConfig = (options: ConfigOptions): string => `
base_dir = ${options.directory}/run
state_dir = ${options.directory}/state
log_path = ${options.directory}/dovecot.log
protocols = imap pop3
listen = ${options.host}
${identity()}
first_valid_uid = 1
first_valid_gid = 1

ssl = yes
ssl_cert = <${options.directory}/server.pem
ssl_key = <${options.directory}/server.key
disable_plaintext_auth = no

auth_mechanisms = plain login${options.withTokens ? ' oauthbearer xoauth2' : ''}
# Wrong passwords are tried on purpose, and Dovecot would slow down the whole address (up to 8 s for a correct login).
# The remaining 0.5 s per wrong password come from a timer of the auth process.
auth_failure_delay = 0
service auth {
  client_limit = 4096
${runsAsRoot() ? '  # Only root can read the passwords.\n  user = root\n' : ''}}
service anvil {
  client_limit = 4096
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u ${options.directory}/users
}
${options.withTokens ? oauth2Passdbs(options.directory) : ''}
userdb {
  driver = static
  args = home=${options.directory}/mail/%u
}

mail_location = ${options.storage}:~/${options.storage}${options.storage === 'maildir' ? ':LAYOUT=fs' : ''}
mail_fsync = never
mail_max_userip_connections = ${options.maxUserIpConnections ?? 1000}
${options.imapCapability === undefined ? '' : `imap_capability = ${options.imapCapability}`}
namespace inbox {
  inbox = yes
  separator = /
}
protocol pop3 {
  pop3_lock_session = yes
}
default_vsz_limit = 1G
${login('imap', options.ports)}
${login('pop3', options.ports)}
${options.settings ?? ''}
`
