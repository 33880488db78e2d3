/** The tables that come with swinc, of the adapters that it has been measured on: `swinc tune` writes such files. */
import type { TuningTable } from '../../runtime/tuning.ts';
import { validateTuningTable } from '../../runtime/validate-plan.ts';
import llvmpipe from './llvmpipe.json' with { type: 'json' };
import h200 from './nvidia-h200.json' with { type: 'json' };
import swiftshader from './swiftshader.json' with { type: 'json' };

export const shippedTables = (): readonly TuningTable[] => [llvmpipe, swiftshader, h200].map(validateTuningTable);
