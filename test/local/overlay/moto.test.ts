import { motoOverlays } from '../../../local/overlay/moto';
import { amended, type Overlay } from '../../../local/overlay/overlay';
import type { RawRequest } from '../../../local/endpoint/seams';

function request(fields: Record<string, string> = {}): RawRequest {
  const body = Buffer.from(new URLSearchParams(fields).toString());
  const caller = { accessKeyId: 'terraform' };
  return { method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body, caller };
}

function answerOf(
  overlays: readonly Overlay[],
  service: string,
  operation: string,
  xml: string,
  fields: Record<string, string> = {},
  status = 200,
): string {
  const answer = { status, headers: {}, body: Buffer.from(xml) };
  return amended(overlays, { service, operation }, request(fields), answer).body.toString();
}

const parameter = (content: string) => `<Parameter><ParameterName>a</ParameterName>${content}</Parameter>`;

it('says of each parameter of a group that a user set it, unless moto says whose it is', () => {
  const xml = `<Parameters>${parameter('')}${parameter('<Source>system</Source>')}${parameter('')}</Parameters>`;
  const amendedXml = answerOf(motoOverlays(), 'rds', 'DescribeDBParameters', xml);
  expect(amendedXml).toBe(
    `<Parameters>${parameter('<Source>user</Source>')}${parameter('<Source>system</Source>')}${parameter('<Source>user</Source>')}</Parameters>`,
  );
});

const rule = (id: string, rest = '') =>
  `<item><securityGroupRuleId>${id}</securityGroupRuleId><tagSet><item><key>k</key></item></tagSet>${rest}</item>`;
const rules = (...items: readonly string[]) =>
  `<securityGroupRuleSet>${items.join('')}</securityGroupRuleSet>`;

it('remembers the description of a rule between groups, and gives it to that rule alone', () => {
  const overlays = motoOverlays();
  answerOf(overlays, 'ec2', 'AuthorizeSecurityGroupIngress', rules(rule('sgr-1')), {
    'IpPermissions.1.Groups.1.Description': 'Clients & others',
  });
  const described = answerOf(
    overlays,
    'ec2',
    'DescribeSecurityGroupRules',
    rules(rule('sgr-0'), rule('sgr-1'), rule('sgr-2', '<description>kept</description>')),
  );
  expect(described).toContain(
    '<securityGroupRuleId>sgr-1</securityGroupRuleId><description>Clients &amp; others</description>',
  );
  expect(described.match(/<description>/g)).toHaveLength(2);
});

it('forgets nothing of a description that moto kept', () => {
  const overlays = motoOverlays();
  const fields = { 'IpPermissions.1.Groups.1.Description': 'ours' };
  const xml = rules(rule('sgr-1', '<description>theirs</description>'));
  expect(answerOf(overlays, 'ec2', 'AuthorizeSecurityGroupEgress', xml, fields)).toBe(xml);
});

it('leaves other operations, other services and errors as they are', () => {
  const xml = `<Parameters>${parameter('')}</Parameters>`;
  expect(answerOf(motoOverlays(), 'rds', 'DescribeDBParameterGroups', xml)).toBe(xml);
  expect(answerOf(motoOverlays(), 'ec2', 'DescribeDBParameters', xml)).toBe(xml);
  expect(answerOf(motoOverlays(), 'rds', 'DescribeDBParameters', xml, {}, 400)).toBe(xml);
});

it('gives a reason for every overlay', () => {
  for (const { reason } of motoOverlays()) expect(reason).toMatch(/^[A-Z].{30,}\.$/);
});
