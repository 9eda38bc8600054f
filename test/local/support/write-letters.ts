/** Moves the letters of a table to ever later times until it is killed. Its arguments are the folder and the first time. */
import { checkDynamoDbFolder, startDynamoDb } from '../../../local/emulators/dynamodb/dynamodb.ts'
import { AccessKeys } from '../../../local/emulators/signed-calls/access-keys.ts'

const [folder = '', first = '0'] = process.argv.slice(2)
await checkDynamoDbFolder(folder)
const dynamodb = await startDynamoDb({ folder, region: 'us-east-1', access: { keys: new AccessKeys() } })
for (let time = Number(first); ; time += 1) {
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((id) => {
      const Item = { account: { S: 'desk' }, id: { S: id }, storedAt: { S: String(time) } }
      return dynamodb.call('PutItem', { TableName: 'letters', Item })
    }),
  )
  process.send?.(time)
}
