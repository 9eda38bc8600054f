/** In bytes. Standard Webhooks asks for 24 to 64. */
const keyLength = 32

/** @returns a new signing secret in the form of Standard Webhooks */
export const newSigningSecret = (): string => {
  const key = crypto.getRandomValues(new Uint8Array(keyLength))
  return `whsec_${btoa(String.fromCharCode(...key))}`
}
