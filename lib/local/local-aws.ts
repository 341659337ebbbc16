/** The configuration of AWS clients for the emulators, which accept any credentials. */
export const LOCAL_AWS = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } as const;
