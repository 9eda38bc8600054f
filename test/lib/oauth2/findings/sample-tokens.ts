/** A token in the format that providers sign, with an invalid signature. */
export const jwtOf = (claims: unknown): string =>
  [{ alg: 'RS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('c2lnbmF0dXJl')
    .join('.')

export const contoso = '6babcaad-604b-40ac-a9d7-9fd97c0b779f'
export const fabrikam = '11111111-604b-40ac-a9d7-9fd97c0b779f'
export const enterpriseObject = 'c2a1f0de-0000-4000-8000-00000000abcd'

/** The claims of an Entra ID token for Outlook that a person consented to. */
export const delegatedClaims = {
  aud: 'https://outlook.office.com',
  iss: `https://sts.windows.net/${contoso}/`,
  exp: 1_772_441_404,
  appid: '2d4d11a2-f814-46a7-890a-274a72a7309e',
  scp: 'IMAP.AccessAsUser.All POP.AccessAsUser.All',
  upn: 'desk@contoso.com',
  unique_name: 'desk@contoso.com',
  tid: contoso,
  oid: '0e0e0e0e-0000-4000-8000-000000000001',
  ver: '1.0',
}

/** The claims of an app-only token. */
export const applicationClaims = {
  aud: 'https://outlook.office365.com',
  iss: `https://sts.windows.net/${contoso}/`,
  exp: 1_772_441_404,
  appid: '2d4d11a2-f814-46a7-890a-274a72a7309e',
  roles: ['IMAP.AccessAsApp', 'POP.AccessAsApp'],
  tid: contoso,
  oid: enterpriseObject,
}
