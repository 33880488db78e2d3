/**
 * The directory of a zip file, and the bytes of its entries. PyTorch stores its entries without compression, so that
 * they are views of the file. The directory at the end is what counts; large files use the fields of zip64.
 */
import { CheckpointFileError, quoteName } from './checkpoint-file-error.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly flags: number;
  readonly packedSize: number;
  readonly size: number;
  readonly headerOffset: number;
}

export interface Zip {
  readonly bytes: Uint8Array;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** Where the directory starts; contents lie before it. */
  readonly directoryStart: number;
}

interface Directory {
  readonly start: number;
  readonly size: number;
  readonly count: number;
}

const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

/** Sizes without the names and fields that follow. */
const recordSizes = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;

const longestComment = 0xffff;
const longestName = 1024;
/** What stands in fields of 16 and 32 bits where zip64 has the value. */
const beyond16 = 0xffff;
const beyond32 = 0xffffffff;
const zip64Field = 0x0001;
const stored = 0;
const encrypted = 1;

export function readZip(bytes: Uint8Array): Zip {
  const view = viewOf(bytes);
  const { start, size, count } = findDirectory(view);
  const end = start + size;
  if (end > bytes.length) throw damaged('its directory lies outside of the file');
  const entries = new Map<string, ZipEntry>();
  let offset = start;
  for (let index = 0; index < count; index++) {
    const { entry, next } = readEntry(bytes, view, offset, end);
    if (entries.has(entry.name)) throw damaged(`it has two entries ${quoteName(entry.name)}`);
    entries.set(entry.name, entry);
    offset = next;
  }
  return { bytes, entries, directoryStart: start };
}

/** The bytes of an entry, in place. */
export function contentOf({ bytes, directoryStart }: Zip, entry: ZipEntry): Uint8Array {
  const { name, method, flags, packedSize, size, headerOffset } = entry;
  if ((flags & encrypted) !== 0) throw new CheckpointFileError(`the zip's entry ${quoteName(name)} is encrypted`);
  if (method !== stored) {
    throw new CheckpointFileError(
      `the zip's entry ${quoteName(name)} is compressed, and PyTorch writes none that is: save the file again with torch.save(torch.load(FILE), FILE)`,
    );
  }
  if (packedSize !== size) throw damaged(`the sizes of ${quoteName(name)} contradict each other`);
  const view = viewOf(bytes);
  const { local } = recordSizes;
  if (headerOffset + local > directoryStart || view.getUint32(headerOffset, true) !== signatures.local) {
    throw damaged(`${quoteName(name)} is not where its directory says`);
  }
  const nameLength = view.getUint16(headerOffset + 26, true);
  const nameStart = headerOffset + local;
  const start = nameStart + nameLength + view.getUint16(headerOffset + 28, true);
  if (start + size > directoryStart) throw damaged(`${quoteName(name)} reaches beyond its contents`);
  if (decodeName(bytes.subarray(nameStart, nameStart + nameLength)) !== name) {
    throw damaged(`${quoteName(name)} is not where its directory says`);
  }
  return bytes.subarray(start, start + size);
}

function findDirectory(view: DataView): Directory {
  const last = view.byteLength - recordSizes.end;
  for (let offset = last; offset >= Math.max(0, last - longestComment); offset--) {
    const isEnd =
      view.getUint32(offset, true) === signatures.end &&
      offset + recordSizes.end + view.getUint16(offset + 20, true) === view.byteLength;
    if (isEnd) return readEnd(view, offset);
  }
  throw damaged('it has no directory at its end, as if it were cut short');
}

function readEnd(view: DataView, offset: number): Directory {
  const short = {
    count: view.getUint16(offset + 10, true),
    size: view.getUint32(offset + 12, true),
    start: view.getUint32(offset + 16, true),
  };
  const disks = [view.getUint16(offset + 4, true), view.getUint16(offset + 6, true)];
  const locator = offset - recordSizes.locator64;
  const hasLocator = locator >= 0 && view.getUint32(locator, true) === signatures.locator64;
  if (hasLocator) return readEnd64(view, readLong(view, locator + 8));
  if (disks.some((disk) => disk !== 0)) throw damaged('it is one part of several');
  if (short.count === beyond16 || short.size === beyond32 || short.start === beyond32) {
    throw damaged('its zip64 directory is missing');
  }
  return short;
}

function readEnd64(view: DataView, offset: number): Directory {
  const fits = offset + recordSizes.end64 <= view.byteLength;
  if (!fits || view.getUint32(offset, true) !== signatures.end64) throw damaged('its zip64 directory is missing');
  return {
    count: readLong(view, offset + 32),
    size: readLong(view, offset + 40),
    start: readLong(view, offset + 48),
  };
}

function readEntry(
  bytes: Uint8Array,
  view: DataView,
  offset: number,
  end: number,
): { readonly entry: ZipEntry; readonly next: number } {
  const nameStart = offset + recordSizes.central;
  if (nameStart > end || view.getUint32(offset, true) !== signatures.central) {
    throw damaged('its directory ends before its last entry');
  }
  const extraStart = nameStart + view.getUint16(offset + 28, true);
  const extraEnd = extraStart + view.getUint16(offset + 30, true);
  if (extraStart - nameStart > longestName) throw damaged(`an entry's name is longer than ${longestName} bytes`);
  const next = extraEnd + view.getUint16(offset + 32, true);
  if (next > end) throw damaged('its directory ends before its last entry');
  const short = {
    size: view.getUint32(offset + 24, true),
    packedSize: view.getUint32(offset + 20, true),
    headerOffset: view.getUint32(offset + 42, true),
  };
  const entry = {
    name: decodeName(bytes.subarray(nameStart, extraStart)),
    flags: view.getUint16(offset + 8, true),
    method: view.getUint16(offset + 10, true),
    ...withLongFields(short, view, extraStart, extraEnd),
  };
  return { entry, next };
}

type Extent = Pick<ZipEntry, 'size' | 'packedSize' | 'headerOffset'>;

/** The zip64 field holds, in this order, the values that their own fields cannot. */
function withLongFields(short: Extent, view: DataView, start: number, end: number): Extent {
  let offset = findField(view, start, end);
  const longer = (value: number): number => {
    if (value !== beyond32) return value;
    if (offset === undefined || offset + 8 > end) throw damaged('an entry lacks its zip64 sizes');
    offset += 8;
    return readLong(view, offset - 8);
  };
  const size = longer(short.size);
  const packedSize = longer(short.packedSize);
  return { size, packedSize, headerOffset: longer(short.headerOffset) };
}

function findField(view: DataView, start: number, end: number): number | undefined {
  for (let offset = start; offset + 4 <= end; offset += 4 + view.getUint16(offset + 2, true)) {
    if (view.getUint16(offset, true) === zip64Field) return offset + 4;
  }
  return undefined;
}

function readLong(view: DataView, offset: number): number {
  const value = Number(view.getBigUint64(offset, true));
  if (!Number.isSafeInteger(value)) throw damaged('a size in it is no size of a file');
  return value;
}

function decodeName(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(fault: string): CheckpointFileError {
  return new CheckpointFileError(`the zip file is damaged: ${fault}`);
}
