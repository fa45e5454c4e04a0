import { other, type Slot } from './slot';

/** How a password changes while services run: see docs/strategies.md. */
export type Strategy = 'dual-user' | 'alternating' | 'single';

export const STRATEGIES = ['dual-user', 'alternating', 'single'] as const satisfies readonly Strategy[];

/** Whether there is one secret, which applications read and rotations write. */
export function hasOneSecret(strategy: Strategy): boolean {
  return strategy !== 'dual-user';
}

/** The slot whose user the next rotation gives a password. */
export function rotatedSlot(strategy: Strategy, active: Slot): Slot {
  return strategy === 'single' ? active : other(active);
}
