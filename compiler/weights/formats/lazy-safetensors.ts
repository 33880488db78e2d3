/** A safetensors file whose tensors are read when their data are asked for. */
import {
  dataStartOf,
  lengthBytes,
  parseSafetensorsHeader,
  requireLength,
  type Safetensors,
  SafetensorsError,
  type Tensor,
} from '../../../runtime/safetensors.ts';
import type { ByteSource } from './byte-source.ts';

export function openSafetensors({ length, read }: ByteSource): Safetensors {
  const dataStart = dataStartOf(read(0, Math.min(lengthBytes, length)));
  if (dataStart > length) {
    const [said, found] = [dataStart - lengthBytes, length - lengthBytes];
    throw new SafetensorsError('truncated', `the header says ${said} bytes, the file has ${found}`);
  }
  const { metadata, entries, dataLength } = parseSafetensorsHeader(read(lengthBytes, dataStart));
  requireLength(dataLength, length - dataStart);
  const tensors = entries.map(({ name, dtype, shape, begin, end }): [string, Tensor] => [
    name,
    {
      dtype,
      shape,
      get data() {
        return read(dataStart + begin, dataStart + end);
      },
    },
  ]);
  return { metadata, tensors: new Map(tensors) };
}
