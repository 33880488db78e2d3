/**
 * A command in miniature: gets an adapter, the software one if need be, and says which. It ends with the exit code that
 * is its argument, or waits for a signal.
 */
import { prepareSoftwareAdapter, reexecute } from '../../compiler/cli/software-adapter.ts';
import { obtainedAdapter } from './adapters.ts';

const adapter = await obtainedAdapter();
const environment = adapter === undefined ? await prepareSoftwareAdapter() : undefined;
if (environment !== undefined) {
  process.exitCode = await reexecute(environment);
} else {
  console.log(adapter ?? 'none');
  const [ending = '0'] = process.argv.slice(2);
  if (ending === 'wait') setInterval(() => undefined, 1000);
  else process.exitCode = Number(ending);
}
