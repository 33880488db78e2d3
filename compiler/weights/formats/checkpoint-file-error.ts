/** A checkpoint file that is damaged, of a kind that is not read, or without what is looked for in it. */
export class CheckpointFileError extends Error {
  override readonly name = 'CheckpointFileError';
}

/** Text of a file as a message can show it: on one line, without control characters, and not too long. */
export function quoteName(name: string): string {
  const short = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  return JSON.stringify(short).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
