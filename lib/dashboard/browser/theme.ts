import { recall, remember } from './storage.ts';

const STORED = 'millrace-theme';
const storage = (): Storage => localStorage;

/**
 * Shows the page as it was chosen before, or as the system has it.
 *
 * @param onChange called when the system's theme changes and the page follows
 */
export function applyTheme(onChange: () => void): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    document.documentElement.dataset.theme = recall(storage, STORED) ?? (system.matches ? 'dark' : 'light');
  };
  apply();
  system.addEventListener('change', () => {
    apply();
    onChange();
  });
}

/** Light instead of dark, or dark instead of light. */
export function toggleTheme(): void {
  const next = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  remember(storage, STORED, next);
}

/** Whether the page is dark now. */
export function isDark(): boolean {
  return document.documentElement.dataset.theme === 'dark';
}
