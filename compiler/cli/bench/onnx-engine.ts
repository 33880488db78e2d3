/** ONNX Runtime on a model, by its CPU provider or by its WebGPU one, which takes the adapter that we have. */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { fromHalves, toHalves } from '../../../runtime/float16.ts';
import { UsageError } from '../exit.ts';
import type { OnnxRuntime } from '../onnx-runtime.ts';
import { onCpu } from '../onnx-session.ts';
import type { Peer, Provider } from './against.ts';
import type { Engine } from './engine.ts';

/** Warnings of a provider that leaves some nodes to the CPU are no news to whoever measures. */
export const sessionOptions: Readonly<Record<Provider, InferenceSession.SessionOptions>> = {
  cpu: onCpu,
  webgpu: { executionProviders: ['webgpu'], logSeverityLevel: 3 },
};

/** Channels, height and width of an image. */
export type ImageShape = readonly [number, number, number];

/** `session` may serve other engines after this one: whoever opened it releases it. */
export function onnxEngine(runtime: OnnxRuntime, session: InferenceSession, peer: Peer, image: ImageShape): Engine {
  const port = inputOf(session, peer);
  requireShape(port, peer, image);
  const length = image.reduce((product, size) => product * size, 1);
  return {
    name: peer.name,
    run: async (input) => {
      const dims = [input.length / length, ...image];
      const values = await session.run({ [port.name]: tensorOf(runtime, port, input, dims) });
      return logitsOf(values[session.outputNames[0] ?? ''], peer);
    },
    dispose: async () => undefined,
  };
}

type Port = InferenceSession.TensorValueMetadata;

function inputOf({ inputMetadata }: InferenceSession, { name }: Peer): Port {
  const [first, ...others] = inputMetadata;
  if (first === undefined || !first.isTensor || others.length > 0) {
    throw new UsageError(`${name}: a model that is compared has one input, the images`);
  }
  return first;
}

/** Dimensions without a number, the batch as a rule, fit anything. */
function requireShape({ shape }: Port, { name }: Peer, image: ImageShape): void {
  const expected = [undefined, ...image];
  const fits = shape.length === 4 && shape.every((size, index) => typeof size !== 'number' || isFree(size, index));
  function isFree(size: number, index: number): boolean {
    return index === 0 || size < 1 || size === expected[index];
  }
  if (!fits) throw new UsageError(`${name} takes [${shape.join(', ')}], and the spec images of [${image.join(', ')}]`);
}

function tensorOf(runtime: OnnxRuntime, { type }: Port, input: Float32Array, dims: readonly number[]): Tensor {
  if (type === 'float16') return new runtime.Tensor('float16', toHalves(input), dims);
  return new runtime.Tensor('float32', input, dims);
}

function logitsOf(tensor: Tensor | undefined, { name }: Peer): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  if (tensor?.data instanceof Uint16Array) return fromHalves(tensor.data);
  throw new UsageError(`${name}: its first output is neither float32 nor float16`);
}
