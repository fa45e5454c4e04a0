import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLUSTER, USERS } from '../installation/model';
import { startRotation, untilReverted } from '../rotate';
import { CONVERGENCE_MS, untilConverged } from './converged';
import type { Incident } from './model';
import { seeThrough, standbyOf } from './rotation';

export const failedDeployment: Incident = {
  kind: 'incident',
  name: 'failed-deployment',
  description:
    'tasks of one service fail their health check on the new credential: reverted, mended, rotated',
  async play({ stage, switches }) {
    const slot = await standbyOf(stage);
    const at = Date.now();
    switches.sick.on(USERS[slot]);
    let token: string;
    let reason: string | null;
    try {
      token = await startRotation(stage, slot);
      ({ reason } = await untilReverted(stage, token, CONVERGENCE_MS));
      await untilConverged(stage);
    } finally {
      switches.sick.off();
    }
    const next = await seeThrough(stage, slot, await startRotation(stage, slot));
    return {
      at,
      injected: `tasks on ${slot} failed their health check`,
      answered: `reverted (${reason ?? 'no reason'}) and rejected; mended, the next rotation ${next}`,
    };
  },
};

/** A rollout takes about so long. */
const ROLLOUT_MS = 1_500;

export const manualDeployment: Incident = {
  kind: 'incident',
  name: 'manual-deployment',
  description: 'somebody deploys a service by hand in the middle of the rollout',
  async play({ stage, random }) {
    const slot = await standbyOf(stage);
    const service = stage.services[random.below(stage.services.length)]?.name ?? '';
    const delay = random.below(ROLLOUT_MS);
    const token = await startRotation(stage, slot);
    await sleep(delay);
    const at = Date.now();
    await stage.clients.ecs.send(
      new UpdateServiceCommand({ cluster: CLUSTER, service, forceNewDeployment: true }),
    );
    return {
      at,
      injected: `${service} deployed by hand ${delay} ms after RotateSecret`,
      answered: await seeThrough(stage, slot, token),
    };
  },
};
