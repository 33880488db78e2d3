/** The `config.pbtxt` of a model in a repository of NVIDIA Triton: nothing is left for the server to guess. */

export interface TritonPort {
  readonly name: string;
  /** Of one image. */
  readonly dims: readonly number[];
}

export interface TritonModel {
  readonly name: string;
  readonly input: TritonPort;
  readonly outputs: readonly TritonPort[];
}

/** Images that the server may join in one run, and how long a request waits for others. */
const largestBatch = 32;
const queueMicroseconds = 100;

const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

const port = ({ name, dims }: TritonPort): string =>
  `  {\n    name: ${quoted(name)}\n    data_type: TYPE_FP32\n    dims: [ ${dims.join(', ')} ]\n  }`;

const ports = (kind: string, list: readonly TritonPort[]): string => `${kind} [\n${list.map(port).join(',\n')}\n]`;

export const tritonConfig = ({ name, input, outputs }: TritonModel): string =>
  [
    `name: ${quoted(name)}`,
    'backend: "onnxruntime"',
    `max_batch_size: ${largestBatch}`,
    ports('input', [input]),
    ports('output', outputs),
    `dynamic_batching {\n  max_queue_delay_microseconds: ${queueMicroseconds}\n}`,
    '',
  ].join('\n');
