/** How many bytes at the start of a content are looked at to tell its format. */
export const HEAD_BYTES = 4_096;

/** What a content is, told by its first bytes, never by its name. */
export type Format =
  | { readonly type: 'blank' | 'gzip' | 'tar' | 'json' | 'yaml' }
  | { readonly type: 'foreign'; readonly is: string; readonly remedy: string };

interface Signature {
  readonly bytes: readonly number[];
  readonly is: string;
  readonly unpack: string;
}

const UTF8_BOM = [0xef, 0xbb, 0xbf];
const UTF16_BOMS = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];
const GZIP = [0x1f, 0x8b];
/** Source: POSIX pax, ustar interchange format: the field `magic`. GNU tar ends it with a blank. */
const USTAR = [0x75, 0x73, 0x74, 0x61, 0x72];
const USTAR_AT = 257;

const PACKED: readonly Signature[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], is: 'a zip archive', unpack: 'unzip' },
  { bytes: [0x50, 0x4b, 0x05, 0x06], is: 'an empty zip archive', unpack: 'unzip' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], is: 'xz-compressed', unpack: 'xz -d' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: 'zstd-compressed', unpack: 'zstd -d' },
  { bytes: [0x42, 0x5a, 0x68], is: 'bzip2-compressed', unpack: 'bzip2 -d' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], is: 'a 7z archive', unpack: '7z x' },
];

const BINARY: Format = {
  type: 'foreign',
  is: 'a binary file, no JSON, YAML, tar or gzip',
  remedy: 'Name a dump: what `kubectl get … -o json` prints, or a must-gather.',
};
const UTF16: Format = {
  type: 'foreign',
  is: 'UTF-16 text, not UTF-8',
  remedy:
    'PowerShell writes UTF-16 with `>`: save it again with `| Out-File -Encoding utf8`, or convert it with iconv.',
};

const NO_BLANK = setOf((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
/** Control characters that no text has. Escape is not among them: coloured output is told by the readers, with its line. */
const NO_TEXT = setOf((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b);

function setOf(has: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Number(has(byte)));
}

/** Tells the format from the first bytes: `HEAD_BYTES` of them, or all when there are fewer. */
export function formatOf(head: Uint8Array): Format {
  if (startsWith(head, GZIP)) return { type: 'gzip' };
  if (startsWith(head.subarray(USTAR_AT), USTAR)) return { type: 'tar' };
  if (UTF16_BOMS.some((mark) => startsWith(head, mark))) return UTF16;
  const packed = PACKED.find(({ bytes }) => startsWith(head, bytes));
  if (packed !== undefined) {
    return {
      type: 'foreign',
      is: packed.is,
      remedy: `Unpack it first (${packed.unpack}) and name what comes out.`,
    };
  }
  return textFormatOf(head.subarray(startsWith(head, UTF8_BOM) ? UTF8_BOM.length : 0, HEAD_BYTES));
}

function textFormatOf(head: Uint8Array): Format {
  if (findIn(head, NO_TEXT) !== undefined) return BINARY;
  const first = findIn(head, NO_BLANK);
  if (first !== undefined) return { type: first === 0x7b || first === 0x5b ? 'json' : 'yaml' };
  // Blanks only; whether there is more behind them is for a reader to say.
  return { type: head.length < HEAD_BYTES - UTF8_BOM.length ? 'blank' : 'yaml' };
}

/** The first byte that the set has. A loop, because this runs for every small file of a must-gather. */
function findIn(bytes: Uint8Array, set: Uint8Array): number | undefined {
  for (const byte of bytes) if (set[byte] === 1) return byte;
  return undefined;
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
