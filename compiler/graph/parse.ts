/** Reads the text that `print.ts` writes. A mistake is a GraphSyntaxError that names the line. */
import type { AttributeValue } from '../ops/attribute.ts';
import { definitionOf, isOpName, type OpName } from '../ops/index.ts';
import { printShape } from '../ops/op.ts';
import { createFactory, type Graph, type GraphOutput, type Node, type NodeFactory, type Scope } from './node.ts';

export class GraphSyntaxError extends Error {
  override readonly name = 'GraphSyntaxError';
}

const nodeLine =
  /^(?<name>%\w+) = (?<op>\w+)(?:\((?<operands>[^)]*)\))?(?: \{(?<attributes>.*)\})?(?: @(?<stage>\d+)(?:\.(?<block>\d+))?)?(?: : (?<shape>\[.*\]))?$/;
const attributePart = /(?<name>\w+): (?<value>"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,\s]+)/g;

const isAttributeValue = (value: unknown): value is AttributeValue =>
  typeof value === 'number' ||
  typeof value === 'string' ||
  (Array.isArray(value) && value.every((item) => typeof item === 'number'));

const parseAttributes = (text: string): Record<string, AttributeValue> => {
  const result: Record<string, AttributeValue> = {};
  for (const { groups } of text.matchAll(attributePart)) {
    const value: unknown = JSON.parse(groups?.['value'] ?? '');
    if (!groups?.['name'] || !isAttributeValue(value)) throw new GraphSyntaxError(`cannot read the attributes ${text}`);
    result[groups['name']] = value;
  }
  return result;
};

const parseOperands = (op: OpName, text: string, known: ReadonlyMap<string, Node>): Record<string, Node> => {
  const required = Object.entries(definitionOf(op).operands).flatMap(([name, need]) =>
    need === 'required' ? [name] : [],
  );
  const result: Record<string, Node> = {};
  for (const [index, part] of text.split(', ').entries()) {
    const [first = '', second] = part.split(': ');
    const name = second === undefined ? required[index] : first;
    const node = known.get(second ?? first);
    if (!name || !node) throw new GraphSyntaxError(`cannot read the operand ${part}`);
    result[name] = node;
  }
  return result;
};

const parseScope = (stage: string | undefined, block: string | undefined): Scope | undefined => {
  if (stage === undefined) return undefined;
  return block === undefined ? { stage: Number(stage) } : { stage: Number(stage), block: Number(block) };
};

const parseNode = (line: string, known: Map<string, Node>, factory: NodeFactory): void => {
  const groups = nodeLine.exec(line)?.groups;
  const { name, op, operands, attributes, stage, block, shape } = groups ?? {};
  if (!name || !op || !isOpName(op)) throw new GraphSyntaxError(`this is no node: ${line}`);
  const inputs = operands ? parseOperands(op, operands, known) : {};
  const node = factory.make(op, inputs, attributes ? parseAttributes(attributes) : {}, parseScope(stage, block));
  if (shape && shape !== printShape(node.shape)) {
    throw new GraphSyntaxError(`${name} says ${shape} but has the shape ${printShape(node.shape)}`);
  }
  known.set(name, node);
};

const located = (index: number, work: () => void): void => {
  try {
    work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new GraphSyntaxError(`line ${index + 1}: ${message}`, { cause: error });
  }
};

export const parseGraph = (text: string, factory: NodeFactory = createFactory()): Graph => {
  const known = new Map<string, Node>();
  const outputs: GraphOutput[] = [];
  let name = '';
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('//')) return;
    located(index, () => {
      const output = /^output (?<name>.+) = (?<reference>%\w+)$/.exec(line)?.groups;
      if (line.startsWith('graph ')) {
        name = line.slice('graph '.length);
      } else if (output) {
        const node = known.get(output['reference'] ?? '');
        if (!node) throw new GraphSyntaxError(`nothing is named ${output['reference']}`);
        outputs.push({ name: output['name'] ?? '', node });
      } else {
        parseNode(line, known, factory);
      }
    });
  });
  return { name, outputs };
};
