import { expect, test } from 'vitest';
import { settings } from './environment.ts';
import { settingsHelp, settingTexts } from './settings-help.ts';

test('every setting has one line with its flag and its default', () => {
  expect(Object.keys(settingTexts)).toEqual([...settings]);
  const help = settingsHelp();
  expect(help).toMatch(/^ {2}PORT +--port +port to listen on; 0 picks a free one \(default: 8080\)$/m);
  expect(help).toMatch(/^ {2}JWT_SECRET {2,}secret that signs tokens/m);
  expect(help.split('\n').filter((line) => /^ {2}[A-Z_]+ /.test(line))).toHaveLength(settings.length);
});
