import { blame } from '../blame.ts';
import type { Rule } from './rule.ts';

export const featuresExist: Rule = ({ specification }, report) => {
  const { features, featuresNorm, stages } = specification;
  const beyond = features.value.find((stage) => stage > stages.length);
  if (beyond !== undefined) {
    report(
      blame(specification, [features], {
        code: 'SW213',
        message: `there is no stage ${beyond} to take features from: the model has ${stages.length}`,
        help: 'stages count from 1',
      }),
    );
  }
  if (features.value.some((stage, index) => stage <= (features.value[index - 1] ?? 0))) {
    report(
      blame(specification, [features], {
        code: 'SW213',
        message: 'the stages of `features` do not rise',
        help: `write each stage once, in order, such as \`[${stages.map((stage) => stage.number).join(', ')}]\``,
      }),
    );
  }
  if (featuresNorm.value.kind !== 'none' && features.value.length === 0) {
    report(
      blame(specification, [featuresNorm], {
        code: 'SW214',
        severity: 'warning',
        message: '`features.norm` has no effect without `features`',
        help: 'name the stages, such as `features = [1, 2]`',
      }),
    );
  }
};
