import { PREFIX } from '../../local/drill/installation/model';
import { ROOT, run, type Ended } from '../e2e/tools';

/** How the command ended, with its answer where that was JSON. */
export interface Answered extends Ended {
  readonly answer: unknown;
}

/** Runs the `tandem` command as a person does, without anything that asks. */
export async function tandem(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = ROOT,
): Promise<Answered> {
  const variables = {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const ended = await run(process.execPath, [`${ROOT}/cli/tandem.cjs`, ...args], {
    cwd,
    env: { ...variables, ...env },
  });
  return {
    ...ended,
    answer: ended.stdout.startsWith('{') ? (JSON.parse(ended.stdout) as unknown) : undefined,
  };
}

/** The environment in which the command finds the drill's installation. */
export function environmentOf({
  url,
  place,
}: {
  readonly url: string;
  readonly place: { readonly region: string };
}) {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: 'person',
    AWS_SECRET_ACCESS_KEY: 'person',
    TANDEM_PREFIX: PREFIX,
  };
}
