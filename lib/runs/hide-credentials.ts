import type { Credential, PasswordCredential } from '../accounts/credential.ts'
import { secretsOf, withoutSecrets } from '../mailbox/without-secrets.ts'

const mark = '(credential)'

/** Takes a credential out of foreign text, in every form in which a server could repeat what it was sent. */
export const hideCredential = (credential: Credential): ((text: string) => string) => {
  if (credential.method === 'password') return hidePassword(credential)
  const secrets = secretsOf(credential)
  return (text) => withoutSecrets(text, secrets, mark)
}

const hidePassword = ({ username, password }: PasswordCredential): ((text: string) => string) => {
  const plain = [password, Buffer.from(password).toString('latin1'), JSON.stringify(password).slice(1, -1)]
  // SASL: PLAIN with and without an authorization identity (RFC 4616), LOGIN, and both without their padding.
  const encoded = [password, `\0${username}\0${password}`, `${username}\0${username}\0${password}`].flatMap((text) => {
    const base64 = Buffer.from(text).toString('base64')
    return [base64, base64.replace(/=+$/, '')]
  })
  // The longest first: a short form must not leave the rest of a longer one behind.
  const forms = [...new Set([...plain, ...encoded])].filter((form) => form !== '').sort((a, b) => b.length - a.length)
  return (text) => forms.reduce((shown, form) => shown.replaceAll(form, mark), text)
}
