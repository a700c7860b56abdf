/** Why a TLS connection fails, in words, and what to do. */
export interface TlsReason {
  readonly reason: string;
  readonly remedy: string;
}

const CHECK_CA =
  'Put the certificate authority of the cluster into the kubeconfig (`certificate-authority`), or get a new kubeconfig from whoever runs the cluster.';
const CHECK_CLOCK =
  'Have the certificate of the API server renewed; check the clock of this machine as well.';

const SELF_SIGNED: TlsReason = {
  reason: 'its certificate is self-signed, and the kubeconfig does not trust it',
  remedy: CHECK_CA,
};
const UNKNOWN_AUTHORITY: TlsReason = {
  reason:
    'its certificate cannot be verified: it is signed by an authority that the kubeconfig does not trust',
  remedy: CHECK_CA,
};
const NO_TLS: TlsReason = {
  reason: 'what answers there does not speak TLS',
  remedy:
    'Check the server of the context with `kubectl config view --minify`: its port, and whether it starts with http://.',
};

/** By the code of Node or OpenSSL. Source: Node `src/crypto/crypto_common.cc`, X509 error codes. */
const REASONS: Readonly<Record<string, TlsReason>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: SELF_SIGNED,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: UNKNOWN_AUTHORITY,
  CERT_UNTRUSTED: UNKNOWN_AUTHORITY,
  CERT_REJECTED: UNKNOWN_AUTHORITY,
  INVALID_CA: UNKNOWN_AUTHORITY,
  INVALID_PURPOSE: UNKNOWN_AUTHORITY,
  CERT_REVOKED: { reason: 'its certificate is revoked', remedy: CHECK_CLOCK },
  CERT_HAS_EXPIRED: { reason: 'its certificate has expired', remedy: CHECK_CLOCK },
  CERT_NOT_YET_VALID: { reason: 'its certificate is not valid yet', remedy: CHECK_CLOCK },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: 'its certificate is for another host name',
    remedy:
      'Use a server name that the certificate has, or say which one it has in the kubeconfig (`tls-server-name`).',
  },
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: {
    reason: 'it offers no version of TLS that is still safe',
    remedy: 'Have the API server updated.',
  },
};

/** Says why TLS failed, by a code; `undefined` when the code is not about TLS. */
export function tlsReason(code: string): TlsReason | undefined {
  const known = REASONS[code];
  if (known !== undefined || !code.startsWith('ERR_SSL_')) return known;
  return {
    reason: `it breaks off the TLS handshake (${code}): it may not accept the client certificate`,
    remedy: 'Renew the client certificate in the kubeconfig, or log in again.',
  };
}
