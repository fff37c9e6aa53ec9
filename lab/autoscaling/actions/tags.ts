import { type Action, groupToChange, nothing } from '../action';
import { describeTag } from '../describe';
import type { Input } from '../input';
import type { Tag } from '../model';
import { page } from './page';

export function tagFrom(input: Input): Tag {
  return {
    key: input.string('Key'),
    value: input.optionalString('Value') ?? '',
    propagateAtLaunch: input.optionalBoolean('PropagateAtLaunch') ?? false,
  };
}

export const createOrUpdateTags: Action = (input, { region }) => {
  for (const item of input.structures('Tags')) {
    const tag = tagFrom(item);
    groupToChange(region, item.string('ResourceId')).tags.set(tag.key, tag);
  }
  return nothing;
};

export const deleteTags: Action = (input, { region }) => {
  for (const item of input.structures('Tags')) {
    groupToChange(region, item.string('ResourceId')).tags.delete(item.string('Key'));
  }
  return nothing;
};

/** Filters: `auto-scaling-group`, `key`, `value`, `propagate-at-launch`; each with a list of accepted values. */
export const describeTags: Action = (input, { region }) => {
  const filters = input.structures('Filters');
  const accepts = (name: string, value: string) =>
    filters
      .filter((filter) => filter.optionalString('Name') === name)
      .every((filter) => filter.strings('Values').includes(value));
  const tags = [...region.groups.values()].flatMap((group) =>
    [...group.tags.values()]
      .filter(
        (tag) =>
          accepts('auto-scaling-group', group.name) &&
          accepts('key', tag.key) &&
          accepts('value', tag.value) &&
          accepts('propagate-at-launch', String(tag.propagateAtLaunch)),
      )
      .map((tag) => describeTag(group, tag)),
  );
  const { items, nextToken } = page(tags, input);
  return { Tags: items, NextToken: nextToken };
};
