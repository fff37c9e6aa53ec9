import { cableName, kernelPrefix, namespaceName } from '../../lab/network/names';

test('one folder has one prefix, however it is written, and another folder another', () => {
  expect(kernelPrefix('/a/.lab')).toBe(kernelPrefix('/a/b/../.lab'));
  expect(kernelPrefix('/a/.lab')).not.toBe(kernelPrefix('/b/.lab'));
});

test('what a lab makes is found by its prefix', () => {
  const prefix = kernelPrefix('/a/.lab');
  expect(namespaceName(prefix, 'vpc-1').startsWith(prefix)).toBe(true);
});

test("a cable's name fits the kernel's 15 characters and tells instances apart", () => {
  expect(cableName('i-0123456789abcdef0')).toHaveLength(15);
  expect(cableName('i-0123456789abcdef0')).not.toBe(cableName('i-0123456789abcdef1'));
});
