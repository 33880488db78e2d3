import { diagnose } from '../../grammar/diagnostic.ts';
import { startOfFile } from '../../grammar/source.ts';
import type { Report, Unit } from './load.ts';

const knownVersions: readonly number[] = [1];

/** What is said about a file as a whole, before any of its models. */
export function checkFile(unit: Unit, report: Report): void {
  checkVersion(unit, report);
}

function checkVersion({ ast, path }: Unit, report: Report): void {
  const [first] = ast.statements;
  const help = 'write `swin 1` as the first line';
  if (first?.kind !== 'version') {
    report(
      diagnose(path, { code: 'SW006', message: 'the file does not begin with its version', span: startOfFile, help }),
    );
  }
  for (const statement of ast.statements) {
    if (statement.kind !== 'version') continue;
    const { number, span } = statement;
    if (statement !== first) {
      report(diagnose(path, { code: 'SW008', message: 'the version must be the first statement', span, help }));
    } else if (number !== undefined && !knownVersions.includes(number)) {
      const message = `version ${number} is not known; this compiler knows ${knownVersions.join(', ')}`;
      report(diagnose(path, { code: 'SW007', message, span, help: 'write `swin 1`, or use a newer compiler' }));
    }
  }
}
