/** The reference implementations' answers, by the kernels that hand values round in subgroups. */
import { test } from 'uvu';
import { answersByFamily } from '../support/golden-agreement.ts';

answersByFamily('subgroup', ['micro-swin']);

test.run();
