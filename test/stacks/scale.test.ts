import { LimitError } from '../../modules/shared/limits';
import { exponent, installation } from '../../scripts/bench-synth';
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
    const { rotation, service } = synthesize(installation(100));
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

describe('the growth of a quantity', () => {
  it('is told by its exponent, the fixed part left out', () => {
    const grown = (of: (size: number) => number) => exponent([10, 30, 100].map((size) => [size, of(size)]));
    expect(grown((size) => 2 + size)).toBeCloseTo(1);
    expect(grown((size) => size * size)).toBeGreaterThan(1.9);
  });
});
