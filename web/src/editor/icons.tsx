import { Icon } from "../ui/icons";

export const Scissors = () => (
  <Icon>
    <path d="M8.500 8.500l11 8.500M8.500 15.500l11-8.500M3.500 6.500a2.750 2.750 0 1 0 5.500 0a2.750 2.750 0 1 0-5.500 0M3.500 17.500a2.750 2.750 0 1 0 5.500 0a2.750 2.750 0 1 0-5.500 0" />
  </Icon>
);
export const ClipStart = () => (
  <Icon>
    <path d="M6 5v14M20 12h-9.500M14.500 8l-4 4 4 4" />
  </Icon>
);
export const ClipEnd = () => (
  <Icon>
    <path d="M18 5v14M4 12h9.500M9.500 8l4 4-4 4" />
  </Icon>
);
