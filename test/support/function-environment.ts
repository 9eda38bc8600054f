import { tableNames, tableVariable } from '../../lib/tables/tables.ts'
import type { TestTables } from './dynamo.ts'
import { testRoles } from './http-event.ts'
import { testCaller } from './test-caller.ts'

/**
 * Sets the variables that Lambda would give an HTTP function over the test's tables. Call it before importing the
 * function's index.
 */
export const functionEnvironment = async (tables: TestTables, more: Record<string, string> = {}) => {
  const endpoint = await tables.client.config.endpoint?.()
  return {
    AWS_REGION: testCaller.region,
    AWS_ACCESS_KEY_ID: testCaller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${endpoint?.port}`,
    GROUP_CLAIM: testRoles.groupClaim,
    READER_GROUP: testRoles.readerGroup,
    ADMIN_GROUP: testRoles.adminGroup,
    DEPLOYMENT_NAME: 'Test deployment',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    ...Object.fromEntries(tableNames.map((name) => [tableVariable(name), tables.tableName(name)])),
    ...more,
  }
}
