/** Preloaded into every test process that needs an adapter: a test that ran on another one would prove nothing. */
import { installationHints, obtainedAdapter, testAdapter } from './adapters.ts';

const wanted = testAdapter();
const obtained = await obtainedAdapter();
if (obtained !== wanted) {
  console.error(
    `the adapter ${wanted} was asked for, but the machine gave ${obtained ?? 'none'}: ${installationHints[wanted]}`,
  );
  process.exit(1);
}
