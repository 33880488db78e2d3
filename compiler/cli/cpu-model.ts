/** A model on the CPU: the ONNX model of a spec, run by ONNX Runtime. */
import type { InferenceSession } from 'onnxruntime-node';
import type { RunResult, StageMap } from '../../runtime/model.ts';
import type { Model } from '../model/model.ts';
import type { OnnxFile } from '../targets/onnx/emit-onnx.ts';
import { requireOnnxRuntime } from './onnx-runtime.ts';
import { onCpu, openSession, versionOf } from './onnx-session.ts';
import type { RunnableModel } from './runnable-model.ts';

export async function loadOnCpu(model: Model, emit: () => Promise<OnnxFile>): Promise<RunnableModel> {
  const start = performance.now();
  const runtime = requireOnnxRuntime('--device cpu');
  const file = await emit();
  const emitted = performance.now();
  const session = await openSession(runtime, file, onCpu);
  const ready = performance.now();
  const { channels, height, width } = model.input;
  const run = async (input: Float32Array): Promise<RunResult> => {
    const dims = [input.length / (channels * height * width), channels, height, width];
    const values = await session.run({ [file.input.name]: new runtime.Tensor('float32', input, dims) });
    return resultOf(file, values);
  };
  return {
    info: {
      model: model.name,
      adapter: {
        vendor: '',
        device: '',
        description: `ONNX Runtime ${versionOf(runtime)}, its CPU provider`,
        class: 'cpu',
      },
      elementType: file.elementType,
      milliseconds: { load: ready - start, compile: ready - emitted },
    },
    run,
    [Symbol.asyncDispose]: () => session.release(),
  };
}

function resultOf({ outputs }: OnnxFile, values: InferenceSession.ReturnType): RunResult {
  const maps = outputs.map(({ name }) => {
    const { data, dims } = values[name] ?? {};
    if (!(data instanceof Float32Array) || dims === undefined) throw new TypeError(`${name} is no map of float32`);
    const [kind = '', stage = '0'] = name.split('_');
    return { kind, stage: Number(stage), shape: dims, values: data };
  });
  const of = (wanted: string): readonly StageMap[] =>
    maps.flatMap(({ kind, ...map }) => (kind === wanted ? [map] : []));
  const [logits] = of('logits');
  const stages = of('stages').map((map) => ({ ...map, shape: tokensByChannels(map.shape) }));
  const result = { logits: logits?.values ?? new Float32Array(), shape: logits?.shape ?? [], features: of('features') };
  return stages.length > 0 ? { ...result, stages } : result;
}

/** [B, H, W, C] as the reference implementations return a stage: [B, H * W, C]. */
function tokensByChannels([batch = 0, height = 0, width = 0, channels = 0]: readonly number[]): readonly number[] {
  return [batch, height * width, channels];
}
