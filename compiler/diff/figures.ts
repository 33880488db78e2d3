/** The figures of a difference in the order in which every rendering shows them, and how each is spelled. */
import { byteCount, decimal, giga } from '../report/units.ts';
import type { Change, CostChange, DerivedChange } from './difference.ts';

export interface Figure {
  /** Figures of one name stand together: shown both, or none. */
  readonly name: string;
  readonly variant: 'eager' | 'planned' | null;
  /** Counts that are small enough to be read side by side; of the others a stage shows what was added. */
  readonly kind: 'count' | 'amount';
  readonly of: (cost: CostChange) => Change;
  readonly spell: (value: number) => string;
}

const bytes = (value: number): string => byteCount(value, 2);

const one = (name: string, kind: Figure['kind'], spell: Figure['spell'], of: Figure['of']): readonly Figure[] => [
  { name, variant: null, kind, spell, of },
];

const both = (
  name: string,
  kind: Figure['kind'],
  spell: Figure['spell'],
  of: (cost: CostChange) => { readonly eager: Change; readonly planned: Change },
): readonly Figure[] => [
  { name, variant: 'eager', kind, spell, of: (cost) => of(cost).eager },
  { name, variant: 'planned', kind, spell, of: (cost) => of(cost).planned },
];

export const figures: readonly Figure[] = [
  ...one('tokens', 'count', decimal, ({ tokens }) => tokens),
  ...one('windows', 'count', decimal, ({ windows }) => windows),
  ...one('shifted blocks', 'count', decimal, ({ shifted }) => shifted),
  ...one('parameters', 'amount', decimal, ({ params }) => params),
  ...one('MACs', 'amount', giga, ({ macs }) => macs),
  ...both('dispatches', 'count', decimal, ({ dispatches }) => dispatches),
  ...both('bytes moved', 'amount', bytes, ({ bytesMoved }) => bytesMoved),
  ...both('bytes rolled', 'amount', bytes, ({ rollBytes }) => rollBytes),
  ...one('weights', 'amount', bytes, ({ memory }) => memory.weights),
  ...both('peak activations', 'amount', bytes, ({ memory }) => memory.activations),
  ...one('workgroup memory', 'amount', bytes, ({ memory }) => memory.workgroup),
];

export const hasChanged = <Value>({ from, to }: Change<Value>): boolean => from !== to;

/** Every place of a model: its stages, what is outside of them, and the whole. */
const placesOf = ({ stages, outside, total }: DerivedChange): readonly CostChange[] => [...stages, outside, total];

export interface ShownFigures {
  readonly shown: readonly Figure[];
  /** How many are the same everywhere. */
  readonly hidden: number;
}

/** The figures that changed in some place, each with its other variant: that a plan's did not change says much. */
export const changedFigures = (derived: DerivedChange): ShownFigures => {
  const changed = (figure: Figure): boolean => placesOf(derived).some((place) => hasChanged(figure.of(place)));
  const names = new Set(figures.filter(changed).map(({ name }) => name));
  const shown = figures.filter(({ name }) => names.has(name));
  return { shown, hidden: figures.length - shown.length };
};

/** What is said of figures that are not shown. */
export const spellHidden = (hidden: number): string =>
  hidden === 1 ? '1 figure is the same' : `${hidden} figures are the same`;

/** `+170,240`, `-24.08 MB`; empty where nothing was added or one side has no such thing. */
export const spellDelta = ({ spell }: Pick<Figure, 'spell'>, { from, to }: Change): string => {
  if (from === null || to === null || from === to) return '';
  return `${to > from ? '+' : '-'}${spell(Math.abs(to - from))}`;
};

/** `+0.2 %`; empty where there is nothing to compare with. */
export const spellPercentage = ({ from, to }: Change): string => {
  if (from === null || to === null || from === to || from === 0) return '';
  const percentage = (100 * (to - from)) / from;
  const digits = Math.abs(percentage) < 1 ? 2 : 1;
  return `${percentage > 0 ? '+' : '-'}${Math.abs(percentage).toFixed(digits)} %`;
};

/** `16 → 4`, or the one value that both have; `-` stands for what one side does not have. */
export const spellChange = ({ spell }: Pick<Figure, 'spell'>, { from, to }: Change): string => {
  const spelled = (value: number | null): string => (value === null ? '-' : spell(value));
  return from === to ? spelled(from) : `${spelled(from)} → ${spelled(to)}`;
};
