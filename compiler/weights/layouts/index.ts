/** Every layout, in the order in which they are tried: the first whose mark a file has is its layout. */
import { huggingFace } from './hugging-face.ts';
import type { Dialect, Layout, LayoutName } from './layout.ts';
import { microsoft } from './microsoft.ts';
import { openMmLab } from './openmmlab.ts';
import { timm } from './timm.ts';
import { torchvision } from './torchvision.ts';

export const layouts: Readonly<Record<LayoutName, Layout>> = {
  torchvision,
  hf: huggingFace,
  openmmlab: openMmLab,
  timm,
  microsoft,
};

export interface Recognised {
  readonly layout: Layout;
  readonly dialect: Dialect;
}

/** The layout of a file by its keys; undefined where none fits. */
export function recognise(keys: ReadonlySet<string>, lastStage: number): Recognised | undefined {
  for (const layout of Object.values(layouts)) {
    const found = layout.recognise(keys);
    if (found !== undefined) return { layout, dialect: { ...found, lastStage } };
  }
  return undefined;
}
