/** The runtime wherever it is loaded: it asks the page for WebGPU in a browser, and the package `webgpu` in Node. */

import { load as loadInBrowser } from './browser.ts';
import type { LoadOptions, ModelSource } from './load.ts';
import type { LoadedModel } from './model.ts';
import { load as loadInNode } from './node.ts';

export * from './browser.ts';
export { preprocess } from './image.ts';

/** Some versions of Node have a `navigator`, but none with a `gpu`, unless the program itself put one there. */
export function load(source: ModelSource, options: LoadOptions = {}): Promise<LoadedModel> {
  const hasPageGpu = globalThis.navigator?.gpu !== undefined;
  const isNode = globalThis.process?.versions?.node !== undefined;
  return isNode && !hasPageGpu ? loadInNode(source, options) : loadInBrowser(source, options);
}
