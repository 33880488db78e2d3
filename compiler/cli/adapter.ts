/** The way to a WebGPU adapter: Dawn's own, or the software renderer that a second process is started with. */
import { DeviceError } from '../../runtime/errors.ts';
import { gpu } from '../../runtime/node.ts';
import type { AdapterClass } from '../../runtime/plan.ts';
import { adapterClass } from '../../runtime/select.ts';
import type { ExitCode } from './exit.ts';
import { say } from './output.ts';

export type DeviceOption = 'auto' | 'webgpu';

/** Either WebGPU, or the code that the second process ended with: it has done the work. */
export type FoundAdapter =
  | { readonly gpu: GPU; readonly adapter: GPUAdapter; readonly class: AdapterClass }
  | { readonly ended: ExitCode };

/** `robust` as in `gpu`: false where the plan is compiled in this process. */
export async function findAdapter(device: DeviceOption, { robust }: { robust: boolean }): Promise<FoundAdapter> {
  const entry = await gpu({ robust });
  const adapter = await entry.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter !== null) return { gpu: entry, adapter, class: adapterClass(adapter.info, adapter.features) };
  if (device === 'webgpu') {
    throw new DeviceError('no-adapter', 'WebGPU found no adapter; --device auto falls back to a software renderer');
  }
  const { prepareSoftwareAdapter, reexecute } = await import('./software-adapter.ts');
  const environment = await prepareSoftwareAdapter();
  if (environment === undefined) {
    throw new DeviceError('no-adapter', 'WebGPU found no adapter, and the software renderer gave none either');
  }
  say('no GPU was found: going on with SwiftShader, which renders on the CPU and is slow');
  return { ended: await reexecute(environment) };
}
