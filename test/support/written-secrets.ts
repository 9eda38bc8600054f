import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import type { TestStack } from './stack.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Every spelling of a secret that can result from HTTP, JSON, SASL and logs. */
const spellingsOf = (secret: string, users: readonly string[]): string[] => [
  ...new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    encodeURIComponent(secret),
    new URLSearchParams({ secret }).toString().slice('secret='.length),
    base64(secret),
    Buffer.from(secret).toString('base64url'),
    // The secret inside a longer text that was encoded as a whole, at every offset.
    ...['', '.', '..'].map((before) => base64(`${before}${secret}`).slice(4, -4)),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret, 'utf16le').toString('latin1'),
    ...users.map((user) => base64(`\0${user}\0${secret}`)),
  ]),
]

/** The written data by its place. */
export type Written = Map<string, Buffer>

/** Every file in the folder and its subfolders. */
export const writtenFiles = (folder: string): Written =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [relative(folder, file), readFileSync(file)]),
  )

/** Every item of every table, as a client reads it, because the tables' own files may be compressed. */
export const tablesText = async ({ local }: Pick<TestStack, 'local'>): Promise<string> => {
  const client = new DynamoDBClient({ ...local.clientConfig, endpoint: local.endpoints.dynamodb })
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  const scans = await Promise.all(TableNames.map((TableName) => client.send(new ScanCommand({ TableName }))))
  client.destroy()
  return JSON.stringify(scans.map(({ Items }) => Items))
}

/**
 * Finds secrets in any spelling.
 * @param users the user names whose logins may contain the secrets
 * @returns `secret in place` for every secret found
 */
export const secretsIn = (
  written: Written,
  secrets: Readonly<Record<string, string>>,
  users: readonly string[] = [],
): string[] => {
  const found = new Set<string>()
  for (const [name, secret] of Object.entries(secrets))
    for (const spelling of spellingsOf(secret, users))
      for (const [place, bytes] of written)
        if (bytes.includes(Buffer.from(spelling, spelling.includes('\0') ? 'latin1' : 'utf8')))
          found.add(`${name} in ${place}`)
  return [...found].sort()
}
