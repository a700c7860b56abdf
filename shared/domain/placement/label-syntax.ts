/**
 * What Kubernetes accepts as label key, label value, object name and integer: the same regular expressions and
 * bounds as k8s.io/apimachinery/pkg/util/validation/validation.go. Every test answers `undefined` for "accepted",
 * else one sentence that says what is wrong.
 */

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const INTEGER = /^[+-]?[0-9]+$/;
const MAX_NAME = 63;
const MAX_SUBDOMAIN = 253;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
/** So many digits fit a JavaScript number without loss. */
const SAFE_DIGITS = 15;

/** Tells what is wrong with an object's name, such as a node's: at most 253 characters. Source: `IsDNS1123Subdomain`. */
export function subdomainError(text: string): string | undefined {
  if (text.length > MAX_SUBDOMAIN) return `must be no more than ${MAX_SUBDOMAIN} characters`;
  return DNS_SUBDOMAIN.test(text) ? undefined : `'${text}' is not a lowercase DNS name`;
}

/** Tells what is wrong with a label's value: at most 63 characters, empty is fine. Source: `IsValidLabelValue`. */
export function labelValueError(text: string): string | undefined {
  if (text.length > MAX_NAME) return `must be no more than ${MAX_NAME} characters`;
  return text === '' || NAME.test(text) ? undefined : `'${text}' is not a label value`;
}

/** Tells what is wrong with a label's or a taint's key: `[prefix/]name`. Source: `IsQualifiedName`. */
export function labelKeyError(text: string): string | undefined {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  if (name === '' || name.length > MAX_NAME || !NAME.test(name)) return `'${text}' is not a label key`;
  if (slash === -1) return undefined;
  return subdomainError(text.slice(0, slash)) === undefined ? undefined : `'${text}' is not a label key`;
}

/**
 * Reads an integer as Go's `strconv.ParseInt(text, 10, 64)` does: a sign and leading zeros are fine, a fraction,
 * a blank, a separator or a value outside 64 bits is not. `undefined` when it cannot be read.
 */
export function parseInt64(text: string): bigint | number | undefined {
  if (!INTEGER.test(text)) return undefined;
  if (text.length <= SAFE_DIGITS) return Number(text);
  const value = BigInt(text);
  return value < INT64_MIN || value > INT64_MAX ? undefined : value;
}
