/** Windows that do not fit their grid: whether it matters what becomes of them, and who says so. */
import { layOutStages } from '../model/layout.ts';
import type { Fact, Facts, Habits } from './fact.ts';
import { fittingQuestion, type Question } from './questions.ts';
import { draft } from './write-spec.ts';

/** What the rules say of windows and grids where nothing may be padded. */
const needsPadding: readonly string[] = ['SW201', 'SW202', 'SW209'];

export interface Fitted {
  readonly facts: Facts;
  /** Empty where everything is said. */
  readonly questions: readonly Question[];
}

/** Adds `clamp` and `pad` where they make a difference, from the habits of a library if there is one. */
export function fitWindows(name: string, facts: Facts, habits: Habits | undefined): Fitted {
  const clamped = supply('clamp', facts, habits, () => isClampTelling(name, facts));
  const padded = supply('pad', clamped.facts, habits, () => isPadNeeded(name, clamped.facts));
  // Whether grids must be padded is only known once windows are.
  if (clamped.questions.length > 0) return { facts, questions: [...clamped.questions, ...padded.questions] };
  return padded;
}

function supply(aspect: 'clamp' | 'pad', facts: Facts, habits: Habits | undefined, isNeeded: () => boolean): Fitted {
  if (facts.has(aspect) || !isNeeded()) return { facts, questions: [] };
  if (habits === undefined) return { facts, questions: fittingQuestion(aspect) };
  const fact: Fact = { text: habits[aspect], from: `what ${habits.library} does` };
  return { facts: new Map([...facts, [aspect, fact]]), questions: [] };
}

function isPadNeeded(name: string, facts: Facts): boolean {
  return draft(name, facts).diagnostics.some(({ code }) => needsPadding.includes(code));
}

/** Whether the rules for windows that reach their grid's edge lead to different blocks. */
function isClampTelling(name: string, facts: Facts): boolean {
  const said = (text: string): Fact => ({ text, from: 'a trial' });
  const laidOut = ['on', 'both', 'off'].map((rule) => {
    // Odd grids, too, have a layout only where they may be padded.
    const trial = new Map([...facts, ['clamp', said(rule)] as const, ['pad', said('before-shift')] as const]);
    const { specification } = draft(name, trial);
    return JSON.stringify(
      (specification ? layOutStages(specification) : []).map(({ blocks }) => blocks.map(({ clamped }) => clamped)),
    );
  });
  return new Set(laidOut).size > 1;
}
