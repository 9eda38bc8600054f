import type { OutOfDateCertificate, PresentedCertificate } from '../../network/presented-certificate.ts'
import type { StepFailure } from '../../reasons/step-log.ts'
import type { MailboxErrorCode } from '../mailbox-error.ts'

/** Failures that a look at the certificate can explain. */
export const aboutCertificate: ReadonlySet<MailboxErrorCode> = new Set<MailboxErrorCode>([
  'certificate-not-trusted',
  'certificate-name-mismatch',
  'certificate-expired',
  'certificate-unsuitable',
])

/** Adds the remedy for a refused certificate, now that the certificate is known. */
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
          'The server sends only its own certificate, so the account needs the certificate of exactly this authority.',
      }
    : {
        ...failure,
        facts: { ...failure.facts, customCa: authorityPem },
        remedy: `If the server’s operator confirms that the SHA-256 fingerprint is ${fingerprint}, set the account’s custom CA to the PEM in \`customCa\`.`,
      }

const outOfDate = (failure: StepFailure, certificate: PresentedCertificate): StepFailure => {
  const [first] = certificate.outOfDate
  if (first === undefined)
    return {
      ...failure,
      detail:
        'A certificate of the account’s custom CA has expired or is not valid yet. The certificates from the server are valid.',
      remedy: `Set the account’s custom CA to a current certificate of the authority that issued the server’s certificate (“${certificate.issuer}”).`,
    }
  const { subject, validFrom, validTo } = first
  return {
    ...failure,
    detail: `The server sends the certificate of ${subject}, which is valid only from ${validFrom} to ${validTo}.`,
    remedy: remedyOf(first),
  }
}

const remedyOf = ({ subject, validFrom, expired, isAuthority }: OutOfDateCertificate): string => {
  if (!expired)
    return `Wait until ${validFrom}, or ask the mail server’s operator to install a certificate that is already valid.`
  return isAuthority
    ? `Ask the mail server’s operator to install the current certificate of the authority “${subject}”. The server’s own certificate has not expired.`
    : 'Ask the mail server’s operator to renew the certificate.'
}

/** The facts that a person needs to judge a certificate. */
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
