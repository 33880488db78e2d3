/** Prints the name of the adapter that a process gets in this environment, or nothing. */
import { obtainedAdapter } from './adapters.ts';

process.stdout.write((await obtainedAdapter()) ?? '');
