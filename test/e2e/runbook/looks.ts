import { DisableRuleCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { ORCHESTRATOR, PREFIX } from '../../../local/drill/installation/model';
import { nameOf, writeParameter } from '../../../local/drill/parameters';
import { until } from '../../../local/drill/wait';
import { serverError } from '../../../local/endpoint/faults';
import { deadQueueName } from '../../../modules/orchestrator/names';
import { deliverMessages } from '../../support/stage';
import { reconfigure } from './hall';
import { noMending, type Rehearsal } from './model';

const DEADLINE_MS = 120_000;

export const recordEdited: Rehearsal = {
  fault: 'somebody wrote over the record',
  // The last version that a function wrote is the one before the person's.
  shows:
    /no record[^]*\| *\d+ *\| [^\n]* drill *\|\n\| *(?<VERSION>\d+) *\| [^\n]* lambda-tandem-drill-\w+ *\|/,
  inject: async ({ stage, reported }) => {
    await writeParameter(stage, 'record', 'somebody was here');
    await reported('RecordMissing');
    return noMending;
  },
};

export const recordDeleted: Rehearsal = {
  fault: 'somebody deleted the record',
  shows: /no record/,
  does: 2,
  inject: async ({ stage, reported }) => {
    await stage.clients.ssm.send(new DeleteParameterCommand({ Name: nameOf('record') }));
    await reported('RecordMissing');
    return noMending;
  },
};

export const LookFailed: Rehearsal = {
  fault: 'the orchestrator may not read its parameters',
  shows: /"level":"ERROR"[^]*InternalServerError/,
  inject: async ({ board, reported }) => {
    const end = board.onCall(({ service, operation }, invocation) =>
      invocation?.functionName === ORCHESTRATOR && operation === 'GetParameters'
        ? { error: serverError(service), when: 'without-effect' }
        : undefined,
    );
    await reported('LookFailed');
    return () => {
      end();
      return Promise.resolve();
    };
  },
};

export const LookMissing: Rehearsal = {
  fault: 'somebody disabled the sweep and what delivers wake-ups',
  shows: /(?<RULE>\S+sweep\S*)\tDISABLED[^]*(?<UUID>[0-9a-f-]{36})\tDisabled/,
  inject: async ({ stage }) => {
    const { events } = stage.clients;
    const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix: 'tandem-drill-sweep' }));
    for (const { Name } of Rules) await events.send(new DisableRuleCommand({ Name }));
    await deliverMessages(stage, false);
    return noMending;
  },
};

export const DeadLetters: Rehearsal = {
  fault: 'somebody broke the configuration of the orchestrator',
  shows: /TANDEM_ROTATOR/,
  inject: async ({ stage }) => {
    const mend = await reconfigure(stage, ORCHESTRATOR, ({ TANDEM_PREFIX = '' }) => ({ TANDEM_PREFIX }));
    const { sqs } = stage.clients;
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: deadQueueName(PREFIX) }));
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const waiting = async () => {
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
      return Number(Attributes?.ApproximateNumberOfMessages) > 0 ? true : undefined;
    };
    await until('a dead letter', stage.signal, waiting, { deadlineMs: DEADLINE_MS });
    return mend;
  },
};

export const passwordRead: Rehearsal = {
  fault: 'nobody knows who read a password, and its sessions may be ended',
  shows: /settled/,
  inject: () => Promise.resolve(noMending),
};

export const sessionsToKeep: Rehearsal = {
  ...passwordRead,
  fault: 'the same, but sessions must go on',
  does: 2,
};
