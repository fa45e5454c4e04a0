import { z } from 'zod';
import { composeValue } from '../core/secret-value';
import { Sensitive } from '../core/sensitive';

const withUrl = z.object({ url: z.string().min(1) });
const withoutUrl = z.object({
  host: z.string(),
  port: z.number(),
  dbname: z.string(),
  username: z.string(),
  password: z.string().min(1),
});

/**
 * What the active parameter carries of a slot's value: its `url`, since ECS picks no key out of a parameter. Of a value that
 * somebody stored without one it is made of what every login needs.
 * @returns null where the value is no login
 */
export function urlOf(value: Sensitive, urlOptions: string): Sensitive | null {
  const parsed = json(value);
  const found = withUrl.safeParse(parsed);
  if (found.success) return new Sensitive(found.data.url);
  const login = withoutUrl.safeParse(parsed);
  if (!login.success) return null;
  const { host, port, dbname: database, username: user, password } = login.data;
  const composed = composeValue({ host, port, database, user, urlOptions }, new Sensitive(password));
  return new Sensitive(withUrl.parse(json(composed)).url);
}

/** The user that a URL logs in as; null where it is no URL. */
export function userIn(url: Sensitive): string | null {
  try {
    return decodeURIComponent(new URL(url.reveal()).username);
  } catch {
    return null;
  }
}

function json(value: Sensitive): unknown {
  try {
    return JSON.parse(value.reveal());
  } catch {
    return null;
  }
}
