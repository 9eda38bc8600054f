import type { OutOfDateCertificate, PresentedCertificate } from '../connection/presented-certificate.ts'
import type { MailboxErrorCode } from '../mailbox-error.ts'
import type { StepFailure } from './step-log.ts'

/** The failures of which a look at the certificate says more. */
export const aboutCertificate: ReadonlySet<MailboxErrorCode> = new Set<MailboxErrorCode>([
  'certificate-not-trusted',
  'certificate-name-mismatch',
  'certificate-expired',
  'certificate-unsuitable',
])

/** What helps against a refused certificate, now that it has been seen. */
export const certificateFailure = (failure: StepFailure, certificate: PresentedCertificate): StepFailure => {
  const seen = { ...failure, facts: certificateFacts(certificate) }
  switch (failure.code) {
    case 'certificate-not-trusted':
      return notTrusted(seen, certificate)
    case 'certificate-expired':
      return outOfDate(seen, certificate)
    case 'certificate-name-mismatch': {
      const names = certificate.names.join(', ') || certificate.subject
      return { ...seen, remedy: `Use a host name it was issued for: ${names}.` }
    }
    default:
      return seen
  }
}

const notTrusted = (failure: StepFailure, { authorityPem, issuer, fingerprint }: PresentedCertificate): StepFailure =>
  authorityPem === undefined
    ? {
        ...failure,
        remedy:
          `Ask the server’s operator for the certificate of its authority (“${issuer}”) in PEM form, and set it as the account’s custom CA. ` +
          'The server sends no other certificate with its own, so only that of this very authority helps.',
      }
    : {
        ...failure,
        facts: { ...failure.facts, customCa: authorityPem },
        remedy: `If the server’s operator confirms the SHA-256 fingerprint ${fingerprint}, set the account’s custom CA to the PEM in \`customCa\`.`,
      }

const outOfDate = (failure: StepFailure, certificate: PresentedCertificate): StepFailure => {
  const [first] = certificate.outOfDate
  if (first === undefined)
    return {
      ...failure,
      words:
        'A certificate of the account’s custom CA has expired or is not valid yet; those that the server sends are valid.',
      remedy: `Set the account’s custom CA to a current certificate of the authority that issued the server’s (“${certificate.issuer}”).`,
    }
  const { subject, validFrom, validTo } = first
  return {
    ...failure,
    words: `The certificate of ${subject} is valid from ${validFrom} to ${validTo}, and the server sends it.`,
    remedy: remedyOf(first),
  }
}

const remedyOf = ({ subject, validFrom, expired, isAuthority }: OutOfDateCertificate): string => {
  if (!expired)
    return `Wait until ${validFrom}, or have the mail server’s operator install a certificate that is valid now.`
  return isAuthority
    ? `The mail server’s operator has to install the current certificate of the authority “${subject}”; the server’s own has not expired.`
    : 'The mail server’s operator has to renew it.'
}

/** What people need to judge a certificate. */
export const certificateFacts = ({
  subject,
  issuer,
  validFrom,
  validTo,
  names,
  fingerprint,
}: PresentedCertificate) => ({
  subject,
  issuer,
  validFrom,
  validTo,
  names: [...names],
  fingerprint,
})
