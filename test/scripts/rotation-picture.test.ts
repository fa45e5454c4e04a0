import { readFileSync } from 'node:fs';
import path from 'node:path';
import { drawing } from '../../local/drill/timeline/drawing';
import { PICTURE, recordedRotation } from '../../scripts/rotation-picture';

const recorded = recordedRotation();

describe('the picture of a rotation', () => {
  it('is what is drawn from the recorded drill: npx tsx scripts/rotation-picture.ts draws it anew', () => {
    expect(readFileSync(PICTURE, 'utf8')).toBe(drawing(recorded));
  });

  it('is in the README', () => {
    expect(readFileSync(path.join(__dirname, '..', '..', 'README.md'), 'utf8')).toContain(
      '(docs/rotation.svg)',
    );
  });

  it('shows one rotation in which every service moves to the other user, without a failed login', () => {
    const { rotations, tasks, users, logins, publishes } = recorded;
    expect(rotations.filter(({ finished }) => finished)).toHaveLength(1);
    expect(publishes.map(({ slot }) => slot)).toEqual(['blue', 'green']);
    for (const service of ['web', 'worker']) {
      const held = tasks.filter((task) => task.service === service).map(({ user }) => user);
      expect(held).toEqual([users.blue, users.blue, users.green, users.green]);
    }
    expect(Math.max(...logins.failed)).toBe(0);
    expect(logins.ok.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
  });
});
