import { type Diagnostic, type DiagnosticNote, diagnose, type Finding } from '../../grammar/diagnostic.ts';
import type { Span } from '../../grammar/source.ts';
import type { Setting } from './settings.ts';
import type { Given } from './specification.ts';

/** The model that a finding is about. */
export interface Owner {
  readonly name: string;
  readonly file: string;
  /** Of the model's name. */
  readonly span: Span;
}

/**
 * Places a finding about some fields of a model, the most telling first: at the first of them that the model itself
 * sets, else at the model's name. The next of them, such as a line of the parent, becomes a note.
 */
export function blame(owner: Owner, fields: readonly Given<unknown>[], finding: Omit<Finding, 'span'>): Diagnostic {
  const settings = fields.flatMap(({ setting }) => setting ?? []);
  const own = settings.find((setting) => isOwn(setting, owner));
  const other = settings.find((setting) => setting !== own);
  const notes = [...(other === undefined ? [] : [note(other, owner)]), ...(finding.notes ?? [])];
  return own === undefined
    ? diagnose(owner.file, { ...finding, notes, span: owner.span })
    : diagnose(own.file, { ...finding, notes, span: own.value.span });
}

/** Whether the model's own text sets this, and not that of a model it extends. */
export function isOwn(setting: Setting, owner: Owner): boolean {
  return setting.model === owner.name && setting.file === owner.file;
}

function note(setting: Setting, owner: Owner): DiagnosticNote {
  const origin = isOwn(setting, owner) ? 'is set here' : `is inherited from \`${setting.model}\``;
  return { message: `\`${setting.field}\` ${origin}`, file: setting.file, span: setting.value.span };
}
