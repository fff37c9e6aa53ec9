/**
 * The public SSM parameters by which AWS, Canonical and Debian name their newest images. moto knows none of them and
 * refuses to be told, since the name space is AWS's own.
 */

/** Image ids by the name of their parameter. */
export type PublicParameters = ReadonlyMap<string, string>;

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Undefined when the request asks for none of them, and is moto's. */
export function answerPublicParameters(
  target: string | string[] | undefined,
  body: string,
  parameters: PublicParameters,
  region: string,
): JsonAnswer | undefined {
  const input = readInput(body);
  if (target === 'AmazonSSM.GetParameter' && typeof input.Name === 'string') {
    const value = parameters.get(input.Name);
    if (value !== undefined) {
      return { status: 200, body: { Parameter: describe(input.Name, value, region) } };
    }
    return isPublic(input.Name) ? notFound(input.Name) : undefined;
  }
  if (target === 'AmazonSSM.GetParameters' && Array.isArray(input.Names)) {
    const names = input.Names.filter((name): name is string => typeof name === 'string');
    if (!names.some(isPublic)) return undefined;
    return {
      status: 200,
      body: {
        Parameters: names.flatMap((name) => {
          const value = parameters.get(name);
          return value === undefined ? [] : [describe(name, value, region)];
        }),
        InvalidParameters: names.filter((name) => !parameters.has(name)),
      },
    };
  }
  return undefined;
}

function readInput(body: string): { readonly Name?: unknown; readonly Names?: unknown } {
  try {
    return JSON.parse(body) as { Name?: unknown; Names?: unknown };
  } catch {
    return {};
  }
}

/** Only `/aws/service/…` is public; a parameter of the account cannot begin with `/aws`. */
function isPublic(name: string): boolean {
  return name.startsWith('/aws/service/');
}

function describe(name: string, value: string, region: string): unknown {
  return {
    Name: name,
    Type: 'String',
    Value: value,
    Version: 1,
    // Fixed: a date that moved with the clock would show as a change in every plan.
    LastModifiedDate: 1_767_225_600,
    ARN: `arn:aws:ssm:${region}::parameter${name}`,
    DataType: 'aws:ec2:image',
  };
}

function notFound(name: string): JsonAnswer {
  return {
    status: 400,
    body: {
      __type: 'ParameterNotFound',
      message: `The lab knows no image under ${name}; it has Ubuntu 24.04 and Debian 12 and 13.`,
    },
  };
}
