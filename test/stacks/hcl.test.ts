import { quotedText } from '../../stacks/hcl';

describe('a text in HCL', () => {
  it.each([
    ['quotes', '{"a":"b"}', '{\\"a\\":\\"b\\"}'],
    ['quotes around an expression', '{"a":"${x.y}"}', '{\\"a\\":\\"${x.y}\\"}'],
    ['a quote that JSON escaped', '{"a":"\\""}', '{\\"a\\":\\"\\\\\\"\\"}'],
    ['backslashes and line breaks', 'a\\n\nb', 'a\\\\n\\nb'],
    ['what is no expression', 'echo $${HOME} "100%%{"', 'echo $${HOME} \\"100%%{\\"'],
    ['a dollar', '"$x" 100%', '\\"$x\\" 100%'],
  ])('has %s escaped', (_, text, expected) => {
    expect(quotedText(text)).toBe(expected);
  });

  it.each([
    '${jsonencode({"a" = "}"})}',
    '${join("\\"", ["${x.y}", "}"])}',
    '%{ if var.a == "b" }c%{ endif }',
  ])('keeps the expression %s as it is', (expression) => {
    expect(quotedText(`"${expression}"`)).toBe(`\\"${expression}\\"`);
  });
});
