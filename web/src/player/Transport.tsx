import { DropdownMenu, Slider } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "../ui/Button";
import { clock as lengthOf } from "../ui/format";
import { Loop, Pause, Play, Sound, SoundOff } from "./icons";
import { timecode } from "./transport";
import { useClock, usePlayhead, usePlayState } from "./usePlayhead";

const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];

interface Props {
  fps: number;
  duration: number;
  /** Whether playing stays in the chosen moment; null when there is none. */
  loop: boolean | null;
  onLoop: (loop: boolean) => void;
  children?: ReactNode;
}

/** The bar below the picture: play, time with frames, speed, volume; `children` at its end. */
export function Transport({ fps, duration, loop, onLoop, children }: Props) {
  const clock = useClock();
  const { playing } = usePlayState();
  return (
    <div className="transport" role="toolbar" aria-label="Playing">
      <Button
        className="transport-play"
        aria-label={playing ? "Pause" : "Play"}
        title={playing ? "Pause (Space)" : "Play (Space)"}
        data-testid="play-button"
        onClick={() => clock.toggle()}
      >
        {playing ? <Pause /> : <Play />}
      </Button>
      <Time fps={fps} duration={duration} />
      <Speed />
      <Volume />
      {loop !== null && (
        <Button
          tone="quiet"
          pressed={loop}
          aria-label="Play the chosen moment in a loop"
          title="Play the chosen moment in a loop"
          onClick={() => onLoop(!loop)}
        >
          <Loop />
        </Button>
      )}
      {children}
    </div>
  );
}

function Time({ fps, duration }: { fps: number; duration: number }) {
  const time = usePlayhead((now) => timecode(now, fps, duration));
  return (
    <p className="transport-time tabular" title="Hours, minutes, seconds and frames">
      <span data-testid="time">{time}</span>
      <span className="muted"> / {lengthOf(duration)}</span>
    </p>
  );
}

/** `1.5×`; what the shuttle does is told as it is: `−2×`. */
function speedWords(speed: number): string {
  return `${String(speed).replace("-", "−")}×`;
}

function Speed() {
  const clock = useClock();
  const { speed, rate, playing } = usePlayState();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button tone="quiet" className="tabular" aria-label={`Speed: ${speedWords(speed)}`}>
          {speedWords(playing ? rate : speed)}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" side="top" sideOffset={6}>
          <DropdownMenu.RadioGroup
            value={String(speed)}
            onValueChange={(value) => clock.setSpeed(Number(value))}
          >
            {SPEEDS.map((value) => (
              <DropdownMenu.RadioItem key={value} className="menu-item" value={String(value)}>
                {speedWords(value)}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Volume() {
  const clock = useClock();
  const { volume, muted } = usePlayState();
  const shown = muted ? 0 : volume;
  return (
    <div className="transport-volume">
      <Button
        tone="quiet"
        aria-label={muted ? "Sound on" : "Sound off"}
        title={muted ? "Sound on (M)" : "Sound off (M)"}
        onClick={() => clock.toggleSound()}
      >
        {shown === 0 ? <SoundOff /> : <Sound />}
      </Button>
      <Slider.Root
        className="slider"
        max={1}
        step={0.05}
        value={[shown]}
        onValueChange={([value]) => clock.setVolume(value ?? 1)}
      >
        <Slider.Track className="slider-track">
          <Slider.Range className="slider-range" />
        </Slider.Track>
        <Slider.Thumb className="slider-thumb" aria-label="Volume" />
      </Slider.Root>
    </div>
  );
}
