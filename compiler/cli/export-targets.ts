/** What `swinc export --to` knows, a row a target; what a target needs is loaded when it is asked for. */
import type { LoadedSpec } from './load-model.ts';

export interface ExportTarget {
  readonly summary: string;
  /** Contents by file name. */
  readonly emit: (spec: LoadedSpec) => Promise<ReadonlyMap<string, string | Uint8Array>>;
}

export const exportTargets: Readonly<Record<string, ExportTarget>> = {
  pytorch: {
    summary: 'a module in PyTorch that can be read and trained (model.py), and a script that trains it (train.py)',
    emit: async ({ model, documentation, figures }) => {
      const { emitPytorch } = await import('../targets/pytorch/emit-pytorch.ts');
      return emitPytorch({ model, documentation, parameters: figures.params });
    },
  },
};
