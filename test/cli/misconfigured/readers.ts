import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { CLUSTER } from '../../../local/drill/installation/model';
import { AwsError } from '../../../local/endpoint/seams';
import type { Misconfiguration, Seed } from './model';
import { changed } from './parameters';
import { serviceReading } from './services';

const OTHER = 'elsewhere';

/** A service that nobody registered. */
const stranger = (cluster: string): Seed =>
  serviceReading('stranger', ({ installation }) => ({ DATABASE_URL: installation.secrets.active }), {
    registered: false,
    cluster,
  });

/** Only the person's calls are listed: nothing else lists clusters. */
const mayNotList: Seed = ({ board }) => {
  const end = board.onCall(({ operation }) =>
    operation === 'ListClusters' ? refusal(operation) : undefined,
  );
  return Promise.resolve(ending(end));
};

/** The consumers' cluster is looked into first, and the other one after it. */
const mayNotLookElsewhere: Seed = async ({ board, stage }) => {
  await stage.clients.ecs.send(new CreateClusterCommand({ clusterName: OTHER }));
  let calls = 0;
  const end = board.onCall(({ operation }) => {
    if (operation !== 'ListServices') return undefined;
    calls += 1;
    return calls % 2 === 0 ? refusal(operation) : undefined;
  });
  return ending(end);
};

const ending = (end: () => void) => () => {
  end();
  return Promise.resolve();
};

function refusal(operation: string) {
  const error = new AwsError('AccessDeniedException', `not authorized to perform ecs:${operation}`);
  return { error, when: 'without-effect' } as const;
}

/** Who may read the credential without being registered. */
export const READERS: readonly Misconfiguration[] = [
  [
    'a reader that nobody registered',
    stranger(CLUSTER),
    `readers in ${CLUSTER}`,
    'fail',
    /stranger reads the credential and is not registered: add it to consumers/,
  ],
  [
    'a reader in a cluster that no consumer is in',
    stranger(OTHER),
    'readers elsewhere',
    'fail',
    /^elsewhere\/stranger reads the credential and is not registered: add it to consumers$/,
  ],
  [
    'readers while no consumer is registered',
    changed('config', () => ({ consumers: [] })),
    'readers elsewhere',
    'fail',
    /^drill\/web reads the credential and is not registered/,
  ],
  [
    'clusters that the caller may not list',
    mayNotList,
    'readers elsewhere',
    'warn',
    /^other clusters were not searched: you may not list them \(ecs:ListClusters\)$/,
  ],
  [
    'a cluster that the caller may not look into',
    mayNotLookElsewhere,
    'readers elsewhere',
    'warn',
    /^elsewhere was not searched: you may not look at services there$/,
  ],
];
