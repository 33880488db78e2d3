import type { DerivedChange, StageChange } from '../../diff/difference.ts';
import {
  changedFigures,
  type Figure,
  figures,
  hasChanged,
  spellChange,
  spellDelta,
  spellPercentage,
} from '../../diff/figures.ts';
import { alignColumns, type Cell } from '../columns.ts';
import type { Colours } from '../output.ts';
import type { TextOptions } from './options.ts';

/** A row a figure and a column a stage: of amounts a stage shows what was added, of counts both. */
export function costLines(derived: DerivedChange, { colours, all }: TextOptions): readonly string[] {
  const changed = changedFigures(derived);
  const shown = all ? figures : changed.shown;
  const hidden = figures.length - shown.length;
  const heads = ['', '', ...derived.stages.map(({ number }) => `stage ${number}`), 'in all'];
  const head = heads.map((text): Cell => ({ text, align: 'right', colour: colours.dim }));
  const rows = shown.map((figure, index) => rowOf(figure, shown[index - 1], { derived, colours, all }));
  return [
    `${colours.bold('derived')}  for one image; ${hidden} figures are the same`,
    ...alignColumns(shown.length === 0 ? [] : [head, ...rows]),
  ];
}

interface Site extends TextOptions {
  readonly derived: DerivedChange;
}

function rowOf(figure: Figure, above: Figure | undefined, site: Site): readonly Cell[] {
  const { derived, colours } = site;
  const total = figure.of(derived.total);
  return [
    { text: `  ${figure.name === above?.name ? '' : figure.name}`, colour: colours.bold },
    { text: figure.variant ?? '', colour: colours.dim },
    ...derived.stages.map((stage) => stageCell(figure, stage, site)),
    { text: spellChange(figure, total), align: 'right' },
    { text: spellDelta(figure, total), align: 'right', colour: deltaColour(figure, derived, colours) },
    { text: spellPercentage(total), align: 'right', colour: deltaColour(figure, derived, colours) },
  ];
}

function stageCell(figure: Figure, stage: StageChange, { all, colours }: Site): Cell {
  const change = figure.of(stage);
  if (!hasChanged(change)) {
    return { text: all ? spellChange(figure, change) : '·', align: 'right', colour: colours.dim };
  }
  const isDelta = figure.kind === 'amount' && change.from !== null && change.to !== null;
  return { text: isDelta ? spellDelta(figure, change) : spellChange(figure, change), align: 'right' };
}

/** Less costs less. */
function deltaColour(figure: Figure, { total }: DerivedChange, { green, yellow }: Colours): (text: string) => string {
  const { from, to } = figure.of(total);
  return (to ?? 0) > (from ?? 0) ? yellow : green;
}
