/** The regular files of a ustar archive. Only what SwiftShader's archive needs: no links, no long-name extensions. */

const blockSize = 512;
const regularFileTypes = new Set(['0', '\0']);

export interface ArchivedFile {
  readonly name: string;
  readonly data: Uint8Array;
}

/** Throws a RangeError where the archive ends early or is not one. */
export function untar(archive: Uint8Array): readonly ArchivedFile[] {
  const files: ArchivedFile[] = [];
  let offset = 0;
  while (offset + blockSize <= archive.length && archive[offset] !== 0) {
    const header = archive.subarray(offset, offset + blockSize);
    const size = octal(text(header, 124, 12));
    const start = offset + blockSize;
    if (start + size > archive.length) throw new RangeError('the archive ends inside a file');
    if (regularFileTypes.has(String.fromCharCode(header[156] ?? 0))) {
      files.push({ name: fullName(header), data: archive.subarray(start, start + size) });
    }
    offset = start + Math.ceil(size / blockSize) * blockSize;
  }
  return files;
}

function fullName(header: Uint8Array): string {
  const name = text(header, 0, 100);
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function text(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function octal(field: string): number {
  const digits = field.trim();
  if (!/^[0-7]+$/.test(digits)) throw new RangeError('not a tar archive');
  return Number.parseInt(digits, 8);
}
