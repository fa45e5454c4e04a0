import { z } from 'zod';
import { operation, type Operation } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';

const CODE = 'InvalidParameterException';
const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
/** The punctuation that GetRandomPassword draws from (Secrets Manager API, "GetRandomPassword"). */
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const Flag = z.boolean().default(false);
const Input = z.object({
  PasswordLength: z.int().min(1).max(4096).default(32),
  ExcludeCharacters: z.string().max(4096).default(''),
  ExcludeLowercase: Flag,
  ExcludeUppercase: Flag,
  ExcludeNumbers: Flag,
  ExcludePunctuation: Flag,
  IncludeSpace: Flag,
  RequireEachIncludedType: z.boolean().default(true),
});

/** GetRandomPassword, drawing from `randomInt`, which is to be a CSPRNG. */
export function randomPassword(randomInt: (maxExclusive: number) => number): Operation {
  const drawFrom = (characters: string): string => characters.charAt(randomInt(characters.length));
  return operation(Input, CODE, (input) => {
    const types = characterTypes(input);
    const all = types.join('');
    if (all === '') throw new AwsError(CODE, 'At least one character type must be included.');
    const required = input.RequireEachIncludedType ? types : [];
    if (required.length > input.PasswordLength) {
      throw new AwsError(
        CODE,
        'The password length is too short for the number of required character types.',
      );
    }
    const characters = required.map(drawFrom);
    while (characters.length < input.PasswordLength) characters.push(drawFrom(all));
    return { RandomPassword: shuffled(characters, randomInt).join('') };
  });
}

function characterTypes(input: z.output<typeof Input>): string[] {
  const excluded = new Set(input.ExcludeCharacters);
  return [
    input.ExcludeLowercase ? '' : LOWERCASE,
    input.ExcludeUppercase ? '' : LOWERCASE.toUpperCase(),
    input.ExcludeNumbers ? '' : NUMBERS,
    input.ExcludePunctuation ? '' : PUNCTUATION,
    input.IncludeSpace ? ' ' : '',
  ]
    .map((type) =>
      Array.from(type)
        .filter((character) => !excluded.has(character))
        .join(''),
    )
    .filter((type) => type !== '');
}

/** Fisher and Yates: the required characters must not always come first. */
function shuffled(characters: readonly string[], randomInt: (maxExclusive: number) => number): string[] {
  const pool = [...characters];
  const drawn: string[] = [];
  while (pool.length > 0) drawn.push(...pool.splice(randomInt(pool.length), 1));
  return drawn;
}
