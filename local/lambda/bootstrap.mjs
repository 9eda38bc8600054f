/**
 * Replaces Lambda's Node runtime: receives invocations from the Runtime API and passes them to the bundle's handler.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { existsSync, readSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const env = process.env
// `host:port/secret`. Lambda's own value has no path.
const api = new URL(`http://${env.AWS_LAMBDA_RUNTIME_API}`)
const runtimePath = `${api.pathname.replace(/\/$/, '')}/2018-06-01/runtime/`
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

// The runner holds the other end of descriptor 3. When the runner ends for any reason, this process must end as well.
const lifeline = new Socket({ fd: 3, readable: true, writable: false })
const end = () => process.kill(process.pid, 'SIGKILL')
lifeline.on('close', end)
lifeline.resume()
lifeline.unref()

// On Windows, a blocked process could not write what it has logged, and reading a pipe synchronously is unreliable.
const freezes = process.platform !== 'win32'

/**
 * Waits for the runner's byte in descriptor 4, which precedes each invocation but the first. Lambda freezes the sandbox
 * between invocations. Here, the wait blocks the only thread that runs JavaScript: no timer fires and no socket is read
 * until the next invocation. A stopped process (SIGSTOP) would outlive a runner that is killed, but this wait ends when
 * the runner ends.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
const freeze = () => {
  if (readSync(4, Buffer.alloc(1)) === 0) end()
}

const call = (method, path, body) =>
  new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const { hostname: host, port } = api
    const sent = request({ host, port, method, path: runtimePath + path, headers, agent }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })

const errorBody = (error, fallbackType) => {
  const isError = error instanceof Error
  return JSON.stringify({
    errorType: isError ? error.name : fallbackType,
    errorMessage: isError ? error.message : String(error),
    trace: isError ? String(error.stack).split('\n') : [],
  })
}

const loadHandler = async () => {
  const at = env._HANDLER.lastIndexOf('.')
  const stem = join(env.LAMBDA_TASK_ROOT, env._HANDLER.slice(0, at))
  const file = ['.mjs', '.js', '.cjs'].map((extension) => stem + extension).find(existsSync)
  const module = await import(pathToFileURL(file).href)
  const handler = module[env._HANDLER.slice(at + 1)] ?? module.default?.[env._HANDLER.slice(at + 1)]
  if (typeof handler !== 'function') throw new TypeError(`${env._HANDLER} is undefined or not exported`)
  return handler
}

const contextOf = (headers) => {
  const deadline = Number(headers['lambda-runtime-deadline-ms'])
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
}

let handler
try {
  handler = await loadHandler()
} catch (error) {
  await call('POST', 'init/error', errorBody(error, 'Runtime.Unknown'))
  process.exit(1)
}

for (;;) {
  const { headers, body } = await call('GET', 'invocation/next')
  env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id']
  const id = headers['lambda-runtime-aws-request-id']
  let answer
  try {
    // As on Lambda, a value that cannot be written as JSON is undefined and becomes null.
    answer = ['response', JSON.stringify((await handler(JSON.parse(body), contextOf(headers))) ?? null) ?? 'null']
  } catch (error) {
    answer = ['error', errorBody(error, typeof error)]
  }
  await call('POST', `invocation/${id}/${answer[0]}`, answer[1])
  if (!freezes) continue
  // The runner closes an idle connection after some seconds. A frozen process would not notice, and use it again.
  agent.destroy()
  freeze()
}
