/**
 * The public SSM parameters by which AWS, Canonical and Debian name their newest images. moto knows none of them and
 * refuses to be told, since the name space is AWS's own.
 */

export interface PublicParameter {
  readonly name: string;
  readonly value: string;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Undefined when the request asks for none of them, and is moto's. */
export function answerPublicParameters(
  target: string | string[] | undefined,
  body: string,
  parameters: readonly PublicParameter[],
  region: string,
): JsonAnswer | undefined {
  const input = readInput(body);
  const find = (name: string) => parameters.find((parameter) => parameter.name === name);
  if (target === 'AmazonSSM.GetParameter' && typeof input.Name === 'string') {
    const parameter = find(input.Name);
    if (parameter !== undefined) {
      return { status: 200, body: { Parameter: describe(parameter, region) } };
    }
    return isPublic(input.Name) ? notFound(input.Name) : undefined;
  }
  if (target === 'AmazonSSM.GetParameters' && Array.isArray(input.Names)) {
    const names = input.Names.filter((name): name is string => typeof name === 'string');
    if (!names.some(isPublic)) return undefined;
    const found = names.flatMap((name) => find(name) ?? []);
    return {
      status: 200,
      body: {
        Parameters: found.map((parameter) => describe(parameter, region)),
        InvalidParameters: names.filter((name) => find(name) === undefined),
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

function describe({ name, value }: PublicParameter, region: string): unknown {
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
