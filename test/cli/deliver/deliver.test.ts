import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../run-cli.ts'
import { AgentApi, agentToken } from './agent-api.ts'
import { AgentFolder, agentOptions, runOnce } from './agent-run.ts'

let [api, folder] = [undefined, undefined] as unknown as [AgentApi, AgentFolder]
beforeEach(async () => {
  api = await AgentApi.start()
  folder = new AgentFolder()
})
afterEach(async () => {
  await api[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const takeMail = () =>
  folder.script(
    'take',
    `cat > "${folder.path}/mail.$POSTMASTER_DELIVERY_ID"; echo "Ticket: 4711"; printf '%s\\n' "$@" > ${folder.path}/args`,
  )

describe('postmaster deliver', () => {
  it('the agent hands each mail to the command byte for byte and reports the ticket number', async () => {
    const raw = Buffer.from([...Buffer.from('Subject: x\r\n\r\n'), 0, 255, 13, 10, 128])
    api.add('D.1', raw)
    api.add('D.2')
    const { code, out, err } = await runOnce(api, folder, '--pipe', '--', takeMail())
    expect([code, err]).toEqual([0, ''])
    expect(Buffer.from(folder.read('mail.D.2'))).toEqual(api.delivery('D.2').raw)
    expect([...api.deliveries.values()].map(({ acks }) => acks)).toMatchObject([
      [{ lease: 'lease1.D.1', bytes: raw.length, ticket: '4711' }],
      [{ lease: 'lease1.D.2', ticket: '4711' }],
    ])
    expect(out).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}Raw: “Subject of D\.1” delivered in \d+\.\d s, ticket 4711$/m,
    )
    expect(readdirSync(`${folder.state}/mail`)).toEqual([])
  })

  it('the agent never sends its token to the storage', async () => {
    api.add('D.1')
    await runOnce(api, folder, '--pipe', '--', takeMail())
    expect(api.storageHeaders.map(({ authorization }) => authorization)).toEqual([undefined])
  })

  it.each(['My Queue', 'a;touch /tmp/x', `"quoted" 'queue' $HOME \`id\``, 'Größe::Ω'])(
    'the queue name %s reaches the command unchanged as one argument',
    async (queue) => {
      api.add('D.1', undefined, { queue })
      await runOnce(api, folder, '--pipe', '--', takeMail(), '--queue', '{queue}', '{untrusted}')
      expect(folder.read('args')).toBe(`--queue\n${queue}\n--untrusted\n`)
    },
  )

  it('the argument {untrusted} is left out for trusted mail', async () => {
    api.add('D.1', undefined, { trusted: true })
    await runOnce(api, folder, '--pipe', '--', takeMail(), '{untrusted}', 'end')
    expect(folder.read('args')).toBe('end\n')
  })

  it('a queue name that a command could take as an option is refused, and no command starts', async () => {
    api.add('D.1', undefined, { queue: '--help' })
    const { code, err } = await runOnce(api, folder, '--pipe', '--', takeMail(), '{queue}')
    expect(code).toBe(1)
    expect(err).toContain('queue-name-refused')
    expect(api.delivery('D.1').nacks).toMatchObject([{ permanent: true, scope: 'message', code: 'queue-name-refused' }])
    expect(existsSync(folder.at('args'))).toBe(false)
  })

  it('the command gets the POSTMASTER variables and only the listed variables of the agent', async () => {
    api.add('D.1', undefined, { possiblyDoubled: true, loop: true })
    process.env.PM_TEST_SECRET = 'hidden'
    process.env.PM_TEST_PASSED = 'passed'
    await runOnce(
      api,
      folder,
      '--env',
      'PM_TEST_PASSED',
      '--pipe',
      '--',
      folder.script('env', `env > ${folder.path}/env`),
    )
    const names = folder.read('env').split('\n')
    expect(names).toEqual(
      expect.arrayContaining([
        'POSTMASTER_MESSAGE_ID=messageD.1',
        'POSTMASTER_DELIVERY_ID=D.1',
        'POSTMASTER_QUEUE=Raw',
        'POSTMASTER_TRUSTED=0',
        'POSTMASTER_LOOP=1',
        'POSTMASTER_POSSIBLY_DOUBLED=1',
        'POSTMASTER_ATTEMPT=1',
        'PM_TEST_PASSED=passed',
      ]),
    )
    expect(folder.read('env')).not.toContain('hidden')
    expect(folder.read('env')).not.toContain(agentToken)
  })

  it('a mail whose hash differs from the lease is not handed over', async () => {
    api.add('D.1', undefined, { sha256: '0'.repeat(64) })
    api.add('D.2', 'too long', { size: 3 })
    await runOnce(api, folder, '--pipe', '--', takeMail())
    for (const id of ['D.1', 'D.2'])
      expect(api.delivery(id).nacks, id).toMatchObject([{ code: 'mail-differs', permanent: false, scope: 'message' }])
    expect(existsSync(folder.at('args'))).toBe(false)
  })

  it('a command that does not exist is a failure of the destination, and the agent with --once ends', async () => {
    api.add('D.1')
    api.add('D.2')
    const { code, err } = await runOnce(api, folder, '--pipe', '--', '/nowhere/command')
    expect(code).toBe(1)
    expect(err).toContain('Correct the path of the command')
    expect(api.delivery('D.1').nacks).toMatchObject([
      { scope: 'destination', code: 'command-not-found', permanent: false },
    ])
    expect(api.delivery('D.2').leases).toEqual([])
  })

  it('a mail that has expired is refused permanently', async () => {
    api.add('D.1')
    api.fault = (request) => (request.endsWith('/raw') ? { status: 410 } : undefined)
    await runOnce(api, folder, '--pipe', '--', takeMail())
    expect(api.delivery('D.1').nacks).toMatchObject([{ permanent: true, code: 'raw-mail-expired' }])
  })

  it('a mail that was erased is refused permanently with this reason', async () => {
    api.add('D.1')
    api.fault = (request) =>
      request.endsWith('/raw') ? { status: 410, body: JSON.stringify({ code: 'message-erased' }) } : undefined
    await runOnce(api, folder, '--pipe', '--', takeMail())
    expect(api.delivery('D.1').nacks).toMatchObject([{ permanent: true, code: 'message-erased' }])
  })

  it('a link to an address without TLS elsewhere is not followed', async () => {
    api.add('D.1')
    api.fault = (request) =>
      request.endsWith('/raw') ? { status: 303, headers: { location: 'http://192.0.2.1/mail' } } : undefined
    await runOnce(api, folder, '--pipe', '--', takeMail())
    expect(api.delivery('D.1').nacks).toMatchObject([{ scope: 'destination', code: 'download-failed' }])
  })

  it('a revoked token ends the agent with --once, and the message names the remedy', async () => {
    writeFileSync(folder.token, `pmt_${'b'.repeat(43)}`)
    const { code, err } = await runOnce(api, folder, '--pipe', '--', takeMail())
    expect(code).toBe(3)
    expect(err).toContain('The token was revoked')
    expect(err).toContain('write it into the token file')
  })

  it('a token file that other users can read is refused', async () => {
    chmodSync(folder.token, 0o640)
    const { code, err } = await runOnce(api, folder, '--pipe', '--', takeMail())
    expect([code, err]).toEqual([
      2,
      `Other users can read the token file ${folder.token}. Correct this: chmod 600 ${folder.token}\n`,
    ])
  })

  it('two agents cannot use one state folder', async () => {
    api.add('D.1')
    const wait = folder.script(
      'wait',
      `touch ${folder.path}/runs; while [ ! -e ${folder.path}/go ]; do sleep 0.05; done`,
    )
    const first = runOnce(api, folder, '--pipe', '--', wait)
    while (!existsSync(folder.at('runs'))) await new Promise((resolve) => setTimeout(resolve, 20))
    const second = await runOnce(api, folder, '--pipe', '--', wait)
    expect(second.code).toBe(2)
    expect(second.err).toContain(`Another agent (process ${process.pid}) uses the state folder`)
    writeFileSync(folder.at('go'), '')
    expect((await first).code).toBe(0)
    expect((await runOnce(api, folder, '--pipe', '--', wait)).code).toBe(0)
  })

  it('a result that cannot be reported stays in the journal, and the next run reports it without a second hand-over', async () => {
    api.add('D.1')
    const count = folder.script('count.sh', `echo x >> ${folder.path}/count`)
    api.fault = (request) => (request.endsWith('/ack') ? 'hang up' : undefined)
    expect((await runOnce(api, folder, '--pipe', '--', count)).code).toBe(3)
    api.fault = () => undefined
    expect((await runOnce(api, folder, '--pipe', '--', count)).code).toBe(0)
    expect(folder.read('count')).toBe('x\n')
    expect(api.delivery('D.1').acks).toHaveLength(1)
  })

  it('a delivery that is leased again before its result arrives is acknowledged under the new lease', async () => {
    api.add('D.1')
    api.leaseMs = 0
    const count = folder.script('count.sh', `echo x >> ${folder.path}/count`)
    // The API has forgotten the lease.
    api.fault = (request) => (request.endsWith('/ack') ? { status: 409 } : undefined)
    expect((await runOnce(api, folder, '--pipe', '--', count)).code).toBe(1)
    api.fault = () => undefined
    expect((await runOnce(api, folder, '--pipe', '--', count)).code).toBe(0)
    expect(folder.read('count')).toBe('x\n')
    expect(api.delivery('D.1').acks).toHaveLength(1)
  })

  it('a delivery that the API repeats after its acknowledgement is handed over again, because a person asked for it', async () => {
    const delivery = api.add('D.1')
    const count = folder.script('count.sh', `echo x >> ${folder.path}/count`)
    await runOnce(api, folder, '--pipe', '--', count)
    delivery.state = 'pending'
    await runOnce(api, folder, '--pipe', '--', count)
    expect(folder.read('count')).toBe('x\nx\n')
  })

  it('the agent asks for as many deliveries as it has free places', async () => {
    for (const id of ['D.1', 'D.2', 'D.3', 'D.4', 'D.5']) api.add(id)
    await runOnce(api, folder, '--concurrency', '3', '--timeout', '100', '--pipe', '--', takeMail())
    expect(api.leaseRequests[0]).toMatchObject({ max: 3, seconds: 400 })
    expect([...api.deliveries.values()].map(({ state }) => state)).toEqual(Array(5).fill('delivered'))
  })

  it('a state folder with a damaged journal is not used, and it is not left locked', async () => {
    mkdirSync(folder.state)
    writeFileSync(`${folder.state}/journal`, 'garbage\n')
    const { code, err } = await runOnce(api, folder, '--pipe', '--', takeMail())
    expect(code).toBe(1)
    expect(err).toContain('is damaged. Move it away.')
    expect(readdirSync(folder.state).toSorted()).toEqual(['journal', 'mail'])
  })

  it('an agent without the address of the API says how to set it', async () => {
    const { code, err } = await runCli('--token-file', folder.token, 'deliver', '--maildir', folder.at('mails'))
    expect([code, err]).toEqual([2, expect.stringContaining('Set --url or POSTMASTER_URL.')])
  })

  it('options that contradict each other are usage errors', async () => {
    const results = await Promise.all([
      runOnce(api, folder),
      runOnce(api, folder, '--pipe', '--maildir', folder.path),
      runOnce(api, folder, '--pipe'),
      runOnce(api, folder, '--pipe', '--', 'x', '--queue={queue}'),
      runOnce(api, folder, '--timeout', '9999', '--pipe', '--', 'x'),
      runCli('--url', 'http://example.com', '--token-file', folder.token, 'deliver', '--pipe', '--', 'x'),
    ])
    expect(results.map(({ code }) => code)).toEqual(Array(6).fill(2))
  })

  it('--quiet prints only problems', async () => {
    api.add('D.1')
    api.add('D.2', undefined, { queue: '-x' })
    const { out, err } = await runCli(...agentOptions(api, folder), '--once', '--quiet', '--pipe', '--', takeMail())
    expect(out).toBe('')
    expect(err.trim().split('\n')).toHaveLength(2)
  })
})
