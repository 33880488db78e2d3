import { type Diagnostic, diagnose } from '../../grammar/diagnostic.ts';
import { limits } from './limits.ts';
import type { Report } from './load.ts';
import { nearest } from './nearest.ts';
import type { Declared, Scope } from './scope.ts';

/** A model and what it extends, the oldest first; undefined when that does not lead to an end. */
export function lineage(
  declared: Declared,
  scopes: ReadonlyMap<string, Scope>,
  report: Report,
): readonly Declared[] | undefined {
  const line = [declared];
  for (let child = declared; child.declaration.parent !== undefined; ) {
    const parent = findParent(child, scopes);
    if ('code' in parent) {
      report(parent);
      return undefined;
    }
    const start = line.indexOf(parent);
    if (start !== -1) {
      reportCycle(line.slice(start), declared, report);
      return undefined;
    }
    if (line.length === limits.extends) {
      report(tooDeep(declared));
      return undefined;
    }
    line.push(parent);
    child = parent;
  }
  return line.reverse();
}

function findParent({ declaration, file }: Declared, scopes: ReadonlyMap<string, Scope>): Declared | Diagnostic {
  const { parent } = declaration;
  const scope: Scope = scopes.get(file) ?? new Map();
  const found = parent === undefined ? undefined : scope.get(parent.text);
  if (found?.declaration.kind === 'model') return found;
  const name = parent?.text ?? '';
  const message = found === undefined ? `there is no model \`${name}\` here` : `\`${name}\` is a sweep, not a model`;
  const span = parent?.span ?? declaration.name.span;
  return diagnose(file, { code: 'SW031', message, span, help: found ? extendTheBase : importHelp(name, scope) });
}

const extendTheBase = 'extend the model that the sweep extends, and set there what the variant sets';

function importHelp(name: string, scope: Scope): string {
  const near = nearest(name, scope.keys());
  if (near !== undefined) return `did you mean \`${near}\`?`;
  const [alias, ...rest] = name.split('.');
  const isQualified = rest.length > 0;
  if (isQualified && ![...scope.keys()].some((key) => key.startsWith(`${alias}.`))) {
    return `nothing is imported as \`${alias}\`: write \`import "./FILE.swin" as ${alias}\``;
  }
  return 'import the file that declares the model';
}

/** Once for the whole circle: at the member whose name comes first. Models that merely lead into it stay silent. */
function reportCycle(circle: readonly Declared[], declared: Declared, report: Report): void {
  const key = (member: Declared): string => `${member.file} ${member.declaration.name.text}`;
  const [first] = [...circle].sort((one, other) => (key(one) < key(other) ? -1 : 1));
  if (first !== declared) return;
  const names = [...circle, declared].map((member) => `\`${member.declaration.name.text}\``);
  report(
    diagnose(declared.file, {
      code: 'SW032',
      message: `the model extends itself: ${names.join(' extends ')}`,
      span: declared.declaration.parent?.span ?? declared.declaration.name.span,
      notes: circle.slice(1).map((member) => ({
        message: `\`${member.declaration.name.text}\` extends \`${member.declaration.parent?.text}\` here`,
        file: member.file,
        span: member.declaration.parent?.span ?? member.declaration.name.span,
      })),
      help: 'let one of them state all of its fields',
    }),
  );
}

function tooDeep({ declaration, file }: Declared): Diagnostic {
  return diagnose(file, {
    code: 'SW033',
    message: `\`${declaration.name.text}\` extends more than ${limits.extends} levels of models`,
    span: declaration.name.span,
    help: 'extend a model nearer to the first one',
  });
}
