import { LimitError } from '../../modules/shared/limits';
import { many } from './support/many';
import { example, synthesize } from './support/synthesis';

/** Synthesizing large installations takes long on a machine that has much else to do. */
jest.setTimeout(300_000);

function messageOf(synthesis: () => unknown): string {
  try {
    synthesis();
  } catch (error) {
    if (error instanceof LimitError) return error.message;
    throw error;
  }
  throw new Error('no limit was broken');
}

describe('an installation', () => {
  it('of a hundred credentials with five services each breaks no limit of AWS', () => {
    const { rotation, service } = synthesize(many(100));
    expect(rotation.resources('aws_secretsmanager_secret').size).toBe(300);
    expect(service.resources('aws_ecs_service').size).toBe(500);
    expect(rotation.resources('aws_cloudwatch_event_rule').size).toBeLessThanOrEqual(220);
  });

  it('that breaks limits in several places fails its synthesis with all of them', () => {
    const input = example((it) => {
      const consumers = Array.from({ length: 50 }, (_, index) => ({
        cluster: `${'c'.repeat(150)}-${index}`,
        service: `${'s'.repeat(150)}-${index}`,
      }));
      it.credentials['app'] = { consumers: ['web', ...consumers.slice(1)], readerRoleArns: [] };
      it.tags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, 'x']));
    });
    const told = messageOf(() => synthesize(input));
    expect(told).toMatch(
      /rotation: bytes of value of aws_ssm_parameter\.app_config: up to \d+, at most 8192/,
    );
    expect(told).toMatch(/rotation: characters of policy on .*orchestrator.*at most 10240/);
    expect(told).toMatch(/service: tags of aws_ecs_service\.web_service: up to 52, at most 50/);
  });
});
