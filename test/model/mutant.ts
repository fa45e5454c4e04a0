import { guardCreate } from '../../lambda-src/core/guard';
import { failureOf, viewOf } from '../../lambda-src/core/deployments';
import { formerSoaked } from '../../lambda-src/core/rows/aged';
import { leakedStandby } from '../../lambda-src/core/rows/compromised';
import { flipUnfinished } from '../../lambda-src/core/rows/flip';
import {
  consumerNotMoving,
  revertFailed,
  rolloutEnding,
  rolloutFailed,
} from '../../lambda-src/core/rows/rollout';
import { activeRefused } from '../../lambda-src/core/rows/settled';
import { MUTATIONS, ONE_SECRET } from './mutations';
import { OF_DELIVERY } from './delivery-mutations';
import { search, type Protocol } from './stories';

/** Which protocol to play, and how. */
export interface Mutant extends Protocol {
  readonly name: string;
  readonly runs: number;
  readonly seed: number;
}

const { name, ...share } = JSON.parse(process.argv[2] ?? '') as Mutant;
const mutate = MUTATIONS[name] ?? ONE_SECRET[name]?.[1] ?? OF_DELIVERY[name]?.[1];
if (mutate === undefined) throw new Error(`there is no mutation "${name}"`);
Error.stackTraceLimit = 0;
mutate({
  guardCreate,
  failureOf,
  viewOf,
  flipUnfinished,
  leakedStandby,
  consumerNotMoving,
  rolloutFailed,
  revertFailed,
  rolloutEnding,
  activeRefused,
  formerSoaked,
});
void search({ ...share, shrink: false }).then((found) => process.stdout.write(JSON.stringify(found)));
