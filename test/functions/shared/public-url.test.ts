import { describe, expect, test } from 'vitest'
import { publicUrlField } from '../../../functions/shared/public-url.ts'

describe('PUBLIC_URL', () => {
  test.each([
    ['https://abc.execute-api.eu-central-1.amazonaws.com', 'https://abc.execute-api.eu-central-1.amazonaws.com'],
    ['https://desk.example.com/', 'https://desk.example.com'],
    ['https://desk.example.com/postmaster/', 'https://desk.example.com/postmaster'],
    ['http://127.0.0.1:4000', 'http://localhost:4000'],
  ])('PUBLIC_URL %s becomes %s', (given, url) => {
    expect(publicUrlField.parse(given)).toBe(url)
  })

  test.each(['', 'desk.example.com', 'javascript:alert(1)'])('PUBLIC_URL does not accept %j', (given) => {
    expect(publicUrlField.safeParse(given).success).toBe(false)
  })
})
