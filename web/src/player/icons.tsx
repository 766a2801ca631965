import { Icon } from "../ui/icons";

export const Play = () => (
  <Icon>
    <path d="M8 5.500l10.500 6.500L8 18.500z" fill="currentcolor" />
  </Icon>
);
export const Pause = () => (
  <Icon>
    <path d="M8.500 6v12M15.500 6v12" strokeWidth="3.500" />
  </Icon>
);
export const Loop = () => (
  <Icon>
    <path d="M17 3.500l3 3-3 3M4 11.500v-1a4 4 0 0 1 4-4h12M7 20.500l-3-3 3-3M20 12.500v1a4 4 0 0 1-4 4H4" />
  </Icon>
);
export const Sound = () => (
  <Icon>
    <path d="M4 9.500v5h3.500l4.500 4v-13l-4.500 4zM15.500 9a4.500 4.500 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />
  </Icon>
);
export const SoundOff = () => (
  <Icon>
    <path d="M4 9.500v5h3.500l4.500 4v-13l-4.500 4zM16 9.500l5 5M21 9.500l-5 5" />
  </Icon>
);
export const Up = () => (
  <Icon>
    <path d="M6 14.500l6-6 6 6" />
  </Icon>
);
export const Down = () => (
  <Icon>
    <path d="M6 9.500l6 6 6-6" />
  </Icon>
);
export const Plus = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);
export const Minus = () => (
  <Icon>
    <path d="M5 12h14" />
  </Icon>
);
export const Layers = () => (
  <Icon>
    <path d="M4 18l4.500-7 4 4L20 5M4 21h16" />
  </Icon>
);
export const Pencil = () => (
  <Icon>
    <path d="M5 19l1-4L16 5l3 3L9 18zM14 7l3 3" />
  </Icon>
);
