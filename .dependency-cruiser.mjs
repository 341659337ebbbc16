/** What may import what: one arrow per line of `allowed`, from the pure core outwards. */
const folder = (name) => `^lib/${name}/`;
const allowed = {
  core: [],
  formats: ['core'],
  plan: ['core', 'formats'],
  dsl: ['core', 'formats', 'plan'],
  sql: ['core', 'formats', 'plan', 'dsl'],
  compile: ['core', 'formats', 'plan', 'dsl', 'sql'],
  query: ['core', 'plan'],
  store: ['core'],
  runtime: ['core', 'plan', 'query', 'store'],
  aws: ['core', 'formats', 'plan', 'dsl', 'compile', 'query', 'store', 'runtime', 'api', 'dashboard'],
  api: ['core', 'plan', 'query', 'store', 'runtime'],
  client: ['dsl'],
  dashboard: ['client'],
  local: ['core', 'formats', 'plan', 'dsl', 'compile', 'query', 'store', 'runtime', 'aws', 'api', 'dashboard'],
  testing: ['core', 'formats', 'plan', 'dsl', 'compile', 'query', 'store', 'runtime', 'api'],
  'testing/simulator': ['core', 'plan', 'dsl', 'compile', 'store', 'runtime', 'aws', 'local'],
  cli: ['core', 'plan', 'dsl', 'compile', 'query', 'store', 'runtime', 'aws', 'client', 'local', 'dashboard'],
};

const arrows = Object.entries(allowed).map(([name, targets]) => ({
  name: `lib/${name} imports only ${targets.join(', ') || 'itself'}`,
  severity: 'error',
  // What lies in a folder of its own name has arrows of its own.
  from: { path: folder(name), pathNot: name === 'testing' ? folder('testing/simulator') : [] },
  to: { path: '^lib/', pathNot: [name, ...targets].map(folder) },
}));

export default {
  forbidden: [
    ...arrows,
    {
      name: 'core is pure: no package, no Node module',
      severity: 'error',
      from: { path: folder('core') },
      to: { dependencyTypesNot: ['local'] },
    },
    {
      name: 'only lib/aws, lib/local and the simulator use the AWS SDK',
      severity: 'error',
      from: { path: '^lib/(?!aws/|local/|testing/simulator/)' },
      to: { path: '@aws-sdk|@smithy|powertools' },
    },
    {
      name: "the simulator's oracle reads the definition for itself: it imports nothing from lib",
      severity: 'error',
      from: { path: folder('testing/simulator/oracle') },
      to: { path: '^lib/', pathNot: folder('testing/simulator/oracle') },
    },
    { name: 'the client runs in browsers', severity: 'error', from: { path: folder('client') }, to: { dependencyTypes: ['core'] } },
    {
      name: 'lib does not import from outside',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(infra|functions|test|examples|bench|scripts)/' },
    },
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'nothing unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(millrace-application|millrace-dashboard|aws-lambda)$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default', 'node'],
    },
  },
};
