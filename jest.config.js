const transform = {
  '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }],
};

/** Two projects: `unit` needs nothing but Node; `system` runs the real nginx, HAProxy, Terraform and moto. */
module.exports = {
  projects: [
    {
      displayName: 'unit',
      transform,
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/__tests__/system/'],
    },
    {
      displayName: 'system',
      transform,
      globalSetup: '<rootDir>/scripts/end-abandoned-tests.ts',
      testMatch: ['<rootDir>/__tests__/system/**/*.test.ts'],
    },
  ],
};
