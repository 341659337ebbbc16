// Whether the LocalStack suite can run on this machine.
import { getContainerRuntimeClient, ImageName } from 'testcontainers';
import { localStackImage } from '../test/localstack/support/container.ts';

/** Pulls the suite's image when it is not here. @returns why the suite cannot run, in one line; undefined when it can */
export async function whyNoLocalStack() {
  const image = localStackImage();
  let docker;
  try {
    docker = await getContainerRuntimeClient();
  } catch (error) {
    return `Docker does not answer: ${inOneLine(error)}`;
  }
  try {
    await docker.image.pull(ImageName.fromString(image));
  } catch (error) {
    return `${image} is not here and cannot be pulled: ${inOneLine(error)}`;
  }
}

function inOneLine(error) {
  return String(error instanceof Error ? error.message : error)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
