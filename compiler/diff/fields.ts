/** Which fields are written otherwise, by their canonical text. */
import type { CanonicalField } from '../model/canonical.ts';
import { type Setting, settingSpan } from '../model/settings.ts';
import type { Difference, FieldChange, Place } from './difference.ts';

const placeOf = (setting: Setting): Place => ({
  file: setting.file,
  span: settingSpan(setting),
  model: setting.model,
});

const identity = (setting: Setting): string => JSON.stringify(placeOf(setting));

/** Of what sets a field, the text that the other model does not share: a stage's patch, say, and not the list below it. */
const decidingPlace = (field: CanonicalField | undefined, other: CanonicalField | undefined): Place | null => {
  const shared = new Set(other?.settings.map(identity));
  const settings = field?.settings ?? [];
  const deciding = settings.find((setting) => !shared.has(identity(setting))) ?? settings[0];
  return deciding ? placeOf(deciding) : null;
};

const compare = (path: string, a: CanonicalField | undefined, b: CanonicalField | undefined): FieldChange => ({
  path,
  from: a?.text ?? null,
  to: b?.text ?? null,
  fromAt: decidingPlace(a, b),
  toAt: decidingPlace(b, a),
});

/** In the order of A's fields, then those that only B has. */
export const compareFields = (
  a: readonly CanonicalField[],
  b: readonly CanonicalField[],
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
