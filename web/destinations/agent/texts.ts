import type { System } from './commands.ts'

export const agentTexts = {
  title: 'Set up the agent',
  description:
    'The agent runs on the host of the ticket system. It needs Node.js 20 or newer and outgoing HTTPS. It does not need an open port.',
  system: 'Ticket system',
  steps: {
    build:
      'Build the agent in a clone of the Postmaster repository, and copy the file postmaster-agent-0.1.0.tgz to the host',
    install: 'Install it on the host',
    token:
      'Write a token to a file that only the user of the agent can read. Paste the token, then press Enter and Ctrl+D',
    sample: 'Try the command with a sample. This does not connect to Postmaster',
    run: 'Run the agent. It prints one line for each message',
    service:
      'Run it as a service. In the file that the second command opens, set the address, the user and the command of the step before',
  },
  copies: {
    build: 'commands to build the agent',
    install: 'commands to install the agent',
    token: 'commands to store the token',
    sample: 'command with a sample',
    run: 'command to run the agent',
    service: 'commands for the service',
  },
  userNote: 'Run the agent as the user of the ticket system. Adapt the user, paths and addresses to your host.',
}

export const systemNames: Readonly<Record<System, string>> = {
  otobo: 'OTOBO',
  znuny: 'Znuny',
  rt: 'Request Tracker',
  zammad: 'Zammad',
  command: 'Another system with a command',
  maildir: 'A Maildir',
}

export const buildCommands = 'npm ci\nnpm pack ./agent'
