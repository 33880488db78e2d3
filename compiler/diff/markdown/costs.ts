import type { DerivedChange, StageChange } from '../difference.ts';
import {
  changedFigures,
  type Figure,
  hasChanged,
  spellChange,
  spellDelta,
  spellHidden,
  spellPercentage,
} from '../figures.ts';
import { left, right, table } from './text.ts';

/** A row a figure and a column a stage: of amounts a stage shows what was added, of counts both. */
export const costSection = (derived: DerivedChange): string => {
  const { shown, hidden } = changedFigures(derived);
  const heading = `#### Derived figures, for one image\n\n${spellHidden(hidden)}.`;
  if (shown.length === 0) return heading;
  const stages = derived.stages.map(({ number }) => right(`stage ${number}`));
  const columns = [left('figure'), ...stages, right('in all'), right('change'), right('%')];
  return `${heading}\n\n${table(
    columns,
    shown.map((figure) => rowOf(figure, derived)),
  )}`;
};

const rowOf = (figure: Figure, { stages, total }: DerivedChange): readonly string[] => {
  const change = figure.of(total);
  const name = figure.variant === null ? figure.name : `${figure.name}, ${figure.variant}`;
  return [
    name,
    ...stages.map((stage) => stageCell(figure, stage)),
    spellChange(figure, change),
    spellDelta(figure, change),
    spellPercentage(change),
  ];
};

const stageCell = (figure: Figure, stage: StageChange): string => {
  const change = figure.of(stage);
  if (!hasChanged(change)) return '';
  const isDelta = figure.kind === 'amount' && change.from !== null && change.to !== null;
  return isDelta ? spellDelta(figure, change) : spellChange(figure, change);
};
