import { generate } from 'selfsigned';

/** A certification authority and a server certificate that it signed, all PEM. */
export interface Certificates {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

const YEAR_MS = 365 * 86_400_000;
/** For clients whose clock is behind ours. */
const BACKDATE_MS = 86_400_000;

/**
 * Makes a certification authority that exists only in the answer, and a server certificate for `localhost`
 * and 127.0.0.1 (unless told other names), both valid for a year.
 *
 * @param now milliseconds since the epoch
 * @param authority the name of the authority: a client that trusts several must be able to tell them apart
 * @param names DNS names of the certificate, beside the address 127.0.0.1
 */
export async function makeCertificates(
  now: number,
  authority: string,
  names: readonly string[] = ['localhost'],
): Promise<Certificates> {
  const common = {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - BACKDATE_MS),
    notAfterDate: new Date(now + YEAR_MS),
  } as const;
  const ca = await generate([{ name: 'commonName', value: authority }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...names.map((value) => ({ type: 2 as const, value })), { type: 7, ip: '127.0.0.1' }],
      },
    ],
  });
  return { caPem: text(ca.cert), certificatePem: text(leaf.cert), keyPem: text(leaf.private) };
}

/** With the line end that lets PEM texts be joined. */
const text = (pem: string): string => `${pem.trim()}\n`;
