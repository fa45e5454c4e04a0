import { DELIVERIES, STRATEGIES, type Delivery, type Strategy } from './installation/model';

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** What only a drill of the strategy dual-user can be. */
const OF_DUAL_USER = ['adopt', 'compromised'] as const;

/** What ends well only where no login fails. */
const OF_TWO_USERS = ['faults', 'soak'] as const;

/** @param problems what is wrong is added to them @returns the strategy that `--strategy` names */
export function strategyOf(values: Values, problems: string[]): Strategy {
  const { strategy, compare, report } = values;
  const known = STRATEGIES.find((candidate) => candidate === (strategy ?? 'dual-user'));
  if (known === undefined)
    problems.push(`--strategy takes ${STRATEGIES.join(', ')}, not ${JSON.stringify(strategy)}`);
  if (compare !== undefined && strategy !== undefined)
    problems.push('--strategy does not go with --compare: it runs every one');
  if (compare !== undefined && report !== undefined)
    problems.push('--report does not go with --compare: it is of one run');
  for (const name of OF_DUAL_USER) {
    if (values[name] === undefined) continue;
    if (compare !== undefined) problems.push(`--${name} does not go with --compare`);
    if (known !== undefined && known !== 'dual-user')
      problems.push(`--${name} goes with the strategy dual-user only`);
  }
  for (const name of OF_TWO_USERS) {
    if (values[name] === undefined) continue;
    if (compare !== undefined) problems.push(`--${name} does not go with --compare`);
    if (known === 'single')
      problems.push(`--${name} goes with two users only: with one, logins fail in every rotation`);
  }
  return known ?? 'dual-user';
}

/** What only a drill of the delivery `secret` can be. */
const OF_SECRET = ['adopt', 'compare'] as const;

/** @param problems what is wrong is added to them @returns the delivery that `--delivery` names */
export function deliveryOf(values: Values, problems: string[]): Delivery {
  const { delivery, strategy } = values;
  const known = DELIVERIES.find((candidate) => candidate === (delivery ?? 'secret'));
  if (known === undefined)
    problems.push(`--delivery takes ${DELIVERIES.join(', ')}, not ${JSON.stringify(delivery)}`);
  if (known === undefined || known === 'secret') return 'secret';
  for (const name of OF_SECRET)
    if (values[name] !== undefined) problems.push(`--${name} goes with the delivery secret only`);
  if (strategy === 'alternating' || strategy === 'single')
    problems.push(
      `--delivery ${known} goes with the strategy dual-user only: ${strategy} has one secret, which the tasks read`,
    );
  return known;
}
