import { el } from './dom.ts';
import { recall, remember } from './storage.ts';

const STORED = 'millrace-api-key';
const storage = (): Storage => sessionStorage;

/** The API key entered before in this tab. */
export function storedKey(): string | undefined {
  return recall(storage, STORED);
}

/** Asks for the API key until one is entered; it is kept until the tab is closed. */
export function askForKey(wrong: boolean): Promise<string> {
  return new Promise((resolve) => {
    const input = el('input', { id: 'key', type: 'password', autocomplete: 'off', required: true, spellcheck: false });
    const dialog = el(
      'dialog',
      { 'aria-labelledby': 'key-title' },
      el(
        'form',
        { method: 'dialog' },
        el('h2', { id: 'key-title' }, 'API key'),
        wrong ? el('p', { class: 'bad', role: 'alert' }, 'The API refused this key.') : el('p', {}, 'This API asks for a key.'),
        el('label', { for: 'key' }, 'Key'),
        input,
        el(
          'p',
          { class: 'hint' },
          'cdk deploy printed its id (…ApiKeyId): ',
          el('code', {}, 'aws apigateway get-api-key --include-value --api-key ID'),
          ' shows it. It stays in this tab.',
        ),
        el('button', { type: 'submit', class: 'primary' }, 'Use it'),
      ),
    );
    // Without a key there is nothing to go back to.
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    dialog.addEventListener('close', () => {
      remember(storage, STORED, input.value);
      dialog.remove();
      resolve(input.value);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
