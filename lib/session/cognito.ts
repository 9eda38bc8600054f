/** Whether the issuer is a user pool of Amazon Cognito. */
export const isCognito = (issuer: string): boolean => new URL(issuer).hostname.startsWith('cognito-idp.')

/** Cognito has names of its own for the parameters of OpenID Connect RP-Initiated Logout. */
export const cognitoSignOutAddress = (endpoint: string, clientId: string, signedOutUri: string): string => {
  const url = new URL(endpoint)
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('logout_uri', signedOutUri)
  return url.href
}
