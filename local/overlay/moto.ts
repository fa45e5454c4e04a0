import { escapeXml } from '../endpoint/answers';
import { withBody, type Overlay } from './overlay';

/** What moto 5.2 drops and the AWS provider of Terraform misses: without it no plan would ever be empty. */
export function motoOverlays(): readonly Overlay[] {
  return [parameterSource(), ruleDescriptions()];
}

function parameterSource(): Overlay {
  return {
    service: 'rds',
    operations: ['DescribeDBParameters'],
    reason:
      'Parameters come without their Source, and the provider takes only those whose Source is user for set.',
    amend: (_, answer) =>
      withBody(answer, (xml) =>
        xml.replace(/<Parameter>(?:(?!<\/Parameter>|<Source>).)*<\/Parameter>/gs, (parameter) =>
          parameter.replace('</Parameter>', '<Source>user</Source></Parameter>'),
        ),
      ),
  };
}

const RULE_ID = /<securityGroupRuleId>(?<id>[^<]+)<\/securityGroupRuleId>/g;

function ruleDescriptions(): Overlay {
  const descriptions = new Map<string, string>();
  const describe = (xml: string) =>
    xml.replace(
      /(<securityGroupRuleId>([^<]+)<\/securityGroupRuleId>)((?:(?!<securityGroupRuleId>|<description>).)*)(?=<securityGroupRuleId>|<\/securityGroupRuleSet>|$)/gs,
      (whole: string, head: string, id: string, rest: string) => {
        const description = descriptions.get(id);
        if (description === undefined) return whole;
        return `${head}<description>${escapeXml(description)}</description>${rest}`;
      },
    );
  return {
    service: 'ec2',
    operations: [
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupEgress',
      'DescribeSecurityGroupRules',
    ],
    reason:
      'The description of a rule that names another group is forgotten; that of one with a CIDR block is kept.',
    amend: (request, answer) => {
      const form = new URLSearchParams(request.body.toString());
      const description = form.get('IpPermissions.1.Groups.1.Description');
      if (description !== null) {
        for (const match of answer.body.toString().matchAll(RULE_ID)) {
          if (match.groups?.['id'] !== undefined) descriptions.set(match.groups['id'], description);
        }
      }
      return withBody(answer, describe);
    },
  };
}
