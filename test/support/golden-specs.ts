/** Which spec each golden is an answer of. */
import type { Model } from '../../compiler/model/model.ts';
import type { GoldenName } from './goldens.ts';
import { specModel } from './model.ts';

const specs = {
  'micro-swin': ['micro/micro-swin.swin'],
  'micro-swin-free': ['micro/micro-swin-free.swin'],
  'micro-swinv2': ['micro/micro-swinv2.swin'],
  'swin-t': ['swin-t.swin'],
  'swin-free-t': ['swin-free-t.swin'],
  'swin-free-t-br': ['swin-free-br.swin', 'swin-free-t-br'],
  'swin-free-b': ['swin-free-b.swin'],
} as const satisfies Partial<Record<GoldenName, readonly [file: string, model?: string]>>;

export type CompiledGolden = keyof typeof specs;

export const microGoldens: readonly CompiledGolden[] = ['micro-swin', 'micro-swin-free', 'micro-swinv2'];

export const fullSizeGoldens: readonly CompiledGolden[] = ['swin-t', 'swin-free-t', 'swin-free-t-br', 'swin-free-b'];

export function goldenModel(name: CompiledGolden): Model {
  const [file, model] = specs[name];
  return specModel(file, model);
}
