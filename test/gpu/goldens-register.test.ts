/** The reference implementations' answers, by the register tiles. */
import { test } from 'uvu';
import { answersByFamily } from '../support/golden-agreement.ts';

answersByFamily('register', ['micro-swin-free']);

test.run();
