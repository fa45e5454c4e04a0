import { DisableRuleCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { ORCHESTRATOR } from '../../../local/drill/installation/model';
import { nameOf, writeParameter } from '../../../local/drill/parameters';
import { serverError } from '../../../local/endpoint/faults';
import { deliverMessages } from '../../support/stage';
import { noMending, type Rehearsal } from './model';

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
