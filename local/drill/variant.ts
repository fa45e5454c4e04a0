import type { DrillOptions } from './options';

/** What was asked for that is not as usual. */
export function variantOf(options: DrillOptions): readonly string[] {
  const { adopt, strategy, delivery, group, reader, canary, retire } = options;
  return [
    ...(adopt ? ['adopted'] : []),
    ...(strategy === 'dual-user' ? [] : [strategy]),
    ...(delivery === 'secret' ? [] : [`delivery ${delivery}`]),
    ...(group ? ['a group of two credentials'] : []),
    ...(reader === null ? [] : [`a reader that lags ${reader} s`]),
    ...(canary === null ? [] : [`a canary ${canary} s ahead`]),
    ...(retire === null ? [] : [`former user locked out after ${retire} s`]),
  ];
}
