import path from 'node:path';
import { example, synthesize } from '../stacks/support/synthesis';
import { blocks } from '../support/markdown';

const PAGE = path.join(__dirname, '..', '..', 'docs', 'adoption.md');

it('what leaving takes out of the state is what the example has there', () => {
  const [command = ''] = blocks(PAGE, '2. Destroy the rotation stack', 'sh');
  const addresses = command.match(/\baws_\w+\.[\w-]+/g) ?? [];
  expect(addresses).toHaveLength(4);
  const { rotation } = synthesize(example());
  for (const address of addresses) {
    const [type = '', name] = address.split('.');
    expect([...rotation.resources(type).keys()]).toContain(name);
  }
});
