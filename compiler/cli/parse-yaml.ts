/** YAML as data; a file of its own, so that only who reads YAML loads the parser. */
import { parse } from 'yaml';

export function parseYaml(text: string): unknown {
  return parse(text);
}
