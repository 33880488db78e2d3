/** Work for a GPU before what is measured: one that is often idle lowers its clocks, to a fifth and less. */

import { BUFFER_USAGE } from './webgpu-constants.ts';

export interface KeepBusy {
  /** What comes after in the same encoder and writes `written` too waits for it. */
  readonly encode: (encoder: GPUCommandEncoder, written: GPUBuffer) => void;
  readonly destroy: () => void;
}

/** One chain of multiply-adds, which no compiler can shorten: `start` is no constant. */
const code = `
@group(0) @binding(0) var<storage, read_write> written: array<f32>;
@group(0) @binding(1) var<uniform> start: vec4f;
@compute @workgroup_size(64)
fn main() {
  var value = start.x;
  for (var i = 0u; i < 300000u; i++) {
    value = value * start.y + start.z;
  }
  if (value == 1.0) {
    written[0] = value;
  }
}`;

export async function createKeepBusy(device: GPUDevice): Promise<KeepBusy> {
  const module = device.createShaderModule({ label: 'keep busy', code });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const start = device.createBuffer({ size: 16, usage: BUFFER_USAGE.uniform });
  const bind = (written: GPUBuffer): GPUBindGroup =>
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [written, start].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  return {
    encode: (encoder, written) => {
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bind(written));
      pass.dispatchWorkgroups(256);
      pass.end();
    },
    destroy: () => start.destroy(),
  };
}
