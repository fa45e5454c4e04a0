import { synthesize } from '../stacks/support/synthesis';
import { configurations } from './configurations';

// Prints what the constructs synthesize outside of jest, so on the packages that they name: CDKTF's.
const synthesized = Object.entries(configurations()).map(([name, input]) => [name, synthesize(input)]);
process.stdout.write(JSON.stringify(Object.fromEntries(synthesized)));
