/** Languages that people stream in, by the code that Whisper knows them by, in their own words. */
export const LANGUAGES: readonly (readonly [code: string, name: string])[] = [
  ["ar", "العربية"],
  ["cs", "Čeština"],
  ["da", "Dansk"],
  ["de", "Deutsch"],
  ["el", "Ελληνικά"],
  ["es", "Español"],
  ["fi", "Suomi"],
  ["fr", "Français"],
  ["he", "עברית"],
  ["hi", "हिन्दी"],
  ["hu", "Magyar"],
  ["id", "Bahasa Indonesia"],
  ["it", "Italiano"],
  ["ja", "日本語"],
  ["ko", "한국어"],
  ["nl", "Nederlands"],
  ["no", "Norsk"],
  ["pl", "Polski"],
  ["pt", "Português"],
  ["ro", "Română"],
  ["ru", "Русский"],
  ["sv", "Svenska"],
  ["th", "ไทย"],
  ["tr", "Türkçe"],
  ["uk", "Українська"],
  ["vi", "Tiếng Việt"],
  ["zh", "中文"],
];

/** Whether a model writes everything down as if it were English. */
export const knowsOnlyEnglish = (model: string): boolean => model.endsWith(".en");

/** The browser's own language where it is among them, as a first guess: `de` of `de-AT`. */
export function guess(preferred: readonly string[]): string {
  const codes = preferred.map((one) => one.toLowerCase().split("-")[0]);
  return LANGUAGES.find(([code]) => codes.includes(code))?.[0] ?? "es";
}
