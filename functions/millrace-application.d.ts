/** The user's application. The bundler puts its file here: `--alias:millrace-application=<file>`. */
declare module 'millrace-application' {
  const application: import('../lib/dsl/application.ts').Application;
  export default application;
}
