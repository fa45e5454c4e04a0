import type { SQSEvent, SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import type { Slot } from '../../../lambda-src/core/slot';
import { handleBatch } from '../../../lambda-src/orchestrator/batch';
import { AWSCURRENT } from '../../../lambda-src/ports/secrets';
import { anyText, nearly, runs } from '../../support/fuzz';
import { arnOf, MemoryInstallation, versionId } from '../../support/memory-installation';

const KINDS = ['record', 'config', 'pointer', 'request'] as const;
const GOOD = goodTexts();

function goodTexts(): Readonly<Record<(typeof KINDS)[number], unknown>> {
  const installation = new MemoryInstallation();
  return {
    record: installation.record(),
    config: JSON.parse(installation.parameters.peek(installation.name('config'))?.value ?? 'null') as unknown,
    pointer: 'blue',
    request: { id: 'r-1', kind: 'revert', leaving: versionId('blue-1') },
  };
}

/** One parameter, with what somebody wrote into it. */
const edit = fc.constantFrom(...KINDS).chain((kind) =>
  fc
    .oneof(
      anyText,
      nearly(GOOD[kind]).map((value) => JSON.stringify(value) as string | undefined),
    )
    .map((text) => ({ kind, text: text ?? '' })),
);

const wake = (body: string): SQSEvent => ({
  Records: [{ messageId: 'm-1', body } as SQSRecord],
});

describe('whatever people wrote into the parameters', () => {
  it('every look ends by itself, and a failure is named rather than unforeseen', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 2 }), fc.boolean(), async (edits, sweep) => {
        const installation = new MemoryInstallation();
        installation.store('green', versionId('green-2'), AWSCURRENT);
        for (const { kind, text } of edits) installation.set(kind, text);
        const body = JSON.stringify({ credential: 'app', cause: sweep ? 'sweep' : 'event', id: 'e-1' });
        let looks = 0;
        const answer = await handleBatch(installation.dependencies, wake(body), () => (looks += 1) <= 60);
        expect(installation.telemetry.lines.filter(({ level }) => level === 'error')).toEqual(
          installation.telemetry.lines.filter(({ message }) => message === 'the look failed'),
        );
        // What nobody foresaw is reported, and would end in the dead-letter queue.
        expect({
          answer,
          lines: answer.batchItemFailures.length > 0 ? installation.telemetry.lines : [],
        }).toEqual({
          answer: { batchItemFailures: [] },
          lines: [],
        });
        expect(looks).toBeLessThan(60);
        for (const slot of ['blue', 'green'] as const satisfies readonly Slot[]) {
          const value = installation.secrets.valueOf(arnOf(slot)) ?? 'no value';
          expect(installation.telemetry.text()).not.toContain(value);
        }
      }),
      runs(150),
    );
  }, 300_000);

  it('a message that is no wake-up is dropped, with a line that says so', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (body) => {
        const installation = new MemoryInstallation();
        const answer = await handleBatch(installation.dependencies, wake(body), () => true);
        expect(answer).toEqual({ batchItemFailures: [] });
        expect(installation.telemetry.lines.map(({ message }) => message)).toEqual([
          'a message that is no wake-up was dropped',
        ]);
      }),
      runs(100),
    );
  });
});
