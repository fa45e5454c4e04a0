/**
 * The most characters that a reference becomes, by the attribute that it names: texts are measured before Terraform knows
 * them. A whole ARN has a prefix of 32 and a name of 64 characters at most, beside service, partition, region and account.
 */
const LONGEST: Readonly<Record<string, number>> = {
  account_id: '111122223333'.length,
  address: 120,
  dns_suffix: 'amazonaws.com.cn'.length,
  endpoint: 120,
  id: 40,
  name: 80,
};
const ARN = 170;

/** What stands in an ARN for partition, region (none in those of IAM) and account. */
const PLACE = /arn:\$\{[^}]*\}:([a-z0-9-]+):(\$\{[^}]*\}|[a-z0-9-]*):(\$\{[^}]*\}|\d*):/g;
const REFERENCE = /(?<!\$)\$\{[^}]*?([a-z_]*)(\[[^\]]*\])?\}/g;

/** A text with references, those of constructs or those of Terraform, as long as it can become. */
export function longestOf(text: string): string {
  return text
    .replace(PLACE, (_, service: string, region: string) => {
      const where = region === '' ? '' : 'ap-northeast-100';
      return `arn:aws-us-gov:${service}:${where}:111122223333:`;
    })
    .replace(REFERENCE, (_, attribute: string) => 'x'.repeat(LONGEST[attribute] ?? ARN))
    .replace(/\$\$\{|%%\{/g, '${');
}
