import { readFileSync } from 'node:fs';
import { LICENSES, thirdPartyLicenses } from '../../scripts/licenses';

describe('THIRD-PARTY-LICENSES', () => {
  it('has the licence of everything in the zips: npx tsx scripts/licenses.ts', async () => {
    expect(readFileSync(LICENSES, 'utf8')).toBe(await thirdPartyLicenses());
  });

  it('names what is known to be in them, and nothing that only builds them', () => {
    const text = readFileSync(LICENSES, 'utf8');
    for (const name of ['pg', 'zod', '@aws-sdk/client-secrets-manager', '@aws-lambda-powertools/logger']) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    }
    expect(text).not.toMatch(/^(esbuild|cdktf|typescript) /m);
  });
});
