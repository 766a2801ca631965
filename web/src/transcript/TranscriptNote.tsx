import { type FormEvent, useId, useState } from "react";
import { startAnalysis } from "../api/client";
import type { Vod } from "../api/types";
import { withJob } from "../store/server";
import { changeServer, complain } from "../store/store";
import { Button } from "../ui/Button";
import { guess, knowsOnlyEnglish, LANGUAGES } from "./languages";

interface Props {
  vod: Vod;
  /** What is to be known of the words. */
  note: string;
  /** What wrote them down. */
  model: string;
}

/** What speaks against a transcript, and the way to another one where the language may be why. */
export function TranscriptNote({ vod, note, model }: Props) {
  return (
    <div className="transcript-note" data-testid="transcript-note">
      <p className="muted">{note}</p>
      {knowsOnlyEnglish(model) && <OtherLanguage vod={vod} />}
    </div>
  );
}

function OtherLanguage({ vod }: { vod: Vod }) {
  const [language, setLanguage] = useState(() => guess(navigator.languages));
  const [busy, setBusy] = useState(false);
  const name = useId();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    try {
      const job = await startAnalysis(vod.project_id, vod.id, language);
      changeServer((server) => withJob(server, job));
    } catch (thrown) {
      complain(thrown);
    }
    setBusy(false);
  }

  return (
    <form className="transcript-language" onSubmit={submit}>
      <label htmlFor={name}>Spoken here</label>
      <select
        id={name}
        className="field"
        data-testid="language"
        value={language}
        onChange={(event) => setLanguage(event.target.value)}
      >
        {LANGUAGES.map(([code, words]) => (
          <option key={code} value={code} lang={code}>
            {words}
          </option>
        ))}
      </select>
      <Button type="submit" data-testid="analyse-again" disabled={busy}>
        Analyse again
      </Button>
    </form>
  );
}
