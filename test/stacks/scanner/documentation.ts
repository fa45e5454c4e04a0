import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKS } from './checks';
import { scanned, skipsOf, VARIANTS } from './variants';

/** The page that lists every skip. */
export const PAGE = path.join(__dirname, '..', '..', '..', 'docs', 'security-scan.md');

/** The page as it ought to be: what is skipped anywhere, once. */
export function page(): string {
  const rows = new Map<string, { readonly row: readonly string[]; readonly places: Set<string> }>();
  for (const it of Object.values(VARIANTS).flatMap(scanned)) {
    for (const { id, comment } of skipsOf(it)) {
      const asks = CHECKS.find((check) => check.id === id)?.asks ?? '';
      const entry = rows.get(`${id} ${comment}`) ?? { row: [`\`${id}\``, asks, comment], places: new Set() };
      rows.set(`${id} ${comment}`, entry);
      entry.places.add(`\`${it.type}.${it.address}\``);
    }
  }
  const table = [...rows]
    .sort(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
    .map(
      ([
        ,
        {
          row: [id = '', asks = '', comment = ''],
          places,
        },
      ]) => {
        const where = [...places].sort().join('<br>');
        return `| ${id} | ${asks} | ${where} | ${comment} |`;
      },
    );
  return [HEAD, '| check | whether it | of | why not |', '| --- | --- | --- | --- |', ...table, ''].join(
    '\n',
  );
}

const HEAD = `# What a security scanner finds

Every check that checkov has for what the stacks emit either holds or is skipped where the construct is made, with its
reason. \`test/stacks/scanner.test.ts\` asks each of them of every kind of installation, and fails for a type of resource
that nobody has looked up. The checks are written anew there, from checkov's source: run the scanner itself in your
pipeline as well.

\`\`\`sh
npx cdktf synth
checkov -d cdktf.out/stacks --framework terraform_json --baseline cdktf.out/checkov.baseline
\`\`\`

In Terraform's JSON a skip is a comment (\`"//": {"checkov": {"skip": [{"id", "comment"}]}}\`), for people: checkov does not
read it there ([its issue 4634](https://github.com/bridgecrewio/checkov/issues/4634)). So synthesis writes the same skips
as a baseline, which it does read. What a configuration asks for itself (\`protect: false\`, \`multiAz: false\`, short logs, a
sparse schedule) is skipped only where it is asked for.

With the examples' names of credential and service, \`app\` and \`web\`. This page is generated:
\`npx tsx test/stacks/scanner/documentation.ts\`.
`;

if (require.main === module) writeFileSync(PAGE, page());
