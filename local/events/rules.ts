import { AwsError } from '../endpoint/seams';
import type { Bus } from './bus';
import type { EventBridgeOptions, Rule, Target } from './model';
import { parsePattern } from './pattern';
import { parseSchedule } from './schedule';

export type Input = Readonly<Record<string, unknown>>;
export type Operation = (input: Input) => object;

const STATES = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] as const;

/** The operations on rules and their tags. */
export function ruleOperations(bus: Bus, options: EventBridgeOptions): Readonly<Record<string, Operation>> {
  const ruleOf = (input: Input) => bus.rule(String(input['Name']));
  const setState = (rule: Rule, state: Rule['state']) => {
    rule.state = state;
    bus.arm(rule);
    return {};
  };
  return {
    PutRule: (input) => ({ RuleArn: putRule(bus, options, input).arn }),
    DescribeRule: (input) => ({ ...describe(ruleOf(input)), CreatedBy: options.place.accountId }),
    EnableRule: (input) => setState(ruleOf(input), 'ENABLED'),
    DisableRule: (input) => setState(ruleOf(input), 'DISABLED'),
    DeleteRule: (input) => {
      const rule = bus.rules.get(String(input['Name']));
      if (rule === undefined) return {};
      if (rule.targets.size > 0) {
        throw new AwsError('ValidationException', "Rule can't be deleted since it has targets.");
      }
      rule.cancel?.();
      bus.rules.delete(rule.name);
      return {};
    },
    ListRules: (input) => {
      const prefix = typeof input['NamePrefix'] === 'string' ? input['NamePrefix'] : '';
      const found = [...bus.rules.values()].filter(({ name }) => name.startsWith(prefix));
      return { Rules: found.map(describe) };
    },
    ListTagsForResource: (input) => {
      const { tags } = tagged(bus, input);
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
    TagResource: (input) => {
      const rule = tagged(bus, input);
      rule.tags = { ...rule.tags, ...tagsOf(input) };
      return {};
    },
    UntagResource: (input) => {
      const rule = tagged(bus, input);
      const gone = new Set((input['TagKeys'] ?? []) as readonly string[]);
      rule.tags = Object.fromEntries(Object.entries(rule.tags).filter(([key]) => !gone.has(key)));
      return {};
    },
  };
}

function putRule(bus: Bus, { place }: EventBridgeOptions, input: Input): Rule {
  const name = String(input['Name']);
  if (!/^[\w.-]{1,64}$/.test(name))
    throw new AwsError('ValidationException', `Rule name '${name}' is not valid.`);
  const { EventPattern: pattern, ScheduleExpression: schedule, State: state = 'ENABLED' } = input;
  const known = STATES.find((candidate) => candidate === state);
  if (known === undefined)
    throw new AwsError('ValidationException', `State '${String(state)}' is not valid.`);
  const patternText = typeof pattern === 'string' && pattern !== '' ? pattern : undefined;
  const scheduleText = typeof schedule === 'string' && schedule !== '' ? schedule : undefined;
  if (patternText === undefined && scheduleText === undefined) {
    throw new AwsError(
      'ValidationException',
      'Parameter(s) EventPattern or ScheduleExpression must be specified.',
    );
  }
  const { Description: description, RoleArn: roleArn } = input;
  const earlier = bus.rules.get(name);
  const { partition, region, accountId } = place;
  // A rule is replaced as a whole; only targets and tags stay (EventBridge API Reference, PutRule).
  const rule: Rule = {
    name,
    arn: `arn:${partition}:events:${region}:${accountId}:rule/${name}`,
    state: known,
    tags: earlier?.tags ?? tagsOf(input),
    targets: earlier?.targets ?? new Map<string, Target>(),
    ...(patternText === undefined
      ? {}
      : { pattern: { text: patternText, compiled: parsePattern(patternText) } }),
    ...(scheduleText === undefined
      ? {}
      : { schedule: { text: scheduleText, next: parseSchedule(scheduleText) } }),
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof roleArn === 'string' ? { roleArn } : {}),
  };
  earlier?.cancel?.();
  bus.rules.set(name, rule);
  bus.arm(rule);
  return rule;
}

const describe = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  State: rule.state,
  EventBusName: 'default',
  ...(rule.pattern === undefined ? {} : { EventPattern: rule.pattern.text }),
  ...(rule.schedule === undefined ? {} : { ScheduleExpression: rule.schedule.text }),
  ...(rule.description === undefined ? {} : { Description: rule.description }),
  ...(rule.roleArn === undefined ? {} : { RoleArn: rule.roleArn }),
});

function tagged(bus: Bus, input: Input): Rule {
  return bus.rule(String(input['ResourceARN']).split('/').at(-1) ?? '');
}

function tagsOf(input: Input): Record<string, string> {
  const tags = (input['Tags'] ?? []) as readonly { readonly Key: string; readonly Value: string }[];
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
