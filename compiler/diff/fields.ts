/** Which fields are written otherwise, by their canonical text. */
import { type Setting, settingSpan } from '../model/settings.ts';
import type { Difference, FieldChange, Place } from './difference.ts';

/** A field of a model in canonical text, with what sets it, the most particular last; nothing does for a default. */
export interface WrittenField {
  readonly path: string;
  readonly text: string;
  readonly settings: readonly Setting[];
}

const placeOf = (setting: Setting): Place => ({
  file: setting.file,
  span: settingSpan(setting),
  model: setting.model,
});

const identity = (setting: Setting): string => JSON.stringify(placeOf(setting));

/** Of what sets a field, the text that the other model does not share: a stage's patch, say, and not the list below it. */
const decidingPlace = (field: WrittenField | undefined, other: WrittenField | undefined): Place | null => {
  const shared = new Set(other?.settings.map(identity));
  const settings = field?.settings ?? [];
  const deciding = settings.findLast((setting) => !shared.has(identity(setting))) ?? settings.at(-1);
  return deciding ? placeOf(deciding) : null;
};

const compare = (path: string, a: WrittenField | undefined, b: WrittenField | undefined): FieldChange => ({
  path,
  from: a?.text ?? null,
  to: b?.text ?? null,
  fromAt: decidingPlace(a, b),
  toAt: decidingPlace(b, a),
});

/** In the order of A's fields, then those that only B has. */
export const compareFields = (
  a: readonly WrittenField[],
  b: readonly WrittenField[],
): Pick<Difference, 'fields' | 'unchangedFields'> => {
  const [before, after] = [a, b].map((fields) => new Map(fields.map((field) => [field.path, field])));
  const paths = [...new Set([...a, ...b].map(({ path }) => path))];
  const changes = paths.map((path) => compare(path, before?.get(path), after?.get(path)));
  const same = changes.flatMap(({ path, from, to }) => (from === to && to !== null ? [{ path, text: to }] : []));
  return {
    fields: changes.filter(({ from, to }) => from !== to),
    unchangedFields: { count: same.length, fields: same },
  };
};
