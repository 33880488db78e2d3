/** `swin-free-t` as the name of a type: SwinFreeT. */
export function typeNameOf(model: string): string {
  const parts = model.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  const name = parts.map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join('');
  // What the package imports under names of its own.
  const isTaken = /^(LoadedModel|LoadOptions|RuntimeLoadOptions|Plan|RunOptions|RunResult|StageMap)$/.test(name);
  return isTaken || !/^[A-Z]/.test(name) ? `Model${name}` : name;
}
