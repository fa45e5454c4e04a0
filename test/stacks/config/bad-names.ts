import { app, set, type Change } from './bad-inputs';

/** Names that AWS would refuse, or confuse with others, in an apply. */
export const badNames: readonly (readonly [string, Change, RegExp])[] = [
  ['a prefix that EC2 reserves for its ids', set('prefix', 'sg/shop'), /^prefix must not start with sg-/],
  [
    'a prefix deeper than a path of Parameter Store',
    set('prefix', 'a/b/c/d/e/f/g/h/i/j/k/l/m/n'),
    /^prefix must have at most 13 segments/,
  ],
  [
    'two services that differ in case alone',
    (input) => {
      set('services.Web', { image: 'x' })(input);
      set(`${app}.consumers`, ['web', 'Web'])(input);
    },
    /^services\.Web must differ from web in more than case/,
  ],
  [
    'more credentials of one service than a look can read',
    (input) => {
      for (let index = 1; index <= 50; index += 1) set(`credentials.more${index}.consumers`, ['web'])(input);
    },
    /^credentials\.app\.consumers shares consumers with 50 other credentials, directly or through others; at most 50 may/,
  ],
];
