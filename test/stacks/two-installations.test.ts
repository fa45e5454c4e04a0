import { example, synthesize, type Synthesized } from './support/synthesis';

/** What names something inside of something that is named apart, or nothing at all. */
const NO_NAME_OF_ITS_OWN =
  /^(aws_iam_role_policy\.name|aws_cloudwatch_metric_alarm\.metric_name|aws_db_instance\.(db_name|username)|aws_vpc_endpoint\.service_name|aws_rds_cluster\.(database_name|master_username))$/;

type Block = Readonly<Record<string, unknown>>;

/** Every literal that names a resource, by type; looked for by how such attributes are called, so that none is forgotten. */
function namesIn(stacks: Record<string, Synthesized>): Set<string> {
  const found = new Set<string>();
  for (const stack of Object.values(stacks)) {
    const types = (stack.json['resource'] ?? {}) as Record<string, Record<string, Block>>;
    for (const [type, resources] of Object.entries(types)) {
      for (const resource of Object.values(resources)) {
        for (const [key, value] of Object.entries(resource)) {
          if (!/(^|_)(name|identifier|family)$/.test(key) || NO_NAME_OF_ITS_OWN.test(`${type}.${key}`))
            continue;
          if (typeof value !== 'string' || value.startsWith('${') || FAMILY.test(value)) continue;
          const shared = WITHOUT_CASE.test(type) ? value.toLowerCase() : value;
          found.add(`${type}.${key}: ${shared}`);
        }
      }
    }
  }
  return found;
}

/** IAM and RDS do not tell names apart by case. */
const WITHOUT_CASE = /^aws_(iam|db|rds)_/;

/** A parameter group's family is what RDS calls its versions. */
const FAMILY = /^(postgres|aurora-postgresql)\d+$/;

/** Two services and two credentials that are called like parts of what Tandem names itself. */
const installation = (prefix: string, aurora = false) =>
  synthesize(
    example((it) => {
      it.prefix = prefix;
      it.network = { taskRouteTableIds: ['rtb-1'] };
      if (aurora) it.database = { name: 'shop', aurora: { serverless: {} } };
      it.services = { web: { image: 'x', port: 80 }, clients: { image: 'x' }, rotator: { image: 'x' } };
      it.credentials = {
        app: { consumers: ['web', 'clients'] },
        web: { consumers: [{ service: 'rotator' }], users: { blue: 'w1', green: 'w2' } },
      };
    }),
  );

describe('two installations in one account', () => {
  it.each([
    ['acme/shop', 'acme-shop', false],
    ['acme', 'acme/web', false],
    ['acme/database', 'acme', true],
    ['acme/Shop', 'acme/shop', true],
  ])('%s and %s share no name of anything', (one, other, aurora) => {
    const taken = namesIn(installation(one, aurora));
    expect(taken.size).toBeGreaterThan(40);
    expect([...namesIn(installation(other, aurora))].filter((name) => taken.has(name))).toEqual([]);
  });

  it('and within one, no two resources of a type share a name', () => {
    const stacks = installation('acme/shop');
    for (const type of [
      'aws_security_group',
      'aws_iam_role',
      'aws_cloudwatch_event_rule',
      'aws_cloudwatch_log_group',
    ]) {
      const names = Object.values(stacks).flatMap((stack) =>
        [...stack.resources(type).values()].map(({ name }) => String(name).toLowerCase()),
      );
      expect(names.length).toBeGreaterThan(3);
      expect(names).toHaveLength(new Set(names).size);
    }
  });
});
