/** A checkpoint as torch.save writes it since PyTorch 1.6: a zip of a pickle and a file for each storage. */
import type { Tensor } from '../../../runtime/safetensors.ts';
import { CheckpointFileError, quoteName } from './checkpoint-file-error.ts';
import type { PickleStorage, PickleTensor } from './pickle-values.ts';
import { findStateDict } from './state-dict.ts';
import { type CopyBudget, readStrided } from './strided.ts';
import { unpickle } from './unpickle.ts';
import { contentOf, readZip, type Zip } from './zip.ts';

export interface PytorchFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly wrapper: string | null;
  readonly inert: readonly string[];
  readonly skipped: readonly string[];
  readonly others: readonly string[];
}

const pickleFile = 'data.pkl';

/** Bytes of one value, for what a storage can hold. */
const widths: Readonly<Partial<Record<Tensor['dtype'], number>>> = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2 },
  ...{ I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 },
};

export function readPytorch(bytes: Uint8Array): PytorchFile {
  const zip = readZip(bytes);
  const folder = folderOf(zip);
  requireLittleEndian(zip, folder);
  const { value, inert } = unpickle(entryOf(zip, folder + pickleFile));
  const { tensors, ...around } = findStateDict(value);
  // Only the state dict's storages are looked at: those of an optimizer need not even be there.
  const budget: CopyBudget = { left: bytes.length };
  const read = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) read.set(name, readTensor(zip, folder, name, tensor, budget));
  return { tensors: read, inert, ...around };
}

function folderOf({ entries }: Zip): string {
  const names = [...entries.keys()];
  const pickle = names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw new CheckpointFileError(`the zip file is no checkpoint of PyTorch: it has no ${pickleFile}`);
  }
  const folder = pickle.slice(0, -pickleFile.length);
  if (names.some((name) => name.startsWith(`${folder}code/`))) {
    throw new CheckpointFileError(
      'the file is a TorchScript program: save its weights, torch.save(torch.jit.load(FILE).state_dict(), FILE)',
    );
  }
  return folder;
}

function requireLittleEndian(zip: Zip, folder: string): void {
  const entry = zip.entries.get(`${folder}byteorder`);
  if (entry === undefined) return;
  const order = new TextDecoder().decode(contentOf(zip, entry));
  if (order !== 'little')
    throw new CheckpointFileError('the file was saved on a big-endian machine: save it again on a little-endian one');
}

function readTensor(zip: Zip, folder: string, name: string, tensor: PickleTensor, budget: CopyBudget): Tensor {
  const { storage, offset, shape, strides } = tensor;
  try {
    const { dtype } = storage;
    const width = widths[dtype];
    if (width === undefined) throw new CheckpointFileError(`values of ${dtype} are not read`);
    return readStrided(
      { dtype, width, data: storageBytes(zip, folder, storage, width), offset, shape, strides },
      budget,
    );
  } catch (error) {
    if (!(error instanceof CheckpointFileError)) throw error;
    throw new CheckpointFileError(`the tensor ${quoteName(name)} cannot be read: ${error.message}`);
  }
}

function storageBytes(zip: Zip, folder: string, { key, count }: PickleStorage, width: number): Uint8Array {
  const data = entryOf(zip, `${folder}data/${key}`);
  if (data.length === count * width) return data;
  throw new CheckpointFileError(`its storage has ${data.length} bytes, and should have ${count * width}`);
}

function entryOf(zip: Zip, name: string): Uint8Array {
  const entry = zip.entries.get(name);
  if (entry === undefined) throw new CheckpointFileError(`the zip file has no entry ${quoteName(name)}`);
  return contentOf(zip, entry);
}
