import { AwsError } from '../endpoint/seams';
import type { Event, Target } from './model';

type Json = unknown;

/** What a target is sent of an event (Amazon EventBridge User Guide, "Amazon EventBridge input transformation"). */
export function inputOf(
  target: Target,
  event: Event,
  rule: { readonly arn: string; readonly name: string },
): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(select(event, target.InputPath) ?? null);
  if (target.InputTransformer === undefined) return JSON.stringify(event);
  const { InputPathsMap: paths = {}, InputTemplate: template } = target.InputTransformer;
  const reserved: Readonly<Record<string, Json>> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event': event,
    'aws.events.event.json': event,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event.id': event.id,
  };
  const valueOf = (name: string): { readonly value: Json } | undefined => {
    const path = paths[name];
    if (path !== undefined) return { value: select(event, path) ?? '' };
    return name in reserved ? { value: reserved[name] } : undefined;
  };
  return fill(template, valueOf);
}

/** @throws AwsError ValidationException where a template asks for what it was not given */
export function validateTransformer(target: Target): void {
  if (target.InputTransformer === undefined) return;
  const { InputPathsMap: paths = {}, InputTemplate: template } = target.InputTransformer;
  for (const [, name = ''] of template.matchAll(/<([\w.-]+)>/g)) {
    if (name in paths || name.startsWith('aws.events.')) continue;
    throw new AwsError(
      'ValidationException',
      `Invalid InputTemplate for target ${target.Id} : <${name}> is not in InputPathsMap.`,
    );
  }
}

/** Puts values into a template: within a JSON string as escaped text, outside of one as JSON. */
function fill(template: string, valueOf: (name: string) => { readonly value: Json } | undefined): string {
  let inString = false;
  let result = '';
  const tokens = /<([\w.-]+)>|\\.|"|[^<\\"]+|</gs;
  for (const [token, name] of template.matchAll(tokens)) {
    if (token === '"') inString = !inString;
    const found = name === undefined ? undefined : valueOf(name);
    result += found === undefined ? token : inString ? textOf(found.value) : JSON.stringify(found.value);
  }
  return result;
}

const textOf = (value: Json) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
};

/** The value at a path such as `$.detail.items[0].id`; undefined where there is none. */
function select(event: Event, path: string): Json {
  if (path === '$') return event;
  let value: Json = event;
  for (const [, key, index] of path.matchAll(/\.([\w-]+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, Json>)[key ?? index ?? ''];
  }
  return value;
}
