import { backwards, clamped, loopTarget, type Stretch, shuttleRate } from "./transport";

type Listener = () => void;

/** A moment of playing, as those who show it need it. */
export interface PlayState {
  playing: boolean;
  /** 1 for normal; below 0 while the picture runs backwards. */
  rate: number;
  /** The speed that a person chose for normal playing. */
  speed: number;
  volume: number;
  muted: boolean;
}

/**
 * The one clock of a page that plays: where the recording is, in seconds, and the ways to move it.
 *
 * It reads the media element on every animation frame while it plays, because `timeupdate` comes
 * only four times a second. Without an element it still keeps the place, so a timeline works
 * before there is anything to play; the element takes that place over when it comes.
 *
 * `onTime` listeners run in an animation frame and must not do more than draw.
 */
export class Playhead {
  #video: HTMLVideoElement | null = null;
  #time = 0;
  #duration = 0;
  #loop: Stretch | null = null;
  #state: PlayState = { playing: false, rate: 1, speed: 1, volume: 1, muted: false };
  #frame = 0;
  #before = 0;
  /** Whether it played when the element left: the next one goes on. */
  #resume = false;
  readonly #timeListeners = new Set<Listener>();
  readonly #stateListeners = new Set<Listener>();

  /** Seconds from the recording's start. */
  get time(): number {
    return this.#time;
  }

  get duration(): number {
    return this.#duration;
  }

  readonly getTime = (): number => this.#time;
  readonly getState = (): PlayState => this.#state;

  /** Calls `listener` after every change of the time. Returns how to stop it. */
  readonly onTime = (listener: Listener): Listener => {
    this.#timeListeners.add(listener);
    return () => this.#timeListeners.delete(listener);
  };

  /** Calls `listener` when playing starts, stops or changes its speed or volume. */
  readonly onState = (listener: Listener): Listener => {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  };

  /** The recording's length, which bounds every seek; a growing preview may be shorter. */
  setDuration(seconds: number): void {
    this.#duration = seconds;
  }

  /** The stretch that playing stays in once it is inside; null to play on. */
  setLoop(loop: Stretch | null): void {
    this.#loop = loop;
  }

  /**
   * Takes a media element as what plays, at the place where the clock is; it goes on playing when
   * the one before it did. Returns how to give it back.
   */
  attach(video: HTMLVideoElement): () => void {
    this.#video = video;
    video.playbackRate = this.#state.speed;
    video.volume = this.#state.volume;
    video.muted = this.#state.muted;
    const place = this.#time;
    // Before the length is known, the browser may drop a seek or keep it: so it is made again.
    const placed = () => {
      if (Math.abs(video.currentTime - this.#time) > 0.01) video.currentTime = this.#time;
    };
    video.currentTime = place;
    const heard = () => this.#read();
    const stopped = () => {
      if (this.#state.rate > 0) this.#change({ playing: false });
      this.#read();
    };
    const started = () => {
      this.#change({ playing: true, rate: video.playbackRate });
      this.#run();
    };
    video.addEventListener("loadedmetadata", placed);
    video.addEventListener("seeked", heard);
    video.addEventListener("pause", stopped);
    video.addEventListener("ended", stopped);
    video.addEventListener("play", started);
    if (this.#resume) this.play();
    this.#resume = false;
    return () => {
      video.removeEventListener("loadedmetadata", placed);
      video.removeEventListener("seeked", heard);
      video.removeEventListener("pause", stopped);
      video.removeEventListener("ended", stopped);
      video.removeEventListener("play", started);
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      this.#resume = this.#state.playing && this.#state.rate > 0;
      if (this.#video === video) this.#video = null;
      this.#change({ playing: false, rate: this.#state.speed });
    };
  }

  seek(seconds: number): void {
    this.#place(clamped(seconds, this.#duration));
  }

  /** Moves by seconds, or by frames of a recording: `step(-1 / fps)`. */
  step(seconds: number): void {
    this.#stopRunning();
    this.seek(this.#time + seconds);
  }

  play(): void {
    const video = this.#video;
    if (video === null) return;
    this.#change({ rate: this.#state.speed });
    video.playbackRate = this.#state.speed;
    // A browser may refuse sound that no one clicked for; the play button is there for that.
    video.play().catch(() => {});
  }

  pause(): void {
    this.#stopRunning();
  }

  toggle(): void {
    if (this.#state.playing) this.pause();
    else this.play();
  }

  /** J (`-1`) and L (`1`): plays that way; again, twice as fast, up to eight times. */
  shuttle(direction: 1 | -1): void {
    const video = this.#video;
    if (video === null) return;
    const { playing, rate } = this.#state;
    const next = shuttleRate(playing ? rate : 0, direction);
    if (next > 0) {
      video.playbackRate = next;
      this.#change({ rate: next });
      video.play().catch(() => {});
      return;
    }
    video.pause();
    this.#change({ playing: true, rate: next });
    this.#run();
  }

  setSpeed(speed: number): void {
    this.#change({ speed, rate: this.#state.rate < 0 ? this.#state.rate : speed });
    if (this.#video !== null) this.#video.playbackRate = speed;
  }

  setVolume(volume: number, muted = volume === 0): void {
    this.#change({ volume, muted });
    if (this.#video === null) return;
    this.#video.volume = volume;
    this.#video.muted = muted;
  }

  /** Sound off, or on again: as loud as it was, and never on and silent. */
  toggleSound(): void {
    this.setVolume(this.#state.volume || 1, !this.#state.muted);
  }

  #stopRunning(): void {
    this.#change({ playing: false, rate: this.#state.speed });
    this.#video?.pause();
  }

  #place(seconds: number): void {
    if (this.#video !== null) this.#video.currentTime = seconds;
    this.#tell(seconds);
  }

  #read(): void {
    const video = this.#video;
    if (video !== null && !video.seeking) this.#tell(video.currentTime);
  }

  #tell(seconds: number): void {
    if (seconds === this.#time) return;
    this.#time = seconds;
    for (const listener of this.#timeListeners) listener();
  }

  #change(state: Partial<PlayState>): void {
    const next = { ...this.#state, ...state };
    const same = (Object.keys(next) as (keyof PlayState)[]).every(
      (key) => next[key] === this.#state[key],
    );
    if (same) return;
    this.#state = next;
    for (const listener of this.#stateListeners) listener();
  }

  #run(): void {
    if (this.#frame !== 0) return;
    this.#before = performance.now();
    const tick = (now: number) => {
      this.#frame = 0;
      if (!this.#state.playing) return;
      this.#advance((now - this.#before) / 1000);
      this.#before = now;
      if (this.#state.playing) this.#frame = requestAnimationFrame(tick);
    };
    this.#frame = requestAnimationFrame(tick);
  }

  #advance(elapsed: number): void {
    const { rate } = this.#state;
    if (rate < 0) {
      // No browser plays backwards: the picture is sought, as often as it can be.
      if (this.#video?.seeking) return;
      this.#place(backwards(this.#time, rate, elapsed));
      if (this.#time <= 0) this.#stopRunning();
      return;
    }
    const previous = this.#time;
    this.#read();
    const target = this.#loop === null ? null : loopTarget(previous, this.#time, this.#loop);
    if (target !== null) this.seek(target);
  }
}
