/** ONNX models of specs with synthetic weights, and ONNX Runtime to judge them. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Model } from '../../compiler/model/model.ts';
import { emitOnnx, joined, type OnnxInput } from '../../compiler/targets/onnx/emit-onnx.ts';
import type { ParameterSource } from '../../compiler/weights/parameter-source.ts';
import { syntheticParameters } from '../../compiler/weights/parameters.ts';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';

/** `SWINC_ONNXRUNTIME` is a folder where another version of onnxruntime-node was installed. */
const folder = process.env['SWINC_ONNXRUNTIME'] ?? import.meta.dirname;
const { InferenceSession, Tensor }: typeof import('onnxruntime-node') = createRequire(join(folder, 'any.js'))(
  'onnxruntime-node',
);

export function onnxInput(model: Model, parameter: ParameterSource = syntheticParameters(0.5)): OnnxInput {
  return {
    model,
    elementType: 'f32',
    parameter,
    producer: { name: 'swinc', version: '0.0.0' },
    documentation: '',
    metadata: {},
    externalFile: 'model.onnx.data',
  };
}

export const onnxBytes = (input: OnnxInput): Uint8Array => joined(emitOnnx(input).model);

/** The answers of a session, by the name that the interpreter has for each output. */
export type Answers = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

export interface Session {
  /** On the synthetic input. */
  readonly run: (shape: readonly number[]) => Promise<Answers>;
  readonly release: () => Promise<void>;
}

export async function openSession(model: Uint8Array | string): Promise<Session> {
  const options = { executionProviders: ['cpu'], logSeverityLevel: 3 } as const;
  const session = await (typeof model === 'string'
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options));
  const run = async (shape: readonly number[]): Promise<Answers> => {
    const results = await session.run({ pixel_values: new Tensor('float32', syntheticInput(shape), shape) });
    return new Map(
      Object.entries(results).map(([name, { data, dims }]) => {
        if (!(data instanceof Float32Array)) throw new TypeError(`${name} is not float32`);
        return [name.replace('stages_', 'stage ').replace('_', ' '), { shape: dims, values: data }];
      }),
    );
  };
  return { run, release: () => session.release() };
}
