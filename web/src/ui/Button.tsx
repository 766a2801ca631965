import type { ComponentProps } from "react";

interface Props extends ComponentProps<"button"> {
  tone?: "plain" | "ember" | "quiet" | "danger";
  pressed?: boolean;
}

/** A button that never submits a form by accident: `type` is "button" unless given. */
export function Button({ tone = "plain", pressed, className = "", type, ...rest }: Props) {
  return (
    <button
      type={type ?? "button"}
      className={`button button-${tone} ${className}`}
      aria-pressed={pressed}
      {...rest}
    />
  );
}
