import { AwsError, type Place } from '../endpoint/seams';

const MAX_LEVELS = 15;
const MAX_LENGTH = 1011;

/**
 * Checks the name of a parameter that is to be made (Systems Manager API, "PutParameter", Name).
 * @throws AwsError as PutParameter answers
 */
export function checkName(name: string): void {
  const levels = name.replace(/^\//, '').split('/');
  const first = (levels[0] ?? '').toLowerCase();
  if (name.startsWith('/aws/'))
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  if (first.startsWith('aws') || first.startsWith('ssm')) {
    throw invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (name.includes('/') && !name.startsWith('/'))
    throw invalid('Parameter name must be a fully qualified name.');
  if (name.length > MAX_LENGTH || !levels.every((level) => /^[a-zA-Z0-9_.-]+$/.test(level))) {
    throw invalid(
      'Parameter name: if formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be ' +
        'formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (levels.length > MAX_LEVELS) {
    const text = `A hierarchy can have a maximum of ${MAX_LEVELS} levels.`;
    throw new AwsError('HierarchyLevelLimitExceededException', text);
  }
}

function invalid(text: string): AwsError {
  return new AwsError('ValidationException', text);
}

/** `arn:aws:ssm:region:account:parameter/path`; a name without a hierarchy gets a slash of its own. */
export function arnOf(name: string, { partition, region, accountId }: Place): string {
  return `arn:${partition}:ssm:${region}:${accountId}:parameter${name.startsWith('/') ? name : `/${name}`}`;
}

/** A reference to a parameter: its name or ARN, and a version or label behind a colon. */
export interface Reference {
  /** Names that the reference may mean: an ARN does not tell `a` from `/a`. */
  readonly names: readonly string[];
  /** The version number or label; undefined for the latest version. */
  readonly selector: string | undefined;
}

/** Reads `name`, `name:selector`, an ARN, or an ARN with `:selector`; an ARN of another place names nothing. */
export function parseReference(text: string, place: Place): Reference {
  const trimmed = text.trim();
  const prefix = arnOf('/', place).slice(0, -1);
  const isArn = trimmed.startsWith('arn:');
  if (isArn && !trimmed.startsWith(`${prefix}/`)) return { names: [], selector: undefined };
  const path = isArn ? trimmed.slice(prefix.length) : trimmed;
  const colon = path.indexOf(':');
  const name = colon < 0 ? path : path.slice(0, colon);
  return {
    names: isArn ? [name, name.slice(1)] : [name],
    selector: colon < 0 ? undefined : path.slice(colon + 1),
  };
}
