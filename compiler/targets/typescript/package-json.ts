/** The package.json of a compiled model. */
import { type PackageInfo, type PackageMarker, packageFormatVersion } from './package-info.ts';

export function packageJson(info: PackageInfo): string {
  const marker: PackageMarker = { formatVersion: packageFormatVersion, model: info.name };
  const content = {
    name: packageName(info.name),
    version: '0.0.0',
    private: true,
    description: `${info.name} for WebGPU, in ${info.elementType}`,
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { types: './model.d.ts', default: './model.js' },
      './weights.safetensors': './weights.safetensors',
      './package.json': './package.json',
    },
    engines: { node: '>=20' },
    peerDependencies: { webgpu: '>=0.6.2' },
    peerDependenciesMeta: { webgpu: { optional: true } },
    swinc: marker,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** npm wants lower case, and no other signs than these. */
function packageName(model: string): string {
  const name = model
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'model' : name;
}
