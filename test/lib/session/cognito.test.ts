import { expect, it } from 'vitest'
import { cognitoSignOutAddress, isCognito } from '../../../lib/session/cognito.ts'

it('a user pool is recognised by its issuer', () => {
  expect(isCognito('https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC')).toBe(true)
  expect(isCognito('https://login.example.com/cognito-idp.')).toBe(false)
})

it('the address that signs out at a user pool contains the client and the return address', () => {
  const url = new URL(
    cognitoSignOutAddress(
      'https://postmaster-1.auth.eu-central-1.amazoncognito.com/logout',
      'client',
      'https://postmaster.example.com/admin/session/signed-out',
    ),
  )
  expect(url.pathname).toBe('/logout')
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'client',
    logout_uri: 'https://postmaster.example.com/admin/session/signed-out',
  })
})
