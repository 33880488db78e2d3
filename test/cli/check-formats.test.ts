/** What `swinc check` prints for machines, and which files it takes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toGithub } from '../../compiler/cli/check-github.ts';
import { toSarif } from '../../compiler/cli/check-sarif.ts';
import { titles } from '../../grammar/codes.gen.ts';
import { type Diagnostic, diagnose } from '../../grammar/diagnostic.ts';
import { json, swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('formats of swinc check');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

const span = { line: 2, column: 3, endLine: 2, endColumn: 6 };
const full = diagnose('a b,c.swin', {
  code: 'SW201',
  message: '100 % wrong',
  span,
  notes: [{ message: 'it is set here', file: '/x/ä.swin', span }, { message: 'no place' }],
  help: 'write 8',
});

test('workflow commands escape what would end them', () => {
  const two = diagnose('C:\\a.swin', { code: 'SW218', severity: 'note', message: 'm', span: { ...span, endLine: 4 } });
  const warning = diagnose('a', { code: 'SW203', severity: 'warning', message: 'w', span: { ...span, endColumn: 3 } });
  assert.is(
    toGithub([full, two, warning]),
    '::error file=a b%2Cc.swin,line=2,col=3,endLine=2,endColumn=5,title=SW201::100 %25 wrong' +
      '%0Anote: it is set here (/x/ä.swin:2:3)%0Anote: no place%0Ahelp: write 8\n' +
      '::notice file=C%3A/a.swin,line=2,endLine=4,title=SW218::m\n' +
      '::warning file=a,line=2,col=3,endLine=2,endColumn=3,title=SW203::w\n',
  );
});

interface Location {
  readonly artifactLocation: { readonly uri: string };
  readonly region: Readonly<Record<string, number>>;
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly { readonly physicalLocation: Location }[];
  readonly relatedLocations?: readonly {
    readonly id: number;
    readonly message: { readonly text: string };
    readonly physicalLocation: Location;
  }[];
}
interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string };
}
interface Log {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly columnKind: string;
    readonly tool: {
      readonly driver: { readonly name: string; readonly version: string; readonly rules: readonly Rule[] };
    };
    readonly results: readonly Result[];
  }[];
}

/** What the schema of SARIF 2.1.0 requires, and what it says of the values that we write. */
function checkLog(log: Log): readonly Result[] {
  assert.is(log.version, '2.1.0');
  assert.match(log.$schema, /^https:\/\/.*sarif-schema-2\.1\.0\.json$/);
  assert.equal(Object.keys(log).sort(), ['$schema', 'runs', 'version']);
  const [run, ...others] = log.runs;
  if (run === undefined || others.length > 0) throw new Error('there is not one run');
  assert.equal(Object.keys(run).sort(), ['columnKind', 'results', 'tool']);
  assert.is(run.columnKind, 'utf16CodeUnits');
  const { name, version, rules } = run.tool.driver;
  assert.is(name, 'swinc');
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.equal(
    rules.map(({ id }) => id),
    Object.keys(titles),
  );
  for (const { shortDescription, fullDescription, help } of rules) {
    for (const { text } of [shortDescription, fullDescription, help]) assert.ok(text.length > 0);
  }
  for (const result of run.results) {
    assert.is(rules[result.ruleIndex]?.id, result.ruleId);
    assert.ok(['error', 'warning', 'note'].includes(result.level));
    assert.ok(result.message.text.length > 0);
    assert.is(result.locations.length, 1);
    for (const { physicalLocation } of [...result.locations, ...(result.relatedLocations ?? [])]) {
      checkLocation(physicalLocation);
    }
    const ids = result.relatedLocations?.map(({ id }) => id) ?? [];
    assert.ok(new Set(ids).size === ids.length && ids.every((id) => Number.isInteger(id) && id >= 0));
  }
  return run.results;
}

function checkLocation({ artifactLocation, region }: Location): void {
  assert.ok(URL.canParse(artifactLocation.uri, 'file:///') && !/[ \\]/.test(artifactLocation.uri));
  assert.equal(Object.keys(region).sort(), ['endColumn', 'endLine', 'startColumn', 'startLine']);
  assert.ok(Object.values(region).every((value) => Number.isInteger(value) && value >= 1));
}

test('SARIF has the rules, and every place', () => {
  const log: Log = JSON.parse(toSarif([full]));
  const [result] = checkLog(log);
  assert.is(result?.message.text, '100 % wrong\nnote: no place\nhelp: write 8');
  assert.equal(result?.locations[0]?.physicalLocation, {
    artifactLocation: { uri: 'a%20b%2Cc.swin' },
    region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 6 },
  });
  assert.is(result?.relatedLocations?.[0]?.physicalLocation.artifactLocation.uri, 'file:///x/%C3%A4.swin');
});

const wrong = 'swin 1\nmodel a extends nobody {\n  windw = 7\n}\n';

test('every format reports the same findings of a folder, and ends alike', async ({ folder }) => {
  mkdirSync(join(folder.path, 'inner/node_modules/x'), { recursive: true });
  mkdirSync(join(folder.path, '.hidden'));
  for (const name of ['b.swin', 'inner/a.swin', 'inner/node_modules/x/c.swin', '.hidden/d.swin', 'b.txt']) {
    writeFileSync(join(folder.path, name), wrong);
  }
  const here = { cwd: folder.path };
  const { diagnostics } = await json<{ diagnostics: readonly Diagnostic[] }>(['check', '.', '--format', 'json'], here);
  assert.equal([...new Set(diagnostics.map(({ file }) => file))], ['b.swin', 'inner/a.swin']);
  const github = await swinc(['check', '.', 'b.swin', '--format', 'github'], here);
  assert.equal({ code: github.code, stderr: github.stderr }, { code: 1, stderr: '' });
  assert.is(github.stdout, toGithub(diagnostics));
  const results = checkLog(await json<Log>(['check', '.', '--format', 'sarif'], here));
  assert.equal(
    results.map(({ ruleId }) => ruleId),
    diagnostics.map(({ code }) => code),
  );
  const text = await swinc(['check', '.'], here);
  assert.match(text.stderr, /^2 files: \d+ errors, 0 warnings\n$/);
});

test('nothing wrong is nothing for GitHub, and a run without results', async () => {
  const spec = 'specs/micro/micro-swin.swin';
  const github = await swinc(['check', spec, '--format', 'github']);
  assert.equal(github, { stdout: '', stderr: '', code: 0 });
  assert.equal(checkLog(await json<Log>(['check', spec, '--format', 'sarif'])), []);
});

test.run();
