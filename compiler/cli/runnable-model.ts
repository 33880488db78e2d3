/** What `swinc run` needs of a model, on whatever it runs. */

import type { LoadedModel } from '../../runtime/model.ts';
import type { ElementType } from '../../runtime/plan.ts';

export interface RunAdapter {
  readonly vendor: string;
  readonly device: string;
  readonly description: string;
  /** That of an adapter of WebGPU, or `cpu`. */
  readonly class: string;
}

export interface RunInfo {
  readonly model: string;
  readonly adapter: RunAdapter;
  readonly elementType: ElementType;
  readonly milliseconds: { readonly load: number; readonly compile: number };
}

export interface RunnableModel extends AsyncDisposable {
  readonly info: RunInfo;
  readonly run: (input: Float32Array) => ReturnType<LoadedModel['run']>;
}
