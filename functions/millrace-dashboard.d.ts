/** The dashboard's page. The bundler puts it here as text. */
declare module 'millrace-dashboard' {
  const page: string;
  export default page;
}
