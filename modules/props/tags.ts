import { mapOf, text } from '../private/shape';

const tagName = text(
  '1 to 128 characters, not beginning with aws:',
  /^(?!aws:)[\s\S]{1,128}$/i,
  'InvalidTag',
);
const tagValue = text('a string of at most 256 characters', /^[\s\S]{0,256}$/, 'InvalidTag');

export const checkTags = mapOf(tagName, tagValue, 40);
