/** For people: what a model runs on. */

interface AdapterDescription {
  readonly vendor: string;
  readonly device: string;
  readonly description: string;
  readonly class: string;
}

export function describeAdapter(adapter: AdapterDescription): string {
  const { description, device, vendor } = adapter;
  const name = [description, device, vendor].find((text) => text !== '') ?? 'an adapter without a name';
  return adapter.class === 'software' ? `${name} (software: the CPU)` : name;
}
