import { example, synthesize } from './support/synthesis';

const variables = {
  username: 'PGUSER',
  password: 'PGPASSWORD',
  host: 'PGHOST',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
};

describe.each(['dual-user', 'alternating'] as const)(
  'a service that reads separate keys, with %s,',
  (strategy) => {
    const { service } = synthesize(
      example((it) => {
        it.credentials['app'] = { strategy, consumers: [{ service: 'web', variables }] };
      }),
    );
    const task = String(service.resource('aws_ecs_task_definition', 'web_task')['container_definitions']);
    const [container] = JSON.parse(task) as { secrets: { name: string; valueFrom: string }[] }[];

    it('gets each as a variable, from the secret that is active, and no URL', () => {
      const read = new Map(container?.secrets.map(({ name, valueFrom }) => [name, valueFrom]));
      const arns = new Set([...read.values()].map((valueFrom) => valueFrom.replace(/:[a-z]+::$/, '')));
      expect(arns.size).toBe(1);
      expect([...arns][0]).toMatch(/active/);
      expect([...read].map(([name, valueFrom]) => [name, /:([a-z]+)::$/.exec(valueFrom)?.[1]])).toEqual([
        ['PGHOST', 'host'],
        ['PGPORT', 'port'],
        ['PGDATABASE', 'dbname'],
        ['PGUSER', 'username'],
        ['PGPASSWORD', 'password'],
      ]);
    });

    it('may read that secret, and no other', () => {
      const statement = service.statements('web_execution-policy').find(({ sid }) => sid === 'Credential');
      expect(statement?.['resources']).toHaveLength(1);
    });
  },
);
