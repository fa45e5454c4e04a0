import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { ORCHESTRATOR } from '../../../local/drill/installation/model';
import { nameOf, writeParameter } from '../../../local/drill/parameters';
import { serverError } from '../../../local/endpoint/faults';
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
