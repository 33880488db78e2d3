/** The reference implementations' answers, by the kernels for any shape. */
import { test } from 'uvu';
import { answersByFamily } from '../support/golden-agreement.ts';

answersByFamily('any', ['micro-swin']);

test.run();
