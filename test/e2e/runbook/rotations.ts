import { connectAs, passwordOf } from '../../../local/drill/connect';
import { standbyOf } from '../../../local/drill/faults/rotation';
import { ROTATOR, USERS } from '../../../local/drill/installation/model';
import { startRotation } from '../../../local/drill/rotate';
import { tandem } from '../../support/tandem';
import { reconfigure, type Hall } from './hall';
import { noMending, type Rehearsal } from './model';

export const RotationRefused: Rehearsal = {
  fault: 'somebody has a session open as the standby',
  shows: /WARN {2}standby sessions .*application_name psql.*pid \d+/,
  inject: async ({ stage, reported }) => {
    const slot = await standbyOf(stage);
    const session = await connectAs(stage, slot, await passwordOf(stage, slot), 'psql');
    await startRotation(stage, slot);
    await reported('RotationRefused');
    return () => session.end();
  },
};

export const RotationFailed: Rehearsal = {
  fault: 'the admin may not alter the standby any more',
  shows: /FAIL {2}user (?:blue|green) .*no ADMIN OPTION[^]*"setSecret"/,
  inject: async ({ stage, reported }) => {
    const { postgres, admin } = stage.system;
    const slot = await standbyOf(stage);
    await postgres.query(`REVOKE ${USERS[slot]} FROM ${admin.username}`);
    await startRotation(stage, slot);
    await reported('RotationFailed');
    return async () => {
      await postgres.query(
        `GRANT ${USERS[slot]} TO ${admin.username} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`,
      );
    };
  },
};

export const DatabaseUnreachable: Rehearsal = {
  fault: 'the rotator does not reach the database',
  shows: /FAIL {2}database +Nothing listens on localhost:1\b/,
  inject: async ({ stage, reported }) => {
    const mend = await reconfigure(stage, ROTATOR, ({ TANDEM_DATABASE = '', ...others }) => ({
      ...others,
      TANDEM_DATABASE: TANDEM_DATABASE.replace(/"port":\d+/, '"port":1'),
    }));
    await reported('DatabaseUnreachable');
    return mend;
  },
};

export const PasswordAge: Rehearsal = {
  fault: 'somebody paused it and went home',
  shows: /paused[^]*age[^]*WARN {2}record +paused/,
  inject: async ({ stage, shell, reported }: Hall) => {
    const paused = await tandem(['pause', 'app'], shell.environment);
    expect(paused).toMatchObject({ code: 0 });
    // What the calendar would have done.
    await startRotation(stage, await standbyOf(stage));
    await reported('RotationRefused');
    // Every sweep reports it; how old is too old is what CloudWatch compares.
    await reported('PasswordAge');
    return noMending;
  },
};
