import { Failure } from "../api/failure";
import type { Job } from "../api/types";
import { withJob } from "../store/server";
import { announce, changeServer, changeUi, complain, dismiss, useStore } from "../store/store";

/** Asks for something about a job, and shows the answer before the event about it arrives. */
export async function ask(request: (jobId: string) => Promise<Job>, job: Job): Promise<void> {
  try {
    const answer = await request(job.id);
    changeServer((server) => withJob(server, answer));
  } catch (thrown) {
    complain(thrown);
  }
}

/** How long a deletion can be undone, in milliseconds. */
export const UNDO_TIME = 8_000;

/**
 * Deletes a project or a job, unless it is undone in time: it goes out of sight at once, and the
 * request is sent when the time is over.
 *
 * A page that closes before then has deleted nothing: of the two ways to be wrong, this one loses
 * no data. `forget` takes it out of the store when the server has let go of it.
 */
export function deleteLater(
  id: string,
  words: string,
  send: (id: string) => Promise<void>,
  forget: (id: string) => void,
): void {
  // Asked for again, from another page say: one undo has to take it back.
  if (useStore.getState().ui.deleting.includes(id)) return;
  changeUi((ui) => ({ ...ui, deleting: [...ui.deleting, id] }));
  const show = () =>
    changeUi((ui) => ({ ...ui, deleting: ui.deleting.filter((one) => one !== id) }));
  const hint = "It goes for good in a few seconds, and stays if you close this page before that.";
  const notice = announce(words, hint, {
    label: "Undo",
    run: () => {
      clearTimeout(timer);
      show();
    },
  });
  const timer = setTimeout(() => void finish(), UNDO_TIME);

  async function finish(): Promise<void> {
    dismiss(notice);
    try {
      await send(id);
      forget(id);
    } catch (thrown) {
      // Somebody else deleted it first: that is what was wanted.
      if (thrown instanceof Failure && thrown.status === 404) forget(id);
      else complain(thrown);
    }
    show();
  }
}
