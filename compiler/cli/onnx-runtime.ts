/** ONNX Runtime for Node, an optional peer: found beside this command, or in the project that it is called from. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { UsageError } from './exit.ts';

export type OnnxRuntime = typeof import('onnxruntime-node');

const packageName = 'onnxruntime-node';

/** `option` is what wants it. */
export function requireOnnxRuntime(option: string): OnnxRuntime {
  for (const origin of [import.meta.url, join(process.cwd(), 'package.json')]) {
    const module = loadFrom(origin);
    if (isOnnxRuntime(module)) return module;
  }
  throw new UsageError(
    `${option} runs models with ONNX Runtime, which is not installed: \`npm install ${packageName}\``,
  );
}

function loadFrom(origin: string): unknown {
  const require = createRequire(origin);
  try {
    require.resolve(packageName);
  } catch {
    return undefined;
  }
  try {
    return require(packageName);
  } catch (cause) {
    throw new UsageError(`${packageName} cannot be loaded: ${String(cause)}`, { cause });
  }
}

function isOnnxRuntime(module: unknown): module is OnnxRuntime {
  return typeof module === 'object' && module !== null && 'InferenceSession' in module && 'Tensor' in module;
}
