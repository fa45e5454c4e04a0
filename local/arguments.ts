import { likely } from '../scripts/likely';

/** Of what `parseArgs` answers with `tokens`. */
interface Token {
  readonly kind: string;
  readonly name?: string;
  readonly rawName?: string;
  readonly value?: string | undefined;
}

/** What is said of each option that nobody knows, and of each word that belongs to none. */
export function strangers(tokens: readonly Token[], known: readonly string[]): string[] {
  const isStranger = ({ kind, name = '' }: Token) => kind === 'option' && !known.includes(name);
  const names = known.map((name) => `--${name}`);
  return tokens.flatMap((token, index) => {
    const { kind, rawName = '', value = '' } = token;
    if (isStranger(token)) return [`${rawName} is no option${likely(rawName, names)}`];
    const before = tokens[index - 1];
    // What follows an unknown option is likely its value.
    const belongs = before !== undefined && isStranger(before) && before.value === undefined;
    return kind === 'positional' && !belongs ? [`${value} is not expected here`] : [];
  });
}
