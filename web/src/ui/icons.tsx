import type { ReactNode } from "react";

/** The frame of every icon: 24 units wide, drawn with lines. */
export function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** The house mark: an anvil with a spark over it. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        className="mark-anvil"
        d="M3 12h18c0 2 2.500 3.500 8 3.500-1 3-4.500 4.500-8.500 4.500H18l1.500 4.500H24V28H8v-3.500h4.500L14 20h-2C7 20 3.500 16.500 3 12z"
      />
      <path className="mark-spark" d="M13 9.500l3.500-6 1 3.500 3.500-2.500-2.500 5z" />
    </svg>
  );
}

export const Drop = () => (
  <Icon>
    <path d="M12 4v10M8 10.500l4 4 4-4M4 16v3a1.500 1.500 0 0 0 1.500 1.500h13A1.500 1.500 0 0 0 20 19v-3" />
  </Icon>
);
export const Tick = () => (
  <Icon>
    <path d="M5 12.500l4.500 4.500L19 7.500" />
  </Icon>
);
export const Cross = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);
export const Warning = () => (
  <Icon>
    <path d="M12 4L2.500 20h19zM12 10v4.500M12 17.200v.1" />
  </Icon>
);
export const Dash = () => (
  <Icon>
    <path d="M6 12h12" />
  </Icon>
);
export const Hourglass = () => (
  <Icon>
    <circle cx="12" cy="12" r="8" />
    <path d="M12 7.500V12l3 2" />
  </Icon>
);
export const Download = () => (
  <Icon>
    <path d="M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14" />
  </Icon>
);
export const Hammer = () => (
  <Icon>
    <path d="M13.500 9.500L5 18l1.500 1.500 8.500-8.500M11 6.500l3-3 7 7-3 3z" />
  </Icon>
);
export const Trash = () => (
  <Icon>
    <path d="M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13" />
  </Icon>
);
/** The themes: half lit for "as the system does", then moon and sun. */
export const Theme = {
  auto: () => (
    <Icon>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 4v16M12 8.500h6.500M12 12h8M12 15.500h6.500" />
    </Icon>
  ),
  dark: () => (
    <Icon>
      <path d="M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z" />
    </Icon>
  ),
  light: () => (
    <Icon>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 2.500v3M12 18.500v3M2.500 12h3M18.500 12h3M5.300 5.300l2 2M16.700 16.700l2 2M5.300 18.700l2-2M16.700 7.300l2-2" />
    </Icon>
  ),
};
export const Back = () => (
  <Icon>
    <path d="M14.500 6L8.500 12l6 6" />
  </Icon>
);
export const Find = () => (
  <Icon>
    <circle cx="10.500" cy="10.500" r="6" />
    <path d="M15 15l5 5" />
  </Icon>
);
export const Disk = () => (
  <Icon>
    <path d="M4 14h16M5.500 6.500h13l1.500 7.500v4.500H4V14zM16.500 16.500h.1" />
  </Icon>
);
export const Backwards = () => (
  <Icon>
    <path d="M9 5L4.500 9.500 9 14M5 9.500h9a5 5 0 0 1 0 10h-3" />
  </Icon>
);
export const Forwards = () => (
  <Icon>
    <path d="M15 5l4.500 4.500L15 14M19 9.500h-9a5 5 0 0 0 0 10h3" />
  </Icon>
);
