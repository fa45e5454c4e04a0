import { identifier } from './quoting';

/** What giving a user a password is called where it is told: its verifier is nobody's business. */
export function passwordStatement(user: string): string {
  return `ALTER ROLE ${identifier(user)} PASSWORD '[redacted]' LOGIN`;
}
