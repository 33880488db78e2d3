/** What the tables of `swinc show` mean. */
import type { AdapterClass } from '../../runtime/plan.ts';
import { decimal } from '../report/units.ts';
import { leastWorkgroupMemory } from '../report/workgroup-memory.ts';
import { describeAdapter } from './describe-adapter.ts';

/** Which adapter was asked, and what it offers. */
export interface AskedAdapter {
  readonly class: AdapterClass;
  readonly vendor: string;
  readonly device: string;
  readonly description: string;
  readonly maxComputeWorkgroupStorageSize: number;
}

export const eagerAndPlanned =
  "eager: each op of the papers' drawing runs by itself; planned: what the compiled model runs. One image, f32.";

export const whatIsOutside =
  'outside: of the stages, that is the patch embedding, the head and the norms of feature maps.';

export const whatOnnxToolCounts =
  "onnx-tool: what that tool counts of the exported model, as in the Swin-Free paper's Table 6.";

export function workgroupMemory(bytes: number, adapter: AskedAdapter | undefined): string {
  const limit =
    adapter === undefined
      ? `every adapter has ${decimal(leastWorkgroupMemory)}`
      : `${describeAdapter(adapter)} has ${decimal(adapter.maxComputeWorkgroupStorageSize)}`;
  return `workgroup memory: ${decimal(bytes)} bytes at most; ${limit}.`;
}
