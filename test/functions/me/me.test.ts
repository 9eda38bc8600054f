import { beforeAll, describe, expect, it } from 'vitest'
import type { HttpHandler } from '../../../functions/shared/http/http-function.ts'
import { adminClaims, callHttp, readerClaims, testRoles } from '../../support/http-event.ts'

let handler: HttpHandler
beforeAll(async () => {
  Object.assign(process.env, {
    GROUP_CLAIM: testRoles.groupClaim,
    READER_GROUP: testRoles.readerGroup,
    ADMIN_GROUP: testRoles.adminGroup,
    DEPLOYMENT_NAME: 'Service desk, staging',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  })
  handler = (await import('../../../functions/me/index.ts')).handler
})

const me = async (claims: Record<string, unknown> | null) =>
  await callHttp(handler, { method: 'GET', path: '/me', claims })

describe('GET /me', () => {
  it('GET /me returns the caller’s name and role and the name of the deployment', async () => {
    const deployment = 'Service desk, staging'
    expect(await me(readerClaims)).toMatchObject({
      status: 200,
      body: { sub: 'sub-reader', name: 'reader@example.org', role: 'reader', deployment },
    })
    expect((await me(adminClaims)).body).toEqual({
      ...{ sub: 'sub-admin', name: 'admin@example.org', role: 'admin' },
      deployment,
    })
  })

  it('GET /me says that a caller in both groups is an admin', async () => {
    const both = { ...readerClaims, [testRoles.groupClaim]: [testRoles.readerGroup, testRoles.adminGroup] }
    expect((await me(both)).body).toMatchObject({ role: 'admin' })
  })

  it('GET /me refuses callers without a token or a role', async () => {
    expect(await me(null)).toMatchObject({ status: 401 })
    expect(await me({ ...readerClaims, [testRoles.groupClaim]: [] })).toMatchObject({ status: 403 })
  })
})
