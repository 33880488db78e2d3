/** `--against`: the engines that are measured beside swinc. */
import { UsageError } from '../exit.ts';

export type Provider = 'webgpu' | 'cpu';

/** ONNX Runtime on the model that we export, or on a file that somebody else made. */
export interface Peer {
  readonly name: string;
  readonly provider: Provider;
  readonly file: string | undefined;
}

const peers: Readonly<Record<string, Peer>> = {
  'ort-webgpu': { name: 'ort-webgpu', provider: 'webgpu', file: undefined },
  'ort-cpu': { name: 'ort-cpu', provider: 'cpu', file: undefined },
};

/** `ort-webgpu,ort-cpu,onnx:FILE,onnx:FILE@cpu`; a file without a provider runs where swinc does. */
export function parsePeers(text: string | undefined, device: Provider): readonly Peer[] {
  if (text === undefined || text === '') return device === 'cpu' ? [parsePeer('ort-cpu', device)] : [];
  const found = text.split(',').map((name) => parsePeer(name, device));
  const twice = found.find(({ name }, index) => found.findIndex((other) => other.name === name) < index);
  if (twice !== undefined) throw new UsageError(`--against names ${twice.name} twice`);
  return found;
}

function parsePeer(text: string, device: Provider): Peer {
  const known = Object.hasOwn(peers, text) ? peers[text] : undefined;
  const peer = known ?? parseFile(text, device);
  if (peer === undefined) {
    throw new UsageError(`--against ${text}: it is ort-webgpu, ort-cpu, onnx:FILE, onnx:FILE@webgpu or onnx:FILE@cpu`);
  }
  if (device === 'cpu' && peer.provider === 'webgpu') {
    throw new UsageError(`--device cpu opens no WebGPU: leave ${peer.name} out, or --device`);
  }
  return peer;
}

function parseFile(text: string, device: Provider): Peer | undefined {
  const [, file, provider = device] = /^onnx:(.+?)(?:@(webgpu|cpu))?$/.exec(text) ?? [];
  if (file === undefined || !isProvider(provider)) return undefined;
  return { name: `onnx:${file}@${provider}`, provider, file };
}

function isProvider(text: string): text is Provider {
  return text === 'webgpu' || text === 'cpu';
}
