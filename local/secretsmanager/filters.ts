import type { z } from 'zod';
import type { Filters } from './inputs';
import type { Secret } from './model';

type Filter = z.output<typeof Filters>[number];

/**
 * Whether a secret passes every filter; one value of a filter suffices, a value that starts with `!` excludes
 * (Secrets Manager User Guide, "Find secrets"). Names and tags are matched by case, descriptions are not.
 */
export function matchesFilters(secret: Secret, filters: readonly Filter[]): boolean {
  return filters.every(({ Key, Values }) =>
    Values.some((value) => {
      const negated = value.startsWith('!');
      return hasPrefix(secret, Key, negated ? value.slice(1) : value) !== negated;
    }),
  );
}

function hasPrefix(secret: Secret, key: Filter['Key'], value: string): boolean {
  switch (key) {
    case 'name':
      return secret.name.startsWith(value);
    case 'description':
      return startsWithIgnoringCase(secret.description ?? '', value);
    case 'tag-key':
      return [...secret.tags.keys()].some((tag) => tag.startsWith(value));
    case 'tag-value':
      return [...secret.tags.values()].some((tag) => tag.startsWith(value));
    case 'primary-region':
      return (secret.arn.split(':')[3] ?? '').startsWith(value);
    case 'owning-service':
      return startsWithIgnoringCase(secret.owningService ?? '', value);
    case 'all':
      return value.split(/[\s/_+=.@-]+/).every((word) => anywhere(secret, word));
    default:
      return key satisfies never;
  }
}

function anywhere(secret: Secret, word: string): boolean {
  const texts = [secret.name, secret.description ?? '', ...secret.tags.keys(), ...secret.tags.values()];
  return texts.some((text) => text.toLowerCase().includes(word.toLowerCase()));
}

function startsWithIgnoringCase(text: string, prefix: string): boolean {
  return text.toLowerCase().startsWith(prefix.toLowerCase());
}
