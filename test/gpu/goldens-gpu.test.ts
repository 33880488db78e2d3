/** The reference implementations' answers, by the kernels that GPUs get, which share tiles in workgroup memory. */
import { test } from 'uvu';
import { answersByFamily, isLavapipe } from '../support/golden-agreement.ts';

// Lavapipe takes seconds to compile each kernel that has barriers.
answersByFamily('gpu', isLavapipe ? ['micro-swin'] : ['micro-swin', 'micro-swinv2']);

test.run();
