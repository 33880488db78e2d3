/** The reference implementations' answers, by the kernels that GPUs get: tiles in workgroup memory, and matrix units. */
import { test } from 'uvu';
import { testAdapter } from '../support/adapters.ts';
import { answersByFamily, isLavapipe } from '../support/golden-agreement.ts';

// Lavapipe takes seconds to compile each kernel that has barriers.
// No software adapter has matrix units.
if (testAdapter() === 'gpu') answersByFamily('matrix', ['micro-swin', 'micro-swin-free', 'micro-swinv2']);

answersByFamily('gpu', isLavapipe ? ['micro-swin'] : ['micro-swin', 'micro-swinv2']);

test.run();
