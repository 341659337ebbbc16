import { copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type BuildOptions, buildSync, type OutputFile } from 'esbuild';
import { dashboardPage } from '../../lib/dashboard/page.ts';
import type { Application } from '../../lib/dsl/application.ts';
import { describeBuildFailure } from './build-failure.ts';
import { checkEntry } from './check-entry.ts';
import { entryModule } from './entry-module.ts';
import { GeneratedFiles } from './generated-files.ts';

/** How the functions' code is bundled. */
export interface BundlingOptions {
  /**
   * packages that are not bundled because a Lambda layer provides them
   * @default - none
   */
  readonly external?: readonly string[];
  /**
   * loaders for other file types, by extension: `{ '.sql': 'text' }`
   * @default - esbuild's own
   */
  readonly loader?: Readonly<NonNullable<BuildOptions['loader']>>;
  /**
   * whether to minify names and white space; stack traces show the source in both cases
   * @default true
   */
  readonly minify?: boolean;
}

/** The props of {@link ApplicationCode}. */
export interface ApplicationCodeProps {
  /** absolute path of the file whose default export is the application, or of its SQL file */
  readonly entry: string;
  /** the application with parsed SQL */
  readonly application: Application;
  /**
   * how it is bundled
   * @default - everything is bundled, minified
   */
  readonly bundling?: BundlingOptions | undefined;
}

/** In the repository this file is `.ts` and so are the handlers; in the package both are `.js`. */
const SELF = fileURLToPath(import.meta.url);
const FUNCTIONS = join(dirname(SELF), '../../functions');
/** Where esbuild thinks that it writes: source maps name files by where they are from there, and a digest must not depend on CDK's directory. */
const BUNDLE = join(FUNCTIONS, 'bundle');

/** What SQL is parsed by: WebAssembly, which stands beside the bundle as a file. */
const PARSER = 'libpg-query';
/** What binds SQL, as lib/compile imports it when an application has some: a fifth of a bundle. */
const BINDER = `../sql/bind${extname(SELF)}`;

/**
 * The code of the functions with the user's application in it, bundled by esbuild in this process: no Docker, and none of
 * NodejsFunction's conditions (a lock file above the working directory, entries below it, one `npx` for each function). One asset
 * holds aggregate, merge and query, so its digest is the version of the whole deployment; another holds sql, with the parser.
 *
 * The AWS SDK is bundled too: what was tested is what runs, and it loads faster than the copy in Lambda's runtime.
 */
export class ApplicationCode extends Construct {
  /** of aggregate, merge and query */
  readonly code: Code;
  /** of sql */
  readonly sqlCode: Code;
  /** changes when the code of aggregate, merge or query does, the application's included */
  readonly digest: string;

  constructor(scope: Construct, id: string, props: ApplicationCodeProps) {
    super(scope, id);
    const generated = new GeneratedFiles();
    const options = buildOptions(props, generated);
    const main = {
      ...options,
      entryPoints: entryPoints('aggregate', 'merge', 'query'),
      external: [...parsingOnly(props.application), ...options.external],
    };
    this.code = bundled(main, generated, () => checkEntry(props.entry, props.application.name, main));
    const sql = { ...options, entryPoints: entryPoints('sql'), banner: { js: `${BANNER}${PLACE}` } };
    this.sqlCode = bundled(sql, generated, (outdir) => {
      const file = `${PARSER}.wasm`;
      copyFileSync(join(dirname(createRequire(import.meta.url).resolve(PARSER)), file), join(outdir, file));
    });
    this.digest = this.code.bind(this).s3Location?.objectKey.replace(/\.zip$/, '') ?? '';
  }
}

/** What aggregate, merge and query never load, since the application's SQL is parsed already, or there is none. */
function parsingOnly({ sql }: Application): readonly string[] {
  return sql === undefined ? [PARSER, BINDER] : [PARSER];
}

/** CommonJS packages in an ES module bundle ask for Node's modules by `require`, */
const BANNER = `import { createRequire } from 'node:module';const require = createRequire(import.meta.url);`;
/** and the parser by where it is for its WebAssembly. */
const PLACE = 'const __dirname = import.meta.dirname, __filename = import.meta.filename;';

/** @param prepare done first: it may refuse, or put further files where the bundle goes */
function bundled(options: BuildOptions, generated: GeneratedFiles, prepare: (outdir: string) => void): Code {
  return Code.fromAsset(FUNCTIONS, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: `local` always succeeds or throws.
      image: DockerImage.fromRegistry('unused'),
      // Part of what CDK caches bundles by, so that two applications in one CDK app get a bundle each.
      command: [JSON.stringify(options)],
      local: {
        tryBundle(outdir) {
          generated.whileThere(() => bundle(options, outdir, prepare));
          return true;
        },
      },
    },
  });
}

function entryPoints(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, join(FUNCTIONS, `${name}${extname(SELF)}`)]));
}

function buildOptions({ application, entry, bundling = {} }: ApplicationCodeProps, generated: GeneratedFiles) {
  return {
    alias: {
      'millrace-application': entryModule(entry, application, generated),
      'millrace-dashboard': generated.add('page.html', dashboardPage()),
    },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    // The SDK's ES modules: smaller, because esbuild can leave out what is not used.
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    minify: bundling.minify ?? true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    external: [...(bundling.external ?? [])],
    loader: { '.html': 'text', ...bundling.loader },
    logLevel: 'silent',
  } satisfies BuildOptions;
}

function bundle(options: BuildOptions, outdir: string, prepare: (outdir: string) => void): void {
  let files: readonly OutputFile[];
  try {
    prepare(outdir);
    files = buildSync({ ...options, outdir: BUNDLE, write: false }).outputFiles;
  } catch (cause) {
    throw describeBuildFailure(cause);
  }
  for (const { path, text, contents } of files) {
    // A loader may have copied files of any kind.
    writeFileSync(join(outdir, basename(path)), /\.(?:mjs|map)$/.test(path) ? GeneratedFiles.stable(text, BUNDLE) : contents);
  }
}
