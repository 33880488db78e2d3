/** Work for a GPU before what is measured: one that is often idle lowers its clocks, to a fifth and less. */

import { BUFFER_USAGE } from './webgpu-constants.ts';

/** Encodes it. What comes after in the same encoder waits for it. */
export type KeepBusy = (encoder: GPUCommandEncoder) => void;

/** About a millisecond of one chain of additions, which no compiler can shorten: `start` is no constant. */
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

/** `written` is a buffer that the measured work writes, so that the device does not run both at once. */
export async function createKeepBusy(device: GPUDevice, written: GPUBuffer): Promise<KeepBusy> {
  const module = device.createShaderModule({ label: 'keep busy', code });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const start = device.createBuffer({ size: 16, usage: BUFFER_USAGE.uniform });
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [
      { binding: 0, resource: { buffer: written } },
      { binding: 1, resource: { buffer: start } },
    ],
  });
  return (encoder) => {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(256);
    pass.end();
  };
}
