/** A git repository of its own for one test, untouched by the settings of whoever runs it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

export interface GitRepository {
  readonly path: string;
  readonly git: (...parameters: readonly string[]) => string;
  readonly write: (name: string, text: string) => void;
  /** Everything that is in the folder now. */
  readonly commit: () => void;
  readonly remove: () => void;
}

const author = ['-c', 'user.name=Author', '-c', 'user.email=author@example.org', '-c', 'commit.gpgSign=false'];

export function gitRepository(): GitRepository {
  const { path, remove } = temporaryFolder();
  const git = (...parameters: readonly string[]): string =>
    execFileSync('git', [...author, ...parameters], {
      cwd: path,
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  git('init', '--quiet', '--initial-branch', 'main');
  return {
    path,
    git,
    write(name, text) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    },
    commit() {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', 'a step');
    },
    remove,
  };
}
