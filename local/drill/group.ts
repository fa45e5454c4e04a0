import { bootstrap, installBeside, schedule } from './installation/install';
import { APP, ORDERS, type InstallationOptions } from './installation/model';
import { notePasswords, untilTested } from './passwords';
import type { RotationReport } from './report';
import { rolledOut, rotate, type Rotated } from './rotate';
import type { Stage } from './stage';

/** What the configuration of the first credential says of the other one. */
export const GROUPED = { groupWith: [ORDERS.name] };

/** The variable that holds the URL of the other credential. */
export const VARIABLE = 'ORDERS_DATABASE_URL';

/** Installs the other credential of a group, in a database of its own. @returns the stage as it is for that one */
export async function installOrders(plan: InstallationOptions, stage: Stage): Promise<Stage> {
  const { system, clients, installation: first, output } = stage;
  await system.postgres.query(`CREATE DATABASE ${ORDERS.database} OWNER ${system.admin.username}`);
  const document = { ...plan.document, groupWith: [APP.name] };
  const installation = await installBeside(first, { ...plan, credential: ORDERS, document });
  await bootstrap(clients, { credential: ORDERS.name });
  await schedule(clients, installation);
  const orders = { ...stage, installation, credential: ORDERS };
  await untilTested(orders);
  await notePasswords(orders);
  output.progress(`bootstrapped as well: ${ORDERS.name}, of which ${ORDERS.users.blue} is active`);
  return orders;
}

/**
 * Rotates each credential of a group, without waiting for the rollout of the one before; the rollouts come one at a time.
 * @returns in the order asked
 */
export async function rotateGroup(stages: readonly Stage[]): Promise<readonly RotationReport[]> {
  const rotated: Rotated[] = [];
  for (const stage of stages) rotated.push(await rotate(stage));
  return await Promise.all(rotated.map((one) => rolledOut(one)));
}
