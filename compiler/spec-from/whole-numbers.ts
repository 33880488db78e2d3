import type { Tensor } from '../../runtime/safetensors.ts';

/** What PyTorch keeps indices as; undefined of another type, and of numbers that no index is. */
export function wholeNumbers({ dtype, data }: Tensor): readonly number[] | undefined {
  const width = dtype === 'I64' ? 8 : dtype === 'I32' ? 4 : undefined;
  if (width === undefined) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  return Array.from({ length: data.length / width }, (_, index) =>
    width === 8 ? Number(view.getBigInt64(8 * index, true)) : view.getInt32(4 * index, true),
  );
}
