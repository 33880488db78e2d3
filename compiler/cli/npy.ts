/** NumPy's .npy files of float32 values in C order, versions 1 to 3. */

export type NpyErrorCode = 'not-npy' | 'unsupported' | 'damaged';

export class NpyError extends Error {
  override readonly name = 'NpyError';
  readonly code: NpyErrorCode;

  constructor(code: NpyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const magic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy aligns the values, so that files can be mapped into memory. */
const alignment = 64;

export function parseNpy(bytes: Uint8Array): NpyArray {
  const { header, dataStart } = readHeader(bytes);
  const { descr, fortran_order: fortranOrder, shape: shapeText } = readDictionary(header);
  if (descr !== "'<f4'") throw new NpyError('unsupported', `values are ${descr}, not '<f4': save them as float32`);
  if (fortranOrder !== 'False') throw new NpyError('unsupported', 'values are in Fortran order: save a C-order copy');
  const shape = readShape(shapeText);
  const length = shape.reduce((product, size) => product * size, 1);
  if (bytes.length - dataStart !== length * 4) {
    const asked = `[${shape.join(', ')}]`;
    throw new NpyError('damaged', `${bytes.length - dataStart} bytes of values are not the size of float32 ${asked}`);
  }
  return { shape, data: new Float32Array(bytes.slice(dataStart).buffer) };
}

export function serialiseNpy({ shape, data }: NpyArray): Uint8Array {
  const length = shape.reduce((product, size) => product * size, 1);
  if (length !== data.length) throw new RangeError(`${data.length} values do not fill [${shape.join(', ')}]`);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const prologue = magic.length + 4;
  const dataStart = Math.ceil((prologue + dictionary.length + 1) / alignment) * alignment;
  const header = `${dictionary.padEnd(dataStart - prologue - 1)}\n`;
  const file = new Uint8Array(dataStart + data.byteLength);
  file.set([...magic, 1, 0]);
  new DataView(file.buffer).setUint16(8, header.length, true);
  file.set(new TextEncoder().encode(header), prologue);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataStart);
  return file;
}

function readHeader(bytes: Uint8Array): { header: string; dataStart: number } {
  if (!magic.every((byte, index) => bytes[index] === byte)) throw new NpyError('not-npy', 'not a .npy file');
  const [major = 0] = bytes.subarray(6, 7);
  if (major < 1 || major > 3) throw new NpyError('unsupported', `version ${major} of the format is not known`);
  const prologue = major === 1 ? 10 : 12;
  if (bytes.length < prologue) throw new NpyError('damaged', 'the file ends inside its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataStart = prologue + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (dataStart > bytes.length) throw new NpyError('damaged', 'the file ends inside its header');
  return {
    header: new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(prologue, dataStart)),
    dataStart,
  };
}

const keys = ['descr', 'fortran_order', 'shape'] as const;
type Dictionary = Readonly<Record<(typeof keys)[number], string>>;

const entryPattern = /\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([\d,\s]*\)|\[[^\]]*\])\s*(?:,|(?=\}))/y;

/** The header is a Python dictionary of exactly three keys. */
function readDictionary(header: string): Dictionary {
  const text = header.trim();
  const found = new Map<string, string>();
  entryPattern.lastIndex = 1;
  let end = 1;
  for (let match = entryPattern.exec(text); match !== null; match = entryPattern.exec(text)) {
    const [, key = '', value = ''] = match;
    if (found.has(key)) throw new NpyError('damaged', `the header repeats '${key}'`);
    found.set(key, value);
    end = entryPattern.lastIndex;
  }
  const [descr, fortranOrder, shape] = keys.map((key) => found.get(key));
  const isWhole = text.startsWith('{') && text.slice(end).trim() === '}' && found.size === keys.length;
  if (!isWhole || descr === undefined || fortranOrder === undefined || shape === undefined) {
    throw new NpyError('damaged', 'the header is not a dictionary of descr, fortran_order and shape');
  }
  return { descr, fortran_order: fortranOrder, shape };
}

function readShape(tuple: string): readonly number[] {
  const match = /^\((?:\s*\d+\s*,)*(?:\s*\d+)?\s*\)$/.test(tuple);
  const shape = match ? (tuple.match(/\d+/g) ?? []).map(Number) : [Number.NaN];
  const length = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(length)) throw new NpyError('damaged', `the shape ${tuple} is not valid`);
  return shape;
}
