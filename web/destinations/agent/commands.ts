/** The ticket systems for which the command is known, and two ways for all others. */
export const systems = ['otobo', 'znuny', 'rt', 'zammad', 'command', 'maildir'] as const
export type System = (typeof systems)[number]

export const isSystem = (text: string): text is System => systems.some((system) => system === text)

interface Receiver {
  /** The user of the ticket system, who can run its command. */
  readonly user: string
  /** The options of the agent. */
  readonly options: string
  /** The command that takes a mail, unless the options say where it goes. */
  readonly command?: string
}

const receivers: Readonly<Record<System, Receiver>> = {
  otobo: {
    user: 'otobo',
    options: '--preset otobo',
    command: '/opt/otobo/bin/otobo.Console.pl Maint::PostMaster::Read --target-queue {queue} {untrusted}',
  },
  znuny: {
    user: 'znuny',
    options: '--preset znuny',
    command: '/opt/znuny/bin/znuny.Console.pl Maint::PostMaster::Read --target-queue {queue} {untrusted}',
  },
  rt: {
    user: 'www-data',
    options: '--preset rt',
    command: 'rt-mailgate --debug --action correspond --queue {queue} --url https://rt.example.com',
  },
  zammad: {
    user: 'zammad',
    options: '--preset zammad',
    command: '/opt/zammad/bin/rails runner "Channel::Driver::MailStdin.new"',
  },
  command: { user: 'helpdesk', options: '', command: '/usr/local/bin/my-command {queue} {untrusted}' },
  maildir: { user: 'helpdesk', options: '--maildir /var/mail/tickets/Maildir' },
}

/** The commands that set an agent up on the host of a ticket system. */
export interface AgentCommands {
  readonly install: string
  readonly token: string
  /** Passes a sample to the command. Absent if there is no command. */
  readonly sample?: string
  readonly run: string
  readonly service: string
}

/** @param apiUrl the address of the API, without a slash at the end */
export const agentCommands = (system: System, apiUrl: string): AgentCommands => {
  const { user, options, command } = receivers[system]
  const preset = options === '' ? [] : [options]
  const pipe = command === undefined ? [] : [`--pipe -- \\\n  ${command}`]
  const sample = ['postmaster deliver --sample Support', ...preset, ...pipe].join(' ')
  const run = [`postmaster deliver --url ${apiUrl} --token-file /etc/postmaster-agent/token`, ...preset, ...pipe].join(
    ' ',
  )
  return {
    install: 'npm install --global ./postmaster-agent-0.1.0.tgz\npostmaster deliver --help',
    token: [
      `install -d -m 700 -o ${user} /etc/postmaster-agent`,
      `install -m 600 -o ${user} /dev/stdin /etc/postmaster-agent/token`,
    ].join('\n'),
    ...(command !== undefined && { sample }),
    run,
    service: [
      'cp "$(npm root --global)/postmaster-agent/postmaster-agent.service" /etc/systemd/system/',
      'systemctl edit --full postmaster-agent',
      'systemctl enable --now postmaster-agent',
      'journalctl --follow --unit postmaster-agent',
    ].join('\n'),
  }
}
