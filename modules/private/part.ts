/** What every part of a service is told. */
export interface PartProps {
  /** Name of the service: in front of every address and every resource name. */
  readonly name: string;
  /** Tags of every resource, beside `Name` and `Service`. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** `Service` finds everything of one service; `Name` is what AWS's console shows. */
export function tagsOf({ name, tags }: PartProps, part?: string): Record<string, string> {
  return { Name: part === undefined ? name : `${name}-${part}`, Service: name, ...tags };
}
