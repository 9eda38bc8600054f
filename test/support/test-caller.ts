import { randomUUID } from 'node:crypto'

/**
 * With whose key and in which region the tests of a file call the services, also through the functions. The key is
 * different in each file, because DynamoDB Local has separate tables for each key and region.
 */
export const testCaller = { accessKeyId: `test${randomUUID().replaceAll('-', '')}`, region: 'us-east-1' } as const
